/**
 * The routes of `/api/v1`: the page uses nothing else. They translate between JSON and what the program around them offers as `PageHost`;
 * problems of a request come back as data with status 422, in the same words as on the terminal.
 */
import type { Clock } from '../../contracts/clock.ts'
import type { Tags } from '../../contracts/measure.ts'
import type { ParamValue } from '../../contracts/params.ts'
import type { Problem } from '../../contracts/problem.ts'
import type { SearchStore } from '../../contracts/search-store.ts'
import type { RunQuery } from '../../contracts/store.ts'
import type { RunView } from '../../contracts/view.ts'
import type { LoadRequest } from '../../model/plan/load-change.ts'
import { readSampleQuery } from '../../model/view/samples.ts'
import type { Steering } from '../coordinator/steering.ts'
import { streamRun } from './event-stream.ts'
import { type HistoryHost, historyRoutes } from './history-routes.ts'
import type { Answer, Handler, Request, Route } from './http-server.ts'
import { keptRange, keptSeries, keptView, type ResultOf } from './kept-run.ts'
import type { LiveRun } from './live-run.ts'
import { openApi } from './openapi.ts'
import { type MakeReport, reportRoutes } from './report-routes.ts'
import { KeptSamples, type RunSamples } from './run-samples.ts'

/** What a person wants to run, as the form has it. */
export interface StartRequest {
  readonly model: 'users' | 'arrivals' | 'script'
  readonly users?: number | string
  readonly spawnRate?: number
  readonly arrivals?: string
  readonly usersMax?: number
  readonly host?: string
  readonly runTime?: string
  readonly thresholds?: readonly string[]
  /** One of `scripts()`; the one the page was opened with when it is not said. */
  readonly script?: string
  readonly stopTimeout?: string
  readonly seed?: number | string
  readonly workers?: number | string
  /** Labels kept with the run. */
  readonly tags?: Readonly<Record<string, string>>
  readonly params?: Readonly<Record<string, ParamValue>>
}

/** What would happen if it were started now, found without any load. */
export interface Checked {
  readonly problems: readonly Problem[]
  /** Of the script, as `facts` has them; null: it cannot be loaded. */
  readonly facts: Readonly<Record<string, unknown>> | null
  /** Each scenario's load in words; empty while there are problems. */
  readonly load: readonly string[]
}
/** What one plain request to a host came to. */
export interface Reached {
  readonly problems: readonly Problem[]
  readonly tookMs: number
}

/** The program that serves the page. */
export interface PageHost extends HistoryHost {
  /** What the form begins with; JSON. */
  facts(): Readonly<Record<string, unknown>>
  /** The run that goes on, or the last one. */
  readonly current: LiveRun | undefined
  /** Scripts in the folder of the page, as a form names them. */
  scripts(): readonly string[]
  /** Loads the script and reads the request, as a start would. */
  check(request: StartRequest): Promise<Checked>
  /** One request to the origin of `host`, no load. */
  reach(host: string): Promise<Reached>
  /** A run of its own; or what is wrong with the request. */
  start(request: StartRequest): Promise<{ readonly id: string } | readonly Problem[]>
  /** Searches for the limit that are over. */
  searches(): SearchStore
  readonly resultOf: ResultOf
  /** How often which task is chosen: shares by class and task; JSON. */
  tasks(): { readonly perClass: unknown; readonly total: unknown }
  /** Of a kept run. */
  readonly report: MakeReport
}

const BY = 'page'
/** Each is read from its file. */
const SEARCHES_LISTED = 50
const ok: Answer = { status: 200, json: {} }
const missing = (what: string): Answer => ({ status: 404, json: { error: what } })

/** `version`: of the program, for its description. */
export function apiRoutes(host: PageHost, clock: Clock, version: string): Route[] {
  const routes = routesOf(host, clock)
  const own = { method: 'GET', path: '/api/v1/openapi.json' } as const
  const document = openApi([own, ...routes], version)
  // Not the page, which answers for every other address.
  const rest: Handler = ({ url }) => missing(`there is no ${url.pathname}`)
  return [
    { ...own, handle: () => ({ status: 200, json: document }) },
    ...routes,
    { method: 'GET', path: '/api/*', handle: rest },
  ]
}

