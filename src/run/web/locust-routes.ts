/**
 * Locust's own routes, for dashboards and exporters that read them; only where `--locust-routes` asks for them, because they change things by
 * GET and by forms. Field by field as Locust 2 answers; times are responses in whole ms, "current" rates are those of the last ten
 * seconds and "current" percentiles those of the newest second.
 */
import type { SeriesResult } from '../../contracts/result.ts'
import type { ViewPoint } from '../../contracts/view.ts'
import { isOfRequests } from '../../model/metrics/series-totals.ts'
import type { PageHost, StartRequest } from './api.ts'
import type { Answer, Request, Route } from './http-server.ts'
import type { ViewUpdate } from './live-run.ts'
import { type ReportKind, sendFile } from './report-routes.ts'

const RECENT_MS = 10_000
const ROWS_MAX = 500
const STATES = {
  preparing: 'spawning',
  running: 'running',
  stopping: 'stopping',
  finished: 'stopped',
  'cut-off': 'stopped',
} as const

export function locustRoutes(host: PageHost): Route[] {
  const view = (): ViewUpdate | undefined => host.current?.view()
  const get = (path: string, answer: () => unknown): Route => ({
    method: 'GET',
    path,
    isOpen: true,
    handle: () => ({ status: 200, json: answer() }),
  })
  const download = (path: string, kind: ReportKind, what: string): Route => ({
    method: 'GET',
    path,
    isOpen: true,
    handle: async (_request, response) => {
      const id = host.current?.id
      const file = id === undefined ? undefined : await host.report(id, kind)
      if (file === undefined) return { status: 404, json: { error: 'nothing is kept of a run' } }
      sendFile(response, { ...file, name: nameFor(view(), what) })
      return undefined
    },
  })
  return [
    download('/stats/requests/csv', 'csv', 'requests.csv'),
    download('/stats/requests_full_history/csv', 'csv-history', 'stats_history.csv'),
    download('/stats/failures/csv', 'csv-failures', 'failures.csv'),
    download('/exceptions/csv', 'csv-exceptions', 'exceptions.csv'),
    download('/stats/report', 'html', 'report.html'),
    get('/stats/requests', () => statsOf(view())),
    get('/exceptions', () => ({ exceptions: exceptionsOf(view()) })),
    get('/tasks', () => {
      const { perClass, total } = host.tasks()
      return { per_class: perClass, total }
    }),
    get('/worker-count', () => ({ worker_count: view()?.result.run.workers ?? 0 })),
    get('/logs', () => ({
      master: (view()?.result.events ?? []).map((each) => each.text).slice(-ROWS_MAX),
      workers: {},
    })),
    get('/stop', () => {
      host.current?.handle?.stop('user')
      return { success: true, message: 'Test stopped' }
    }),
    { method: 'POST', path: '/swarm', isOpen: true, handle: (request) => swarm(host, request) },
  ]
}

function statsOf(view: ViewUpdate | undefined): unknown {
  const result = view?.result
  const recent = (view?.points ?? []).filter(
    (each) => each.atMs + each.spanMs > (view?.elapsedMs ?? 0) - RECENT_MS,
  )
  const rateOf = (pick: (point: ViewPoint) => number): number => {
    const seconds = recent.reduce((sum, each) => sum + each.spanMs, 0) / 1_000
    return seconds === 0 ? 0 : recent.reduce((sum, each) => sum + pick(each), 0) / seconds
  }
  const current = {
    rps: rateOf((each) => each.requests),
    failures: rateOf((each) => each.failures),
  }
  const sent = (result?.series ?? []).filter(isOfRequests)
  const sorted = [...sent].sort((a, b) => order(a.name, b.name) || order(a.method, b.method))
  const rows = sorted.slice(0, ROWS_MAX).map((each) => rowOf(each, each.method, each.name))
  const all = result?.totals
  return {
    stats:
      all === undefined
        ? rows
        : [
            ...rows,
            {
              ...rowOf(all, null, 'Aggregated'),
              current_rps: current.rps,
              current_fail_per_sec: current.failures,
            },
          ],
    errors: (result?.errors ?? [])
      .slice(0, ROWS_MAX)
      .map(({ series, message, count, firstAtMs, lastAtMs }) => ({
        method: series.split(' ')[0],
        name: series.split(' ').slice(1).join(' '),
        error: message,
        occurrences: count,
        first_seen: firstAtMs / 1_000,
        last_seen: lastAtMs / 1_000,
      })),
    current_rps: current.rps,
    current_fail_per_sec: current.failures,
    total_rps: all?.ratePerSec ?? 0,
    total_fail_per_sec: all === undefined ? 0 : failuresPerSec(all),
    fail_ratio: all === undefined || all.requests === 0 ? 0 : all.failures / all.requests,
    current_response_time_percentiles: {
      'response_time_percentile_0.5': recent.at(-1)?.p50Ms ?? null,
      'response_time_percentile_0.95': recent.at(-1)?.p95Ms ?? null,
    },
    state: view === undefined ? 'ready' : STATES[view.state],
    user_count: view?.points.at(-1)?.users ?? 0,
    worker_count: result?.run.workers ?? 0,
    workers: (result?.generator.workers ?? []).map((each) => ({
      id: `${each.index}`,
      state: each.lost ? 'missing' : 'running',
      cpu_usage: each.cpuRatioMax * 100,
      memory_usage: each.rssBytesMax,
    })),
  }
}

