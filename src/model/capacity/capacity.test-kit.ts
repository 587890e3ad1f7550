/** Trials and results with the figures of a healthy search, except those that a test is about. */
import type { TrialResult } from '../../contracts/capacity.ts'
import type { CapacityInput } from './result.ts'

export function trialOf(load: number, more: Partial<TrialResult> = {}): TrialResult {
  return {
    purpose: 'search',
    load,
    verdict: 'pass',
    certain: true,
    broken: null,
    why: '',
    objectives: [],
    fromMs: 0,
    measuredSec: 10,
    requests: 10 * load,
    failures: 0,
    goodPerSec: load,
    p50Ms: 8,
    p95Ms: 10,
    p99Ms: 12,
    meanMs: 8,
    inFlightMean: load / 100,
    queueGrowthPerSec: 0,
    littleDeviation: 0,
    statuses: { 200: 10 * load },
    monitors: [],
    generator: [],
    ...more,
  }
}

export function capacityInput(
  holds: number | null,
  trials: readonly TrialResult[],
  more: Partial<CapacityInput> = {},
): CapacityInput {
  return {
    search: {
      id: '20260101-120000-abcd',
      script: 'shop.ts',
      scriptHash: 'abc',
      host: 'http://localhost:3000',
      startedAt: '2026-01-01T12:00:00.000Z',
      durationMs: 95_000,
      seed: 1,
      workers: 1,
      version: '0.1.0',
      node: '22.0.0',
      by: 'arrivals',
      objectives: ['p95 < 300ms'],
      settings: {
        start: 10,
        max: 5_000,
        relativeWidth: 0.05,
        trialSec: 10,
        trialSecMax: 40,
        soakSec: 30,
        maxSec: 1_800,
      },
      reproduce: "onrush capacity shop.ts --slo 'p95 < 300ms'",
    },
    answer: {
      holds,
      isAtLeast: false,
      confirmed: true,
      low: holds,
      high: null,
      firstBroken: null,
      ended: 'width',
    },
    trials,
    requests: trials.reduce((sum, each) => sum + each.requests, 0),
    expectedPeak: null,
    required: null,
    broken: null,
    hold: null,
    generatorCheck: null,
    ...more,
  }
}