function routesOf(host: PageHost, clock: Clock): Route[] {
  const live = ({ params }: Request): LiveRun | undefined =>
    host.current?.id === params['id'] ? host.current : undefined
  const keptSamples = new KeptSamples()
  const samples = async (request: Request): Promise<RunSamples | undefined> => {
    const store = live(request) === undefined ? await host.store() : undefined
    return live(request)?.samples ?? (store && keptSamples.of(store, request.params['id']!))
  }
  const steer =
    (act: (steering: Steering, body: unknown) => readonly Problem[]): Handler =>
    (request) => {
      const steering = live(request)?.handle?.steering
      if (steering === undefined) return missing('this run does not go on')
      return answerOf(act(steering, request.body ?? {}))
    }
  return [
    { method: 'GET', path: '/api/v1/state', handle: () => ({ status: 200, json: stateOf(host) }) },
    {
      method: 'GET',
      path: '/api/v1/scripts',
      handle: () => ({ status: 200, json: { scripts: host.scripts() } }),
    },
    {
      method: 'POST',
      path: '/api/v1/check',
      handle: async ({ body }) => ({ status: 200, json: await host.check(requestOf(body)) }),
    },
    {
      method: 'POST',
      path: '/api/v1/reach',
      handle: async ({ body }) => {
        const { host: address } = (body ?? {}) as { readonly host?: unknown }
        if (typeof address !== 'string') return { status: 400, json: { error: 'host is a text' } }
        return { status: 200, json: await host.reach(address) }
      },
    },
    { method: 'POST', path: '/api/v1/runs', handle: ({ body }) => start(host, body) },
    { method: 'GET', path: '/api/v1/runs', handle: ({ url }) => list(host, url) },
    ...historyRoutes(host),
    {
      method: 'GET',
      path: '/api/v1/runs/:id',
      handle: async (request) => {
        const view = live(request)?.view() ?? (await kept(host, request))
        return view === undefined ? missing('there is no such run') : { status: 200, json: view }
      },
    },
    { method: 'GET', path: '/api/v1/runs/:id/range', handle: (request) => range(host, request) },
    {
      method: 'GET',
      path: '/api/v1/runs/:id/series',
      handle: (request) => seriesOf(host, request, live(request)),
    },
    ...reportRoutes((id, kind) => host.report(id, kind)),
    {
      method: 'GET',
      path: '/api/v1/runs/:id/samples',
      handle: async (request) => listSamples(await samples(request), request),
    },
    {
      method: 'GET',
      path: '/api/v1/runs/:id/samples/:sample',
      handle: async (request) => {
        const found = (await samples(request))?.one(request.params['sample']!)
        return found === undefined
          ? missing('there is no such request')
          : { status: 200, json: found }
      },
    },
    {
      method: 'GET',
      path: '/api/v1/runs/:id/events',
      handle: (request, response) => {
        const run = live(request)
        if (run === undefined) return missing('this run does not go on')
        streamRun(run, response, request.headers['last-event-id'] as string | undefined, clock)
        return undefined
      },
    },
    {
      method: 'POST',
      path: '/api/v1/runs/:id/stop',
      handle: (request) => {
        const handle = live(request)?.handle
        handle?.stop('user')
        return handle === undefined ? missing('this run does not go on') : ok
      },
    },
    { method: 'POST', path: '/api/v1/runs/:id/pause', handle: steer((each) => each.pause(BY)) },
    { method: 'POST', path: '/api/v1/runs/:id/resume', handle: steer((each) => each.resume(BY)) },
    {
      method: 'POST',
      path: '/api/v1/runs/:id/change',
      handle: steer((each, body) => each.change(body as LoadRequest, BY)),
    },
    {
      method: 'POST',
      path: '/api/v1/runs/:id/notes',
      handle: steer((each, body) => each.note(String((body as { text?: unknown }).text ?? ''), BY)),
    },
    {
      method: 'GET',
      path: '/api/v1/searches',
      handle: () => ({ status: 200, json: { searches: host.searches().list(SEARCHES_LISTED) } }),
    },
    {
      method: 'GET',
      path: '/api/v1/searches/:id',
      handle: ({ params }) => {
        const found = host.searches().read(params['id']!)
        return found === undefined
          ? missing('there is no such search')
          : { status: 200, json: found }
      },
    },
  ]
}

