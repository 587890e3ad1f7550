import { describe, expect, test } from 'vitest'
import type { TrialResult } from '../../contracts/capacity.ts'
import { oracleOf } from '../stats/oracle.test-kit.ts'
import { capacityInput, trialOf } from './capacity.test-kit.ts'
import { namedPoints } from './named-points.ts'
import { capacityResult } from './result.ts'

interface Steps {
  readonly sloP95Ms: number
  readonly steps: {
    offeredPerSec: number
    goodputPerSec: number
    p95Ms: number
    errorRatio: number
  }[]
}
describe('named points', () => {
  const oracle = oracleOf('knee')
  test.each(oracle.of<Steps>('namedPoints'))('$id', (one) => {
    const points = namedPoints(
      one.input.steps.map(({ offeredPerSec, goodputPerSec, p95Ms, errorRatio }) => ({
        load: offeredPerSec,
        goodput: goodputPerSec,
        p95Ms,
        errorRatio,
        isBroken: p95Ms > one.input.sloP95Ms,
      })),
    )
    oracle.check(one, {
      firstDegradationAtPerSec: points.firstDegradation,
      sloBreakAtPerSec: points.objectiveBroken,
      saturationAtPerSec: points.saturation,
      collapseAtPerSec: points.collapse,
    })
  })
})

/** One server of 10 ms per request: R = 10 ms / (1 − ρ). */
const served = (load: number, more: Partial<TrialResult> = {}): TrialResult => {
  const meanMs = 1_000 / (100 - load)
  return trialOf(load, {
    meanMs,
    p95Ms: 3 * meanMs,
    inFlightMean: (load * meanMs) / 1_000,
    ...more,
  })
}

test('the law, the servers and the headroom come from the trials', () => {
  const trials = [10, 20, 40, 80, 90].map((load) => served(load))
  const result = capacityResult(capacityInput(90, trials, { expectedPeak: 45 }))
  expect(result.scalability).toMatchObject({ mayPredict: true, peakPerSec: null })
  expect(result.scalability!.ceilingPerSec).toBeCloseTo(100, 3)
  expect(result.effectiveServers!.servers).toBe(1)
  expect(result.effectiveServers!.capacityPerSec).toBeCloseTo(100, 0)
  expect(result.headroom).toEqual({ expectedPeak: 45, factor: 2 })
  expect(result.answer).toMatchObject({ requestsPerSec: 90, inFlightMean: 9 })
})

test('what the generator could not do is no limit of the target: the answer is "at least"', () => {
  const check = { workers: 2, verdict: 'the-limit', why: '', trials: [] } as const
  const { answer } = capacityResult(capacityInput(10, [served(10)], { generatorCheck: check }))
  expect(answer).toMatchObject({ holds: 10, isAtLeast: true })
})

test('a void trial says nothing about the target', () => {
  const trials = [10, 20, 40].map((load) => served(load))
  const spoilt = trialOf(80, { verdict: 'void', p95Ms: 9_000, goodPerSec: 1 })
  const points = { firstDegradation: null, objectiveBroken: null, saturation: null, collapse: null }
  const { points: found } = capacityResult(capacityInput(40, [...trials, spoilt]))
  expect(found).toEqual({ ...points, firstDegradation: 40 })
})

test('response times that never rise say nothing about how many serve', () => {
  const trials = [10, 20, 40].map((load) => trialOf(load, { meanMs: 5 }))
  expect(capacityResult(capacityInput(40, trials)).effectiveServers).toBeNull()
})

test('the target has drifted when the lowest load is slower in the end', () => {
  const trials = [served(10), served(20), served(10, { purpose: 'baseline-again', p95Ms: 90 })]
  expect(capacityResult(capacityInput(20, trials)).drift).toMatchObject({ load: 10, drifted: true })
  const same = [served(10), served(20), served(10, { purpose: 'baseline-again' })]
  expect(capacityResult(capacityInput(20, same)).drift).toMatchObject({ drifted: false })
})

describe('the verdict', () => {
  const exitOf = (holds: number | null, more: object = {}): number =>
    capacityResult(capacityInput(holds, [served(10)], more)).verdict.exitCode
  test('is passed when nothing is required', () => expect(exitOf(10)).toBe(0))
  test('is failed below what is required, and when nothing held', () => {
    expect([exitOf(10, { required: 11 }), exitOf(10, { required: 10 }), exitOf(null)]).toEqual([
      1, 0, 1,
    ])
  })
  test('is that of what kept the search from going on', () => {
    expect(exitOf(10, { broken: { reason: 'stopped', exitCode: 130 } })).toBe(130)
  })
})
