import { describe, expect, test } from 'vitest'
import type { TrialResult } from '../../contracts/capacity.ts'
import { judgeGenerator } from '../../plugins/insights/generator/generator.ts'
import { Conductor } from './conductor.ts'
import { CapacitySearch } from './search.ts'
import {
  expectFound,
  expectUsersFound,
  queueRows,
  rules,
  SETTINGS,
  search,
} from './searched.test-kit.ts'
import {
  LimiterTarget,
  QueueTarget,
  type SimulatedTarget,
  WELL,
} from './simulated-target.test-kit.ts'

describe('an M/M/c server is found within the width and 3 %', () => {
  test.each(queueRows)('$id', (one) => expectFound(one, [1]))
})

test('a rate limiter is found as a hard cliff, and the errors named', () => {
  const found = search(new LimiterTarget(50), rules('p95 < 300ms', 'errors < 1%'))
  expect(found.holds).toBeGreaterThan(50 / 1.05)
  expect(found.holds).toBeLessThanOrEqual(50)
  expect(found).toMatchObject({ confirmed: true, firstBroken: { what: 'errors < 1%' } })
  expect(found.trials.find(({ verdict }) => verdict === 'fail')?.statuses).toHaveProperty('429')
})

test('users of a closed network of two stations are found within 8 %', () => {
  expectUsersFound([1])
})

describe('short trials', () => {
  test('see an overload by its queue before response times tell', () => {
    const found = search(new QueueTarget(100, 1, 1), rules('p95 < 60s'))
    const over = found.trials.filter(({ load }) => load > 120)
    expect(over.length).toBeGreaterThan(0)
    for (const trial of over) {
      expect(trial).toMatchObject({ verdict: 'fail', broken: 'queue' })
      expect(trial.measuredSec).toBeLessThanOrEqual(8)
    }
    expect(found.holds).toBeLessThan(105)
  })

  test('are void while the generator is ill, and one that holds anyway has held', () => {
    const target = new LimiterTarget(50)
    target.book.health = { ...WELL, loopUtilisation: 1, cpuRatio: 1 }
    target.book.latenessMs = 200
    const found = search(target, rules('errors < 1%'))
    const verdicts = new Set(found.trials.map(({ verdict }) => verdict))
    expect(found).toMatchObject({ ended: 'generator', isAtLeast: true })
    expect([...verdicts].sort()).toEqual(['pass', 'void'])
  })

  test('that break are not void when every arrival was punctual: then it was not the generator', () => {
    const target = new LimiterTarget(50)
    target.book.health = { ...WELL, loopUtilisation: 1, cpuRatio: 1 }
    expect(search(target, rules('errors < 1%')).ended).toBe('width')
  })
})

test('after a load that broke it the target comes to rest first', () => {
  const target = new QueueTarget(100, 1, 3)
  const inFlight: number[] = []
  let broke = false
  const options = {
    by: 'arrivals',
    objectives: rules('p95 < 300ms'),
    judgeGenerator,
    settings: SETTINGS,
    onTrial: ({ verdict }: TrialResult) => {
      broke = verdict === 'fail'
    },
  } as const
  const conductor = new Conductor(options, new CapacitySearch(SETTINGS))
  let { load } = conductor
  for (let ended = false; !ended; ) {
    const window = target.second(load)
    const order = conductor.onWindow(window)
    ended = order?.kind === 'end'
    if (order?.kind !== 'load') continue
    if (load === 2 && broke) inFlight.push(window.workers[0]![1].inFlight)
    load = order.load
    conductor.takesPlaceIn(window.window + 1)
  }
  expect(inFlight.length).toBeGreaterThan(2)
  expect(Math.max(...inFlight)).toBeLessThanOrEqual(1)
})

test('the time of the search is kept', () => {
  const found = search(new QueueTarget(100, 1, 1), rules('p95 < 300ms'), {
    settings: { maxSec: 45 },
  })
  expect(found).toMatchObject({ ended: 'time', seconds: 45 })
  expect(found.holds).not.toBeNull()
})

test('a target that went away is left alone', () => {
  const target: SimulatedTarget = new LimiterTarget(0)
  const refusing = {
    second(load: number) {
      const window = target.second(load)
      const error = { method: 'GET', name: '/', kind: 'refused', message: '', sample: '' }
      return { ...window, errors: [{ ...error, count: 1e9, firstAtMs: 0, lastAtMs: 0 }] }
    },
  }
  const found = search(refusing, rules('errors < 1%'))
  expect(found).toMatchObject({ ended: 'aborted', holds: null, seconds: 10 })
})
