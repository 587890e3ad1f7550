import { describe, expect, test } from 'vitest'
import type { TrialResult } from '../../contracts/capacity.ts'
import { oracleOf } from '../stats/oracle.test-kit.ts'
import { CapacitySearch, readableLoad } from './search.ts'

const oracle = oracleOf('capacity-search')

interface Cliff {
  readonly capacityPerSec: number
  readonly startRatePerSec: number
  readonly maxRatePerSec: number
  readonly relativeWidth: number
}

type Rule = (load: number) => TrialResult['verdict']

/** Runs a search against a rule; every trial in order. */
function run(search: CapacitySearch, rule: Rule) {
  const trials: { purpose: string; load: number; verdict: string }[] = []
  for (let next = search.next(); next !== undefined; next = search.next()) {
    const verdict = rule(next.load)
    const trial = { ...next, verdict, certain: true, broken: null, why: '' }
    trials.push(trial)
    search.record(trial)
    expect(trials.length).toBeLessThan(200)
  }
  return trials
}

const searchOf = ({ startRatePerSec, maxRatePerSec, relativeWidth }: Cliff, soakSec = 30) =>
  new CapacitySearch({ start: startRatePerSec, max: maxRatePerSec, relativeWidth, soakSec })
const cliff =
  ({ capacityPerSec }: Pick<Cliff, 'capacityPerSec'>): Rule =>
  (load) =>
    load <= capacityPerSec ? 'pass' : 'fail'

describe('against a hard cliff', () => {
  test.each(oracle.of<Cliff>('hardCliff'))('$id', (one) => {
    const search = searchOf(one.input)
    const trials = run(search, cliff(one.input)).filter((each) => each.purpose === 'search')
    const { holds, isAtLeast, firstBroken } = search.answer
    oracle.check(one, {
      found: !isAtLeast,
      capacityPerSec: holds,
      atLeastPerSec: holds,
      firstFailingPerSec: firstBroken?.load,
      trials: trials.map(({ load, verdict }) => ({ ratePerSec: load, passed: verdict === 'pass' })),
      trialCount: trials.length,
    })
  })

  interface Invariant {
    readonly capacityPerSecMin: number
    readonly capacityPerSecMax: number
  }
  test.each(oracle.of<Cliff, Invariant>('hardCliffInvariant'))('$id', (one) => {
    const search = searchOf(one.input)
    run(search, cliff(one.input))
    expect(search.answer.holds).toBeGreaterThanOrEqual(one.expected.capacityPerSecMin)
    expect(search.answer.holds).toBeLessThanOrEqual(one.expected.capacityPerSecMax)
  })

  test.each(oracle.of<{ relativeWidth: number }, { bisections: number }>('bisectionCount'))(
    '$id',
    (one) => {
      // From a factor of two on, whatever lies between.
      for (const capacityPerSec of [101, 133, 177, 199]) {
        const input = { startRatePerSec: 100, maxRatePerSec: 1e6, ...one.input, capacityPerSec }
        const trials = run(searchOf(input), cliff(input)).filter(
          (each) => each.purpose === 'search',
        )
        expect(trials.length - 2).toBe(one.expected.bisections)
      }
    },
  )
})

const settings = { start: 10, max: 1_000, relativeWidth: 0.05, soakSec: 30 }

test('the answer is soaked, and the lowest load repeated at the end', () => {
  const search = new CapacitySearch(settings)
  const trials = run(search, cliff({ capacityPerSec: 100 }))
  expect(trials.slice(-2)).toMatchObject([
    { purpose: 'soak', load: search.answer.holds },
    { purpose: 'baseline-again', load: 10 },
  ])
  expect(search.answer).toMatchObject({ confirmed: true, ended: 'width', low: search.answer.holds })
})

test('a soak that breaks takes five per cent off, three times at most', () => {
  const search = new CapacitySearch(settings)
  for (let next = search.next(); next !== undefined; next = search.next()) {
    const passes = next.purpose === 'search' ? next.load <= 100 : next.purpose !== 'soak'
    const verdict = passes ? ('pass' as const) : ('fail' as const)
    search.record({ ...next, verdict, certain: true, broken: null, why: '' })
  }
  expect(search.answer.confirmed).toBe(false)
  expect(search.answer.holds).toBeCloseTo(99.3486 * 0.95 ** 3, 3)
})

test('a void trial is repeated twice, and then the answer is "at least"', () => {
  const search = new CapacitySearch(settings)
  const trials = run(search, (load) => (load <= 50 ? 'pass' : 'void'))
  expect(trials.filter(({ load }) => load === 80)).toHaveLength(3)
  const { holds, isAtLeast, ended, high } = search.answer
  expect({ isAtLeast, ended, high }).toEqual({ isAtLeast: true, ended: 'generator', high: null })
  expect(holds).toBeGreaterThan(50 / 1.05)
})

test('a target that holds nothing at all is given up', () => {
  const search = new CapacitySearch(settings)
  const trials = run(search, () => 'fail')
  expect(trials).toHaveLength(11)
  expect(search.answer).toMatchObject({ holds: null, isAtLeast: false, ended: 'nothing-holds' })
})

test('stopped in the middle it tells what it knows', () => {
  const search = new CapacitySearch(settings)
  for (const verdict of ['pass', 'pass', 'fail'] as const)
    search.record({ ...search.next()!, verdict, certain: true, broken: 'p95 < 1s', why: '2s' })
  search.stop('time')
  expect(search.next()).toBeUndefined()
  expect(search.answer).toMatchObject({
    holds: 20,
    confirmed: false,
    ended: 'time',
    firstBroken: { load: 40, what: 'p95 < 1s', detail: '2s' },
  })
})

test('users are whole', () => {
  const search = new CapacitySearch({ ...settings, start: 1 }, readableLoad('users'))
  const trials = run(search, cliff({ capacityPerSec: 7.5 }))
  expect(trials.every(({ load }) => Number.isInteger(load))).toBe(true)
  expect(search.answer).toMatchObject({ holds: 7, high: 8 })
})
