/** A small result, and the thresholds of a plan, for the tests of reports. */
import type { Finding } from '../../contracts/finding.ts'
import type { Threshold } from '../../contracts/plan.ts'
import type { RunResult, SeriesResult, ThresholdResult } from '../../contracts/result.ts'

export function seriesOf(
  name: string,
  requests: number,
  failures = 0,
  kind = 'http',
): SeriesResult {
  const ms = { min: 1, mean: 50, p50: 41.2, p75: 60, p90: 80, p95: 190, p99: 440 }
  const times = { ...ms, p999: 1200, p9999: 1300, max: 1300.25 }
  return {
    kind,
    method: kind === 'task' ? 'TASK' : 'GET',
    name,
    requests,
    failures,
    wireRequests: requests,
    ratePerSec: requests / 60,
    bytesIn: 10 * requests,
    bytesOut: requests,
    latencyMs: times,
    responseMs: times,
    phasesMs: { dns: 0, connect: 0, tls: 0, send: 0, wait: 41, receive: 0 },
    statuses: { 200: requests - failures },
  }
}

export function ruleOf(rule: string, more: Partial<Threshold> = {}): Threshold {
  const metric = { kind: 'percentile', percentile: 95, of: 'response', series: 'http' } as const
  return {
    rule,
    metric,
    operator: '<',
    limit: 100,
    unit: 'ms',
    abort: false,
    delayMs: 0,
    overMs: null,
    noDataPasses: false,
    ...more,
  }
}

export const CROSSED: ThresholdResult = {
  rule: 'p95(http) < 100ms',
  passed: false,
  observed: 190.126,
  unit: 'ms',
  margin: -0.90126,
  firstCrossedAtMs: 58_000,
}

/** A minute that passed: 1000 requests of one series, no rules, no checks. `more` and the thresholds of the plan replace. */
export function resultOf(
  more: Partial<RunResult> = {},
  thresholds: readonly Threshold[] = [],
): RunResult {
  return {
    schema: 'onrush.result/1',
    run: {
      id: 'r1',
      name: 'shop',
      startedAt: '2026-11-21T14:55:01.250Z',
      durationMs: 60_000,
      seed: 1,
      script: 'shop.ts',
      scriptHash: 'h',
      host: 'http://localhost:3000',
      workers: 1,
      version: '0.1.0',
      node: '20.19.0',
      plan: {
        schemaVersion: 1,
        name: 'shop',
        seed: 1,
        host: null,
        hostOverrides: false,
        scenarios: [],
        thresholds,
        tags: {},
        include: null,
        exclude: [],
      },
      tags: {},
      git: null,
    },
    verdict: { passed: true, reason: 'no request failed', exitCode: 0 },
    totals: seriesOf('(all)', 1000),
    series: [seriesOf('/', 1000)],
    errors: [],
    checks: [],
    thresholds: [],
    users: { max: 20, started: 20, stopped: 20, failed: 0 },
    arrivals: {
      due: 0,
      started: 0,
      dropped: 0,
      unknown: 0,
      latenessMs: { p50: null, p99: null, max: null },
    },
    generator: {
      trustworthy: true,
      reasons: [],
      cpuRatioMax: 0.4,
      loopDelayMsP99: 4,
      littlesLaw: { inFlightMean: 1, expected: 1, holds: true },
      workers: [],
    },
    windows: [],
    monitors: [],
    findings: [],
    events: [],
    ...more,
  }
}

export const failedBy = (reason: string, exitCode = 1): Pick<RunResult, 'verdict'> => ({
  verdict: { passed: false, reason, exitCode },
})

export const FINDING: Finding = {
  id: 'target-cpu',
  ruleVersion: 1,
  severity: 'critical',
  confidence: 0.9,
  title: 'The target ran out of CPU: target.cpu at 99 % of one core from 0:05 on',
  evidence: [
    {
      ...{ what: 'target.cpu while it was busy', value: 98.96, unit: '%' },
      ...{ fromMs: 5_000, toMs: 30_000, chart: 'target' },
    },
    { what: 'added in this part', value: 12_345_678, unit: 'bytes' },
  ],
  impact: 'requests took 4.1 × as long as at the least load',
  score: 76,
  recommendation: ['Profile the target under this load.', 'Run more processes.'],
  howToVerify: "onrush run shop.ts --threshold 'monitor(target.cpu) < 80%'",
}
/** One insight found something, one nothing, and one could not look. */
export const LOOKED: Pick<RunResult, 'findings' | 'insights'> = {
  findings: [FINDING],
  insights: {
    evaluated: ['generator', 'target-cpu'],
    notEvaluated: [{ id: 'memory-growth', why: 'the run has 3 stretches' }],
  },
}
