/** For tests of rules: parsed rules that must parse, and snapshots with only the parts that matter. Not part of the product. */
import type { Tags } from '../../contracts/measure.ts'
import type { Threshold } from '../../contracts/plan.ts'
import type {
  CheckDelta,
  MetricDelta,
  SeriesDelta,
  WorkerHealth,
} from '../../contracts/snapshot.ts'
import { LogHistogram } from '../metrics/histogram.ts'
import { SeriesTotals } from '../metrics/series-totals.ts'
import { parseThreshold } from './threshold.ts'
import type { Measured } from './threshold-meters.ts'

export function rule(text: string): Threshold {
  const parsed = parseThreshold(text)
  if (!('metric' in parsed)) throw new Error(`${text}: ${parsed.why}`)
  return parsed
}

export function series(kind: string, method: string, name: string, tags?: Tags): SeriesTotals {
  return new SeriesTotals(kind, method, name, tags)
}

/** GET requests with these latencies, none failed unless said. */
export function requests(name: string, latenciesMs: readonly number[], failures = 0): SeriesTotals {
  const counted = series('http', 'GET', name)
  counted.requests = latenciesMs.length
  counted.failures = failures
  for (const ms of latenciesMs) counted.latency.record(ms * 1_000)
  return counted
}

export function measured(parts: {
  workerIndex?: number
  window?: number
  series?: readonly SeriesDelta[]
  checks?: readonly CheckDelta[]
  metrics?: readonly MetricDelta[]
  due?: number
  dropped?: number
  latenessUs?: readonly number[]
  cpuRatio?: number
}): Measured {
  const lateness = new LogHistogram()
  for (const us of parts.latenessUs ?? []) lateness.record(us)
  const due = parts.due ?? 0
  const dropped = parts.dropped ?? 0
  return {
    workerIndex: parts.workerIndex ?? 0,
    window: parts.window ?? 0,
    series: parts.series ?? [],
    checks: parts.checks ?? [],
    metrics: parts.metrics ?? [],
    arrivals: { due, started: due - dropped, dropped, finished: due - dropped, lateness },
    health: { ...QUIET, cpuRatio: parts.cpuRatio ?? 0 },
  }
}

const QUIET: WorkerHealth = {
  cpuRatio: 0,
  loopUtilisation: 0,
  loopDelayMsP99: 0,
  rssBytes: 0,
  openSockets: 0,
  inFlight: 0,
  inFlightMs: 0,
  limits: [],
}