function stateOf(host: PageHost): unknown {
  const { current } = host
  const state =
    current === undefined || current.isOver ? 'ready' : (current.view()?.state ?? 'preparing')
  return { ...host.facts(), state, runId: current?.id ?? null }
}

async function start(host: PageHost, body: unknown): Promise<Answer> {
  if (host.current !== undefined && !host.current.isOver)
    return { status: 409, json: { error: 'a run goes on already', id: host.current.id } }
  const started = await host.start(requestOf(body))
  return 'id' in started ? { status: 201, json: started } : answerOf(started)
}

/** Whoever reads it looks at each field. */
const requestOf = (body: unknown): StartRequest => (body ?? {}) as StartRequest

async function list(host: PageHost, url: URL): Promise<Answer> {
  const store = await host.store()
  const query: { -readonly [K in keyof RunQuery]: RunQuery[K] } = {}
  const limit = Number(url.searchParams.get('limit') ?? 50)
  if (Number.isInteger(limit) && limit > 0) query.limit = Math.min(limit, 1_000)
  for (const key of ['before', 'name', 'tag'] as const) {
    const value = url.searchParams.get(key)
    if (value !== null) query[key] = value
  }
  return { status: 200, json: { runs: (await store?.list(query)) ?? [] } }
}

async function kept(host: PageHost, { params }: Request): Promise<RunView | undefined> {
  const store = await host.store()
  return store && keptView(store, params['id']!, host.resultOf)
}

async function seriesOf(
  host: PageHost,
  { params, url }: Request,
  live: LiveRun | undefined,
): Promise<Answer> {
  const asked = (key: string): string => url.searchParams.get(key) ?? ''
  const tags = tagsOf(asked('tags'))
  if (tags === undefined) return { status: 400, json: { error: 'tags are a JSON object of text' } }
  const store = await host.store()
  const run = await store?.read(params['id']!)
  if (store === undefined || run === undefined) return missing('nothing is kept of this run')
  const durationMs = live?.view()?.elapsedMs ?? run.record.durationMs ?? 0
  const key = { kind: asked('kind'), method: asked('method'), name: asked('name'), tags }
  const points = await keptSeries(store, run.info.id, key, durationMs)
  return points === undefined
    ? missing('there is no such series')
    : { status: 200, json: { points } }
}

/** Undefined for what are no tags. */
function tagsOf(json: string): Tags | undefined {
  try {
    const tags: unknown = JSON.parse(json || '{}')
    const isObject = typeof tags === 'object' && tags !== null && !Array.isArray(tags)
    const isTags = isObject && Object.values(tags).every((each) => typeof each === 'string')
    return isTags ? (tags as Tags) : undefined
  } catch {
    return undefined
  }
}

async function range(host: PageHost, { params, url }: Request): Promise<Answer> {
  const [fromMs, toMs] = ['from', 'to'].map((key) =>
    Number(url.searchParams.get(key) ?? Number.NaN),
  )
  if (fromMs === undefined || toMs === undefined || !(fromMs >= 0 && toMs > fromMs))
    return {
      status: 400,
      json: { error: 'from and to are milliseconds of the run, from before to' },
    }
  const store = await host.store()
  const found = store && (await keptRange(store, params['id']!, { fromMs, toMs }))
  return found === undefined ? missing('nothing is kept of this run') : { status: 200, json: found }
}

function listSamples(samples: RunSamples | undefined, { url }: Request): Answer {
  const query = readSampleQuery((key) => url.searchParams.get(key))
  if (typeof query === 'string') return { status: 400, json: { error: query } }
  return samples === undefined
    ? missing('there is no such run')
    : { status: 200, json: samples.list(query) }
}

const answerOf = (problems: readonly Problem[]): Answer =>
  problems.length === 0 ? ok : { status: 422, json: { problems } }
