/** Trials and results with the figures of a healthy search, except those that a test is about. */
import type { TrialResult } from '../../contracts/capacity.ts'
import type { SpikePhase, SpikeResult } from '../../contracts/spike.ts'
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

/** A spike that was taken well. */
export function spikeOf(
  search: Partial<SpikeResult['search']> = {},
  more: Partial<SpikeResult> = {},
): SpikeResult {
  const { objectives: _, settings: __, ...facts } = capacityInput(null, []).search
  return {
    schema: 'onrush.spike/1',
    search: { ...facts, base: 60, peak: 150, lengthSec: 30, ...search },
    verdict: { passed: true, reason: '', exitCode: 0 },
    before: SPIKE_PHASE,
    during: SPIKE_PHASE,
    after: SPIKE_PHASE,
    backlogMax: 1_500,
    lostRequests: 12,
    timeToRecoverSec: 40,
    metastable: false,
    expectedDrainSec: 37.5,
    ramp: null,
    versusRamp: null,
    ...more,
  }
}

export const SPIKE_PHASE: SpikePhase = {
  seconds: 15,
  requests: 900,
  failures: 9,
  dropped: 0,
  goodPerSec: 59.4,
  p50Ms: 10,
  p95Ms: 20,
  p99Ms: 30,
  maxMs: 40,
}
