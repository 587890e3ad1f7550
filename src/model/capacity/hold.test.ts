import { describe, expect, test } from 'vitest'
import { oracleOf } from '../stats/oracle.test-kit.ts'
import { trialOf } from './capacity.test-kit.ts'
import { aimdNext, SearchThenHold } from './hold.ts'
import { CapacitySearch, readableLoad } from './search.ts'
import { rules, SETTINGS, search } from './searched.test-kit.ts'
import { type EvenTarget, LimiterTarget } from './simulated-target.test-kit.ts'

const oracle = oracleOf('capacity-search')

describe('more while it holds, a part less when it does not', () => {
  interface Saw {
    readonly capacityPerSec: number
    readonly startRatePerSec: number
    readonly incrementPerSec: number
    readonly decreaseFactor: number
    readonly windows: number
    readonly discardWindows: number
  }
  test.each(oracle.of<Saw>('aimdMean'))('$id', (one) => {
    const { capacityPerSec, startRatePerSec, windows, discardWindows } = one.input
    const { incrementPerSec: increase, decreaseFactor: decrease } = one.input
    const loads = [startRatePerSec]
    while (loads.length < windows) {
      const load = loads.at(-1)!
      const rule = { increase, decrease, max: Number.POSITIVE_INFINITY }
      loads.push(aimdNext(load, load <= capacityPerSec, rule))
    }
    const kept = loads.slice(discardWindows)
    oracle.check(one, { meanRatePerSec: kept.reduce((sum, each) => sum + each, 0) / kept.length })
  })
})

function held(target: EvenTarget | LimiterTarget, holdSec: number) {
  let picker: SearchThenHold | undefined
  const found = search(target, rules('p95 < 300ms', 'errors < 1%'), {
    pickerOf: (searched) => {
      const round = readableLoad('arrivals')
      picker = new SearchThenHold(searched, {
        ...{ holdSec, trialSec: 10, max: 10_000, round, leastStep: 0.001 },
      })
      return picker
    },
  })
  return { ...found, hold: picker!.result! }
}

test('the load stays around the limit once it is known, with a mean of 0.95 of it', () => {
  const { holds, hold, trials } = held(new LimiterTarget(100), 1_800)
  expect(holds).toBeGreaterThan(95)
  expect(hold.meanLoad! / 100).toBeGreaterThan(0.94)
  expect(hold.meanLoad! / 100).toBeLessThan(0.97)
  expect(hold.heldRatio).toBeGreaterThan(0.7)
  expect(hold.leastLoad).toBeGreaterThan(85)
  // Of the search itself nothing changes.
  expect(trials.every(({ purpose }) => purpose !== 'hold')).toBe(true)
  const [first] = hold.steps
  const last = hold.steps.at(-1)!
  expect(first!.load).toBe(holds)
  expect(last.fromMs - first!.fromMs).toBeGreaterThan(1_780_000)
  expect(last.fromMs - first!.fromMs).toBeLessThan(1_810_000)
})

test('a target that wears out is followed down, and told by its halves', () => {
  class Wearing extends LimiterTarget {
    #seconds = 0
    #worn = new LimiterTarget(60)
    override second(load: number) {
      if (++this.#seconds < 500) return super.second(load)
      return { ...this.#worn.second(load), ...this.#at() }
    }
    #at() {
      return { window: this.#seconds - 1, startMs: (this.#seconds - 1) * 1_000 }
    }
  }
  const { halves } = held(new Wearing(100), 1_000).hold
  expect(halves![0]).toBeGreaterThan(70)
  expect(halves![1]).toBeLessThan(60)
})

test('a day has no more steps than an hour and a half', () => {
  const search = new CapacitySearch({ ...SETTINGS, soakSec: 0, start: 10, max: 10 })
  const options = { holdSec: 86_400, trialSec: 10, max: 10, round: (load: number) => load }
  const picker = new SearchThenHold(search, { ...options, leastStep: 0.001 })
  let steps = 0
  for (let next = picker.next(); next !== undefined; next = picker.next()) {
    const fromMs = steps * 88_000
    picker.record(trialOf(next.load, { purpose: next.purpose, fromMs, measuredSec: 87 }))
    if (next.purpose === 'hold') steps++
    expect(steps).toBeLessThan(1_001)
  }
  expect(steps).toBeGreaterThan(900)
  expect(picker.result).toMatchObject({ stepSec: 87, meanLoad: 10, heldRatio: 1 })
})

test('one user is the least there is', () => {
  const settings = { ...SETTINGS, soakSec: 0, start: 1, max: 1 }
  const picker = new SearchThenHold(new CapacitySearch(settings), {
    ...{ holdSec: 60, trialSec: 10, max: 10, round: readableLoad('users'), leastStep: 1 },
  })
  picker.record(trialOf(1))
  expect(picker.next()).toMatchObject({ purpose: 'hold', load: 1, seconds: 5 })
  picker.record(trialOf(1, { purpose: 'hold', verdict: 'fail' }))
  expect(picker.next()).toMatchObject({ load: 1 })
  picker.record(trialOf(1, { purpose: 'hold' }))
  expect(picker.next()).toMatchObject({ load: 2 })
})

test('nothing is held when nothing holds, or when the search was stopped', () => {
  const options = { holdSec: 60, trialSec: 10, max: 10, round: readableLoad('arrivals') }
  const picker = new SearchThenHold(new CapacitySearch(SETTINGS), { ...options, leastStep: 1 })
  picker.stop('interrupted')
  expect([picker.next(), picker.result]).toEqual([undefined, null])
})
