/** Calls to the server. What a user can mend comes back as problems; everything else is thrown as an `ApiError`. */
import type {
  AppState,
  ChangeRequest,
  Checked,
  Exemplar,
  Problem,
  RangeView,
  Reached,
  RunRequest,
  RunView,
  SampleList,
  SampleQuery,
  SeriesResult,
  ViewPoint,
} from './types.ts'

export const BASE = '/api/v1'

export class ApiError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
export type Posted<T> = { readonly value: T } | { readonly problems: readonly Problem[] }

export const getState = (): Promise<AppState> => get('/state')
export const getRun = (id: string): Promise<RunView> => get(runPath(id))
export const getRange = (id: string, fromMs: number, toMs: number): Promise<RangeView> =>
  get(`${runPath(id)}/range?from=${fromMs}&to=${toMs}`)
export const getSeries = async (
  id: string,
  { kind, method, name, tags = {} }: Pick<SeriesResult, 'kind' | 'method' | 'name' | 'tags'>,
): Promise<readonly ViewPoint[]> => {
  const query = new URLSearchParams({ kind, method, name, tags: JSON.stringify(tags) })
  return (await get<{ points: readonly ViewPoint[] }>(`${runPath(id)}/series?${query}`)).points
}
export const getSamples = (id: string, query: SampleQuery): Promise<SampleList> => {
  const given = Object.entries(query).map(([key, value]): [string, string] => [key, `${value}`])
  return get(`${runPath(id)}/samples?${new URLSearchParams(given)}`)
}
export const getSample = (id: string, sample: string): Promise<Exemplar> =>
  get(`${runPath(id)}/samples/${encodeURIComponent(sample)}`)
export const eventsUrl = (id: string): string => `${BASE}${runPath(id)}/events`

export const getScripts = async (): Promise<readonly string[]> =>
  (await get<{ scripts: readonly string[] }>('/scripts')).scripts
export const checkRun = (request: RunRequest): Promise<Checked> => ask('/check', request)
export const reachHost = (host: string): Promise<Reached> => ask('/reach', { host })
export const startRun = (request: RunRequest): Promise<Posted<{ id: string }>> =>
  post('/runs', request)
export const stopRun = (id: string): Promise<Posted<object>> => post(`${runPath(id)}/stop`, {})
export const pauseRun = (id: string): Promise<Posted<object>> => post(`${runPath(id)}/pause`, {})
export const resumeRun = (id: string): Promise<Posted<object>> => post(`${runPath(id)}/resume`, {})
export const changeRun = (id: string, request: ChangeRequest): Promise<Posted<object>> =>
  post(`${runPath(id)}/change`, request)
export const noteRun = (id: string, text: string): Promise<Posted<object>> =>
  post(`${runPath(id)}/notes`, { text })

export const runPath = (id: string): string => `/runs/${encodeURIComponent(id)}`

export async function get<T>(path: string): Promise<T> {
  const response = await fetch(BASE + path, { headers: { accept: 'application/json' } })
  if (!response.ok) throw await refusal(response)
  return (await response.json()) as T
}

/** A question that takes a body: what is wrong is part of the answer. */
async function ask<T>(path: string, body: object): Promise<T> {
  const answer = await post<T>(path, body)
  if ('problems' in answer && !('value' in answer)) throw new ApiError(422, 'refused')
  return (answer as { value: T }).value
}

export const post = <T>(path: string, body: object): Promise<Posted<T>> =>
  send(path, { method: 'POST', body: JSON.stringify(body) })

export async function send<T>(path: string, request: RequestInit): Promise<Posted<T>> {
  const response = await fetch(BASE + path, {
    ...request,
    // A header that no foreign form can send.
    headers: { 'content-type': 'application/json', 'x-onrush': '1' },
  })
  if (response.status === 422) return (await response.json()) as { problems: readonly Problem[] }
  if (!response.ok) throw await refusal(response)
  return { value: (await response.json()) as T }
}

/** In the words of the server where it has any. */
async function refusal(response: Response): Promise<ApiError> {
  const said: unknown = await response.json().catch(() => undefined)
  const { error, problems } = (said ?? {}) as { error?: unknown; problems?: readonly Problem[] }
  const first = problems?.[0]
  if (first !== undefined) return new ApiError(response.status, `${first.what}: ${first.why}`)
  return new ApiError(response.status, `${error ?? `status ${response.status}`}`)
}