/** Of the whole run; rates of single series are not kept by the second. */
function rowOf(series: SeriesResult, method: string | null, name: string): object {
  const { responseMs, requests, failures } = series
  return {
    method,
    name,
    safe_name: name,
    num_requests: requests,
    num_failures: failures,
    min_response_time: whole(responseMs.min),
    max_response_time: whole(responseMs.max),
    current_rps: series.ratePerSec,
    current_fail_per_sec: failuresPerSec(series),
    avg_response_time: responseMs.mean ?? 0,
    median_response_time: whole(responseMs.p50),
    total_rps: series.ratePerSec,
    total_fail_per_sec: failuresPerSec(series),
    'response_time_percentile_0.95': whole(responseMs.p95),
    'response_time_percentile_0.99': whole(responseMs.p99),
    avg_content_length: requests === 0 ? 0 : series.bytesIn / requests,
  }
}

function exceptionsOf(view: ViewUpdate | undefined): unknown[] {
  const thrown = (view?.result.errors ?? []).filter((each) => each.kind === 'script')
  return thrown.map(({ count, message, sample }) => ({
    count,
    msg: message,
    traceback: sample,
    nodes: 'local',
  }))
}

/** Begins a run, or changes the users of the one that goes on, as Locust's form does. */
async function swarm(host: PageHost, { body }: Request): Promise<Answer> {
  const form = (body ?? {}) as Readonly<Record<string, string | undefined>>
  const [users, rate] = [Number(form['user_count']), Number(form['spawn_rate'] ?? 1)]
  const steering = host.current?.isOver === false ? host.current.handle?.steering : undefined
  const problems =
    steering === undefined
      ? await begin(host, { model: 'users', users, spawnRate: rate, ...given(form) })
      : steering.change({ users, spawnRate: rate }, 'locust route')
  const [first] = problems
  const json =
    first === undefined
      ? { success: true, message: 'Swarming started', host: form['host'] ?? null }
      : { success: false, message: `${first.what}: ${first.why}` }
  return { status: 200, json }
}

async function begin(host: PageHost, request: StartRequest) {
  const started = await host.start(request)
  return 'id' in started ? [] : started
}

const given = (form: Readonly<Record<string, string | undefined>>): Partial<StartRequest> => ({
  ...(form['host'] && { host: form['host'] }),
  ...(form['run_time'] && { runTime: form['run_time'] }),
})
const failuresPerSec = ({ requests, failures, ratePerSec }: SeriesResult): number =>
  requests === 0 ? 0 : (ratePerSec * failures) / requests
const whole = (ms: number | null): number => Math.round(ms ?? 0)
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** As Locust calls them: `Locust_2026-11-21-14h55_shop_requests.csv`. */
function nameFor(view: ViewUpdate | undefined, what: string): string {
  const { startedAt = '', name = '' } = view?.result.run ?? {}
  const minute = `${startedAt.slice(0, 10)}-${startedAt.slice(11, 16).replace(':', 'h')}`
  return `Locust_${minute}_${name}_${what}`
}
