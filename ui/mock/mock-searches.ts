/** Two kept searches: one for the limit of a server of 10 ms per request, one a spike with its ramp. */
import type {
  CapacityResult,
  KeptSearch,
  SearchRecord,
  SpikePhase,
  TrialResult,
} from '../src/api/types.ts'

const search = {
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
  reproduce: "onrush capacity shop.ts --slo 'p95 < 300ms' --expected-peak 70/s",
}

function trial(load: number, verdict: TrialResult['verdict'] = 'pass'): TrialResult {
  const meanMs = load < 100 ? 1_000 / (100 - load) : 1_200
  const goodPerSec = Math.min(100, load)
  return {
    ...{
      purpose: 'search',
      load,
      verdict,
      certain: verdict !== 'pass' || load > 20,
      objectives: [],
    },
    ...{ broken: null, why: verdict === 'fail' ? 'the queue grew by 60 requests a second' : '' },
    ...{ fromMs: 0, measuredSec: 10, requests: 10 * load, failures: 0, goodPerSec, meanMs },
    ...{ p50Ms: meanMs, p95Ms: 3 * meanMs, p99Ms: 4 * meanMs },
    ...{ inFlightMean: (goodPerSec * meanMs) / 1_000, queueGrowthPerSec: 0, littleDeviation: 0 },
    ...{ statuses: { 200: 10 * load }, monitors: [], generator: [] },
  }
}

const CAPACITY: CapacityResult = {
  schema: 'onrush.capacity/1',
  search: {
    ...search,
    by: 'arrivals',
    objectives: ['p95 < 300ms', 'errors < 1%'],
    settings: {
      ...{ start: 10, max: 5_000, relativeWidth: 0.05, trialSec: 10 },
      ...{ trialSecMax: 40, soakSec: 30, maxSec: 1_800 },
    },
  },
  verdict: { passed: true, reason: '', exitCode: 0 },
  answer: {
    ...{ holds: 95, isAtLeast: false, confirmed: true, low: 95, high: 99, ended: 'width' },
    firstBroken: { load: 99, what: 'p95 < 300ms', detail: 'p95 < 300ms: 3s' },
    ...{ requestsPerSec: 95, inFlightMean: 19 },
  },
  points: { firstDegradation: 40, objectiveBroken: 99, saturation: 160, collapse: null },
  scalability: {
    ...{ sigma: 0.1, kappa: 0, lambdaPerSec: 10, rSquared: 0.99, mayPredict: true },
    ...{ peakConcurrency: null, peakPerSec: null, ceilingPerSec: 100, dominant: 'contention' },
    ...{ peakIdentifiable: false, spreadPerSec: 4 },
    whatIf: { halfContentionPerSec: 180, halfCoherencyPerSec: null },
  },
  effectiveServers: { servers: 1, capacityPerSec: 100 },
  knee: 80,
  headroom: { expectedPeak: 70, factor: 1.36 },
  limitingResource: null,
  watched: false,
  drift: { load: 10, beforeP95Ms: 33, afterP95Ms: 34, drifted: false },
  trials: [
    ...[10, 20, 40, 80].map((load) => trial(load)),
    ...[trial(160, 'fail'), trial(120, 'void'), trial(95), trial(99, 'fail')],
  ],
  requests: 6_000,
  hold: null,
  generatorCheck: {
    ...{ workers: 2, verdict: 'not-the-limit', why: 'with 2 workers the same load breaks' },
    trials: [],
  },
}

const phase: SpikePhase = {
  ...{ seconds: 15, requests: 900, failures: 9, dropped: 0, goodPerSec: 59.4 },
  ...{ p50Ms: 10, p95Ms: 20, p99Ms: 30, maxMs: 40 },
}
const taken = {
  ...{ before: phase, during: phase, after: phase, backlogMax: 1_500, lostRequests: 12 },
  ...{ timeToRecoverSec: 40, metastable: false, expectedDrainSec: 37.5 },
}

export const SEARCHES: readonly KeptSearch[] = [
  {
    schema: 'onrush.spike/1',
    search: {
      ...search,
      ...{ id: '20260101-120000-abce', by: 'arrivals', base: 60, peak: 150, lengthSec: 30 },
    },
    verdict: { passed: false, reason: 'the target did not recover from the ramp', exitCode: 1 },
    ...taken,
    ramp: { ...taken, riseSec: 60, rise: phase },
    versusRamp: { ratio: 0.6, suffers: true },
  },
  CAPACITY,
]

export const RECORDS: readonly SearchRecord[] = SEARCHES.map(
  ({ schema, search: each, verdict }) => ({
    ...{ id: each.id, script: each.script, startedAt: each.startedAt, by: each.by },
    ...{ durationMs: each.durationMs, passed: verdict.passed, reason: verdict.reason },
    ...(schema === 'onrush.spike/1'
      ? { kind: 'spike', asked: ['spike 60 → 150/s, 30 s'], holds: null, isAtLeast: false }
      : { kind: 'search', asked: CAPACITY.search.objectives, holds: 95, isAtLeast: false }),
  }),
)
