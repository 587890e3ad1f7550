import { describe, expect, test } from 'vitest'
import type { WindowResult } from '../../contracts/result.ts'
import { Prng } from '../../kernel/prng.ts'
import { allOf } from '../metrics/series-totals.ts'
import { rampKnee } from './ramp-knee.ts'
import { QueueTarget, type SimulatedTarget } from './simulated-target.test-kit.ts'

function second(atMs: number, arrivals: number, p95Ms: number | null): WindowResult {
  return {
    ...{ atMs, users: 0, requests: arrivals, failures: 0, bytesIn: 0, bytesOut: 0 },
    ...{ p50Ms: p95Ms, p95Ms, p99Ms: p95Ms, planned: { users: 0, arrivals } },
  }
}
/** What a run against the target would keep, one second per load. */
function ran(target: SimulatedTarget, loads: readonly number[]): WindowResult[] {
  return loads.map((load, index) => {
    const { response } = allOf(target.second(load).series)
    const p95Ms = response.count === 0 ? null : response.percentileUs(95) / 1_000
    return second(index * 1_000, load, p95Ms)
  })
}
const ramp = (from: number, to: number, seconds: number): number[] =>
  Array.from({ length: seconds }, (_, index) => Math.round(from + (index / seconds) * (to - from)))
const seeds = Array.from({ length: 20 }, (_, index) => index + 1)

test('a curve that bends at 60 is said to bend there', () => {
  const loads = ramp(10, 110, 100)
  const found = rampKnee(
    loads.map((load, index) =>
      second(index * 1_000, load, 20 * Math.exp(0.05 * Math.max(0, load - 60))),
    ),
  )
  expect(found).toMatchObject({ unit: 'arrivals', method: 'broken-stick' })
  expect(Math.abs(found!.load - 60)).toBeLessThanOrEqual(5)
  expect(Math.abs(found!.atMs - 50_000)).toBeLessThanOrEqual(5_000)
})

test('of four servers that end at 80/s the bend is below, with any of 20 seeds', () => {
  for (const seed of seeds) {
    // Times are told in fractions of those of the target, so that each second has answers enough.
    const found = rampKnee(ran(new QueueTarget(200, 4, seed), ramp(100, 900, 160)))
    expect(found, `seed ${seed}`).not.toBeNull()
    expect(found!.load, `seed ${seed}`).toBeGreaterThan(500)
    expect(found!.load, `seed ${seed}`).toBeLessThan(850)
  }
})

describe('nothing is said', () => {
  test('of a target that is nowhere near its limit, with any of 20 seeds', () => {
    for (const seed of seeds)
      expect(rampKnee(ran(new QueueTarget(1_000, 8, seed), ramp(100, 1_000, 120)))).toBeNull()
  })
  test('of a load that does not rise', () => {
    expect(rampKnee(ran(new QueueTarget(100, 4, 1), Array(200).fill(350)))).toBeNull()
  })
  test('of a target that only becomes slower evenly', () => {
    const loads = ramp(10, 110, 100)
    const noise = Prng.of(1, 'noise')
    const windows = loads.map((load, index) =>
      second(index * 1_000, load, 20 * Math.exp(0.01 * load) * (1 + 0.1 * noise.next())),
    )
    expect(rampKnee(windows)).toBeNull()
  })
  test('of a rise of some seconds, or of less than twice the load', () => {
    const bent = (loads: readonly number[]): WindowResult[] =>
      loads.map((load, index) =>
        second(index * 1_000, load, load < 60 ? 20 : 20 + 10 * (load - 60)),
      )
    expect(rampKnee(bent(ramp(10, 110, 20)))).toBeNull()
    expect(rampKnee(bent(ramp(55, 105, 100)))).toBeNull()
    expect(rampKnee([])).toBeNull()
  })
  test('where users and arrivals drive the run together', () => {
    const windows = ran(new QueueTarget(200, 4, 1), ramp(100, 900, 160)).map((each) => ({
      ...each,
      planned: { users: 5, arrivals: each.planned!.arrivals },
    }))
    expect(rampKnee(windows)).toBeNull()
  })
})

test('what warmed up or stood still, and what came after the rise, counts for nothing', () => {
  const plain = ran(new QueueTarget(200, 4, 1), ramp(100, 900, 160))
  const warm = plain.slice(0, 3).map((each) => ({ ...each, p95Ms: 9_000, warmup: true as const }))
  const after = ran(new QueueTarget(200, 4, 1), Array(50).fill(100))
  const all = [...warm, ...plain.slice(3), ...after]
  expect(rampKnee(all)).toEqual(rampKnee(plain.slice(3)))
})

test('a day has as many groups as a minute', () => {
  const windows = ramp(10, 110, 86_400).map((load, index) =>
    second(index * 1_000, load, 20 * Math.exp(0.05 * Math.max(0, load - 60))),
  )
  expect(Math.abs(rampKnee(windows)!.load - 60)).toBeLessThanOrEqual(5)
})
