/** The API of the page over synthetic runs, as a handler for any server of Node's: time goes on only when `tick` is called. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppState, Checked, Problem, RunRequest, ScriptFacts } from '../src/api/types.ts'
import { type MockOptions, MockRun } from './mock-run.ts'
import { mockSample, mockSamples } from './mock-samples.ts'
import { RECORDS, SEARCHES } from './mock-searches.ts'

const BASE = '/api/v1'
interface Listener {
  readonly run: MockRun
  readonly response: ServerResponse
  pointsSent: number
}

export class MockApi {
  readonly runs: MockRun[] = []
  /** What was posted, for tests. */
  readonly posted: { path: string; body: unknown }[] = []
  readonly #listeners = new Set<Listener>()
  readonly #options: MockOptions

  constructor(options: MockOptions = {}) {
    this.#options = options
  }

  start(request: RunRequest): MockRun {
    const run = new MockRun(`run-${this.runs.length + 1}`, request, this.#options)
    this.runs.push(run)
    return run
  }

  /** A second later. */
  tick(): void {
    for (const run of this.runs) run.tick()
    this.#tell()
  }

  /** Breaks all event streams, as a server that goes away does. */
  hangUp(): void {
    for (const { response } of this.#listeners) response.destroy()
    this.#listeners.clear()
  }

  /** False: not a call of the API. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (!url.pathname.startsWith(`${BASE}/`)) return false
    const path = url.pathname.slice(BASE.length)
    if (request.method === 'POST') void this.#post(path, request, response)
    else this.#get(path, url, request, response)
    return true
  }

  #get(path: string, url: URL, request: IncomingMessage, response: ServerResponse) {
    if (path === '/state') return json(response, 200, this.#state())
    if (path === '/scripts') return json(response, 200, { scripts: ['checkout.ts', 'search.ts'] })
    if (path === '/runs')
      return json(response, 200, { runs: this.runs.map((run) => run.record()).reverse() })
    if (path === '/glances') {
      const ids = url.searchParams.getAll('id')
      const asked = this.runs.filter((run) => ids.includes(run.id))
      return json(response, 200, { glances: asked.map((run) => run.glance()) })
    }
    if (path === '/searches') return json(response, 200, { searches: RECORDS })
    const search = SEARCHES.find((each) => path === `/searches/${each.search.id}`)
    if (search !== undefined) return json(response, 200, search)
    const [, id, what] = /^\/runs\/([^/]+)(?:\/(\w+)(?:\/[^/]+)?)?$/.exec(path) ?? []
    const run = this.runs.find((each) => each.id === id)
    if (run === undefined) return json(response, 404, { problems: [] })
    if (what === 'events') return this.#listen(run, request, response)
    const sample = /\/samples\/([^/]+)$/.exec(path)?.[1]
    if (sample !== undefined) {
      const found = mockSample(run, sample)
      return json(response, found === undefined ? 404 : 200, found ?? {})
    }
    if (what === 'series') return json(response, 200, { points: run.points })
    if (what === 'samples') return json(response, 200, mockSamples(run, url.searchParams))
    if (what === 'range')
      return json(
        response,
        200,
        run.range(Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))),
      )
    json(response, 200, run.view())
  }

  #listen(run: MockRun, request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const last = Number(request.headers['last-event-id'] ?? 0)
    const listener = { run, response, pointsSent: last }
    this.#listeners.add(listener)
    request.once('close', () => this.#listeners.delete(listener))
    this.#send(listener, last === 0)
  }

  #tell(): void {
    for (const listener of this.#listeners) this.#send(listener, false)
  }

  #send(listener: Listener, reset: boolean): void {
    const { run, response } = listener
    const view = run.view(run.points.slice(listener.pointsSent))
    listener.pointsSent = run.points.length
    response.write(
      `event: view\nid: ${listener.pointsSent}\ndata: ${JSON.stringify(reset ? { ...view, reset } : view)}\n\n`,
    )
    if (!run.isOver) return
    response.end()
    this.#listeners.delete(listener)
  }

  async #post(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers['x-onrush'] !== '1') return json(response, 403, {})
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = JSON.parse(Buffer.concat(chunks).toString()) as RunRequest & { text?: string }
    if (path === '/check') return json(response, 200, this.#check(body))
    if (path === '/reach') return json(response, 200, { problems: [], tookMs: 12 })
    this.posted.push({ path, body })
    if (path === '/runs') return this.#begin(body, response)
    const [, id, what] = /^\/runs\/([^/]+)\/(\w+)$/.exec(path) ?? []
    const run = this.runs.find((each) => each.id === id)
    if (run === undefined) return json(response, 404, {})
    const problems = this.#steer(run, what, body)
    this.#tell()
    json(response, problems.length > 0 ? 422 : 200, problems.length > 0 ? { problems } : {})
  }

  #begin(body: RunRequest, response: ServerResponse) {
    if (this.#running !== undefined) return json(response, 409, {})
    const problems = problemsOf(body)
    if (problems.length > 0) return json(response, 422, { problems })
    json(response, 201, { id: this.start(body).id })
  }

  #check(body: RunRequest): Checked {
    const problems = problemsOf(body)
    const facts = { ...FACTS, script: body.script ?? FACTS.script }
    return { problems, facts: problems.length > 0 ? null : facts, load: ['100 users'] }
  }

  #steer(
    run: MockRun,
    what: string | undefined,
    body: RunRequest & { text?: string },
  ): readonly Problem[] {
    if (what === 'stop') run.stop()
    if (what === 'pause' || what === 'resume') run.pause(what === 'pause')
    if (what === 'notes') run.note(body.text ?? '')
    return what === 'change' ? run.change(body) : []
  }

  get #running(): MockRun | undefined {
    return this.runs.find((run) => !run.isOver)
  }

  #state(): AppState {
    const running = this.#running
    return {
      ...FACTS,
      version: '0.1.0',
      state: running === undefined ? 'ready' : 'running',
      runId: (running ?? this.runs.at(-1))?.id ?? null,
    }
  }
}

const FACTS: ScriptFacts = {
  script: 'checkout.ts',
  users: [
    { name: 'Shopper', weight: 3, fixedCount: 0 },
    { name: 'Admin', weight: 1, fixedCount: 1 },
  ],
  host: 'http://localhost:3000',
  params: [
    { name: 'items', kind: 'number', initial: 10, min: 1, max: 50, whole: true, help: 'looked at' },
    { name: 'region', kind: 'choice', initial: 'eu', choices: ['eu', 'us'] },
    { name: 'isFast', kind: 'switch', initial: false },
    { name: 'apiKey', kind: 'secret', initial: '' },
  ],
  rules: ['errors < 5%'],
  more: [],
  defaults: { users: 10, spawnRate: 1, runTime: '5m' },
}

/** As the server complains: of a host without a scheme, of a rule without a limit, of too many items. */
function problemsOf({ host, thresholds = [], params = {} }: RunRequest): Problem[] {
  const wrong = (path: string, what: string): Problem => ({
    ...{ code: 'E_MOCK', path, what },
    ...{ why: 'it cannot be read', fix: 'Correct it.' },
  })
  const rules = thresholds.flatMap((rule, index) =>
    rule.includes('<') ? [] : [wrong(`plan.thresholds[${index + 1}]`, `"${rule}" is no rule`)],
  )
  return [
    ...(host !== undefined && !/^https?:/.test(host)
      ? [wrong('--host', `"${host}" is no URL`)]
      : []),
    ...rules,
    ...(Number(params['items'] ?? 1) > 50
      ? [{ ...wrong('--param items', `"${params['items']}" is too many`), code: 'E_PARAM' }]
      : []),
  ]
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
