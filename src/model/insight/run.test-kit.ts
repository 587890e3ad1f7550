/**
 * Runs that never happened, second by second, for insights: what each second was like, and the facts that come of it on the way that real
 * windows take. In flight is rate × latency unless said otherwise (Little); times are log-normal around their median.
 */
import type { InsightFacts } from '../../contracts/insight.ts'
import type { MonitorUnit } from '../../contracts/monitor.ts'
import { PHASE_NAMES, type PhaseName } from '../../contracts/plan.ts'
import type { GeneratorResult } from '../../contracts/result.ts'
import type { ErrorDelta, SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { Prng } from '../../kernel/prng.ts'
import { HEALTH, seriesOf, windowOf } from '../export/window.test-kit.ts'
import { LogHistogram } from '../metrics/histogram.ts'
import { RunTotals } from '../metrics/window.ts'
import { rebuildResult } from '../report/rebuild.ts'
import { resultOf } from '../report/result.test-kit.ts'
import { FactBook } from './fact-book.ts'

/** Requests of one name within a second. */
export interface Asked {
  readonly name?: string
  readonly requests: number
  readonly ms: number
  /** Of the logarithm. */
  readonly spread?: number
  /** Share with these times instead: a second kind of answer. */
  readonly slow?: { readonly share: number; readonly ms: number }
  /** Mean per request, out of `ms`. */
  readonly phases?: Partial<Record<PhaseName, number>>
  readonly failures?: number
  readonly statuses?: Readonly<Record<number, number>>
}

export interface Second {
  readonly asked: readonly Asked[]
  readonly users?: number
  readonly startedUsers?: number
  readonly arrivals?: { readonly started: number; readonly dropped: number }
  readonly inFlight?: number
  readonly errors?: readonly Pick<ErrorDelta, 'kind' | 'count'>[]
  /** By name; the unit is told by it. */
  readonly monitors?: Readonly<Record<string, number>>
}

export function seconds(count: number, each: (second: number) => Second): readonly Second[] {
  return Array.from({ length: count }, (_, second) => each(second))
}

export async function factsOf(
  told: readonly Second[],
  more: { readonly generator?: Partial<GeneratorResult>; readonly seed?: number } = {},
): Promise<InsightFacts> {
  const prng = Prng.of(more.seed ?? 1, 'insights')
  const windows = told.map((second, index) => windowAt(index, second, prng))
  const { run, generator } = resultOf()
  const stored = {
    record: { state: 'cut-off' },
    info: { id: 'r1', plan: run.plan, startedAtEpochMs: 0, workers: 1, script: 'shop.ts' },
    events: [],
  } as unknown as Parameters<typeof rebuildResult>[0]
  const result = await rebuildResult(
    stored,
    { merged: inOrder(windows), seconds: inOrder(windows) },
    () => ({
      ...generator,
      ...more.generator,
    }),
  )
  const [book, totals] = [new FactBook(), new RunTotals()]
  for (const window of windows) {
    book.add(window)
    totals.add(window)
  }
  return book.facts(result, totals.series)
}

function windowAt(index: number, second: Second, prng: Prng): Window {
  const series = second.asked.map((asked) => deltaOf(asked, prng))
  const busyMs = series.reduce((sum, { latency }) => sum + latency.sumUs / 1_000, 0)
  const inFlightMs = second.inFlight === undefined ? busyMs : second.inFlight * 1_000
  const active = second.users ?? 10
  const { started = 0, dropped = 0 } = second.arrivals ?? {}
  return windowOf(index, series, {
    errors: (second.errors ?? []).map(({ kind, count }) => errorOf(kind, count, index)),
    users: {
      active,
      started: second.startedUsers ?? (index === 0 ? active : 0),
      stopped: 0,
      failed: 0,
    },
    arrivals: {
      ...{ due: started + dropped, started, dropped, finished: started },
      lateness: new LogHistogram(),
    },
    monitors: Object.entries(second.monitors ?? {}).map(([name, value]) => ({
      name,
      unit: unitOf(name),
      value,
    })),
    workers: [[0, { ...HEALTH, inFlight: inFlightMs / 1_000, inFlightMs }]],
  })
}

function deltaOf(asked: Asked, prng: Prng): SeriesDelta {
  const { name = '/', requests, ms, spread = 0.2, slow, phases = {}, failures = 0 } = asked
  const times = Array.from({ length: requests }, () => {
    const middle = slow !== undefined && prng.next() < slow.share ? slow.ms : ms
    return middle * Math.exp(spread * normal(prng))
  })
  const delta = seriesOf(name, times)
  const sums = PHASE_NAMES.map((phase) => (phases[phase] ?? 0) * 1_000 * requests)
  const rest = delta.latency.sumUs - sums.reduce((sum, each) => sum + each, 0)
  sums[PHASE_NAMES.indexOf('wait')]! += Math.max(0, rest)
  const statuses = asked.statuses ?? { 200: requests - failures, 500: failures }
  return {
    ...delta,
    failures,
    phaseSumsUs: sums,
    statuses: new Map(
      Object.entries(statuses)
        .map(([status, count]) => [Number(status), count] as const)
        .filter(([, count]) => count > 0),
    ),
  }
}

function errorOf(kind: string, count: number, second: number): ErrorDelta {
  const atMs = second * 1_000
  return {
    method: 'GET',
    name: '/',
    kind,
    message: kind,
    count,
    firstAtMs: atMs,
    lastAtMs: atMs,
    sample: '',
  }
}

const UNITS: Readonly<Record<string, MonitorUnit>> = { memory: 'bytes', requestTime: 'ms' }
const unitOf = (name: string): MonitorUnit => UNITS[name.split('.')[1] ?? ''] ?? '%'

/** Box and Muller. */
function normal(prng: Prng): number {
  return Math.sqrt(-2 * Math.log(1 - prng.next())) * Math.cos(2 * Math.PI * prng.next())
}

async function* inOrder(windows: readonly Window[]): AsyncGenerator<Window> {
  yield* windows
}
