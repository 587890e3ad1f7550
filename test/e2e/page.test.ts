/** The page's server as a process of its own: what the page does, done by hand. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { get as httpsGet } from 'node:https'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { RunView } from '../../src/contracts/view.ts'
import {
  CliFolder,
  closedPort,
  GET,
  pageOf,
  type Started,
  scriptOf,
  Target,
} from './cli.test-kit.ts'

const folder = new CliFolder()
const target = new Target()
let started: Started | undefined
beforeAll(async () => {
  await target.open()
  folder.write('shop.ts', scriptOf(GET, target.url))
})
afterEach(() => void started?.child.kill('SIGKILL'))
afterAll(async () => {
  await target.close()
  folder.remove()
})

/** Its address, once it says so. */
const open = (...args: string[]): Promise<string> => serve('run', 'shop.ts', ...args)

function serve(...command: string[]): Promise<string> {
  started = folder.start([...command, '--web-port', '0'])
  return pageOf(started)
}

interface Answered {
  readonly id: string
  readonly problems: readonly { readonly code: string; readonly what: string }[]
}
const json = { 'content-type': 'application/json', 'x-onrush': '1' }
async function post(url: string, body: unknown = {}): Promise<{ status: number; json: Answered }> {
  const response = await fetch(url, { method: 'POST', headers: json, body: JSON.stringify(body) })
  return { status: response.status, json: (await response.json()) as Answered }
}

const sumOf = ({ points }: RunView): number => points.reduce((sum, each) => sum + each.requests, 0)

/** Views of a stream from `lastEventId` on, until `done` says so. */
async function watch(
  url: string,
  done: (view: RunView, seen: number) => boolean,
  lastEventId?: string,
): Promise<{ views: (RunView & { reset?: boolean })[]; lastId: string }> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const response = await fetch(url, { headers })
  const views: RunView[] = []
  let [text, lastId] = ['', '']
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const events = text.split('\n\n')
    text = events.pop()!
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1]
      if (data === undefined) continue
      lastId = /^id: (.*)$/m.exec(event)![1]!
      views.push(JSON.parse(data))
      if (done(views.at(-1)!, views.length)) return { views, lastId }
    }
  }
  return { views, lastId }
}

test('a run is started, watched, steered, noted and stopped, and a second one follows', async () => {
  const page = await open()
  const state = await (await fetch(`${page}/api/v1/state`)).json()
  expect(state).toMatchObject({ state: 'ready', runId: null, users: [{ name: 'Shopper' }] })
  const { status, json: made } = await post(`${page}/api/v1/runs`, { model: 'users', users: 3 })
  expect(status).toBe(201)
  const run = `${page}/api/v1/runs/${made.id}`
  expect((await post(`${page}/api/v1/runs`, { model: 'users', users: 1 })).status).toBe(409)

  const first = await watch(`${run}/events`, (view) => view.points.length > 0)
  expect(first.views.at(-1)).toMatchObject({ state: 'running', load: ['3 users'], paused: false })
  expect((await post(`${run}/change`, { users: 8, spawnRate: 100 })).status).toBe(200)
  expect((await post(`${run}/change`, { arrivals: '5/s' })).json.problems[0]!.code).toBe('E_STEER')
  expect((await post(`${run}/notes`, { text: '<b>cache on</b>' })).status).toBe(200)

  const rest = await watch(
    `${run}/events`,
    (view) => view.points.some((each) => each.users === 8),
    first.lastId,
  )
  // What was known is not sent again, and what is sent is of the same run.
  const known = first.views.flatMap((view) => view.points.map((each) => each.atMs))
  expect(rest.views[0]!.points.every((each) => each.atMs >= Math.max(...known))).toBe(true)
  expect((await post(`${run}/pause`)).status).toBe(200)
  expect((await watch(`${run}/events`, (view) => view.paused)).views.at(-1)!.paused).toBe(true)
  expect((await post(`${run}/stop`)).status).toBe(200)
  const over = await watch(`${run}/events`, (view) => view.state === 'finished')
  const { result } = over.views.at(-1)!
  expect(result.verdict.passed).toBe(true)
  const [change, note, pause] = result.events.filter((each) => each.by === 'page')
  expect([change?.kind, note?.text, pause?.text]).toEqual([
    'steer',
    '<b>cache on</b>',
    expect.stringContaining('Paused'),
  ])
  expect(await (await fetch(run)).json()).toMatchObject({ state: 'finished', result })
  const second = await post(`${page}/api/v1/runs`, {
    model: 'arrivals',
    arrivals: '20/s',
    runTime: '1s',
  })
  expect(second.status).toBe(201)
  const end = await watch(
    `${page}/api/v1/runs/${second.json.id}/events`,
    (v) => v.state === 'finished',
  )
  expect(end.views.at(-1)!.result.arrivals.due).toBe(20)

  // The first run is not the one in memory any more: it comes from the history, whole and in parts.
  const kept = (await (await fetch(run)).json()) as RunView
  expect(kept).toMatchObject({ state: 'finished', load: ['3 users'] })
  expect(kept.result.totals).toEqual(result.totals)
  expect(sumOf(kept)).toBe(result.totals.requests)
  const { runs } = (await (await fetch(`${page}/api/v1/runs`)).json()) as { runs: { id: string }[] }
  expect(runs.map((each) => each.id)).toEqual([second.json.id, made.id])
  const part = await (await fetch(`${run}/range?from=0&to=1000`)).json()
  expect(part).toMatchObject({ totals: { requests: kept.points[0]!.requests } })
  expect((await fetch(`${run}/range?from=9&to=3`)).status).toBe(400)
})

test('what is wrong with a run comes back in the words of the terminal, and the page goes on', async () => {
  const page = await open()
  const host = `http://127.0.0.1:${await closedPort()}`
  const refused = await post(`${page}/api/v1/runs`, { model: 'users', users: 1, host })
  expect(refused.status).toBe(422)
  expect(refused.json.problems[0]!.code).toBe('E_REFUSED')
  const wrong = await post(`${page}/api/v1/runs`, {
    model: 'users',
    users: 'many',
    runTime: 'soon',
  })
  expect(wrong.json.problems.map((each) => each.code).sort()).toEqual(['E_DURATION', 'E_USAGE'])
  expect((await post(`${page}/api/v1/runs`, {})).json.problems[0]!.what).toContain('no model')
  expect(await (await fetch(`${page}/api/v1/state`)).json()).toMatchObject({ state: 'ready' })
})

test('only this page may talk to it', async () => {
  const page = await open()
  const ask = (headers: Record<string, string>, method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      request(`${page}/api/v1/state`, { method, headers }, (response) => {
        response.resume()
        resolve(response.statusCode!)
      })
        .on('error', reject)
        .end()
    })
  expect(await ask({})).toBe(200)
  expect(await ask({ host: 'evil.example' }), 'a name that was made to point here').toBe(403)
  expect(await ask({ origin: 'http://evil.example' }), 'another site').toBe(403)
  expect(await ask({ origin: 'null' }), 'a sandboxed page').toBe(403)
  const plain = await fetch(`${page}/api/v1/runs`, { method: 'POST', body: '{}' })
  expect(plain.status, 'what a form could send').toBe(403)
  const headers = (await fetch(`${page}/api/v1/state`)).headers
  expect(headers.get('content-security-policy')).toContain("default-src 'self'")
  const large = await fetch(`${page}/api/v1/runs`, {
    method: 'POST',
    headers: json,
    body: `"${'x'.repeat(1_100_000)}"`,
  })
  const document = await (await fetch(`${page}/api/v1/openapi.json`)).json()
  expect(document).toMatchObject({ openapi: '3.1.0', paths: { '/api/v1/runs/{id}': { get: {} } } })
  const nothing = await fetch(`${page}/api/v1/nothing`)
  expect([large.status, nothing.status]).toEqual([400, 404])
})

test('for other machines a token is needed, as the first address, a cookie or a bearer', async () => {
  const address = await open('--web-host', '0.0.0.0')
  const { origin, searchParams } = new URL(address)
  const token = searchParams.get('token')!
  const state = `${origin}/api/v1/state`
  expect(token).toMatch(/^[0-9a-f]{32}$/)
  expect((await fetch(state)).status).toBe(401)
  expect((await fetch(`${state}?token=${'0'.repeat(32)}`)).status).toBe(401)
  const first = await fetch(`${state}?token=${token}`)
  const cookie = first.headers.get('set-cookie')!
  expect([first.status, cookie]).toEqual([200, expect.stringMatching(/HttpOnly; SameSite=Strict/)])
  expect((await fetch(state, { headers: { cookie: cookie.split(';')[0]! } })).status).toBe(200)
  expect((await fetch(state, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
})

test('a run that is over can be taken away in every format; an unknown run or format is said', async () => {
  const page = await open()
  const { json: made } = await post(`${page}/api/v1/runs`, {
    model: 'users',
    users: 1,
    runTime: '1s',
  })
  const run = `${page}/api/v1/runs/${made.id}`
  await watch(`${run}/events`, (view) => view.state === 'finished')
  const series = async (name: string, tags = '') =>
    fetch(`${run}/series?kind=http&method=GET&name=${encodeURIComponent(name)}&tags=${tags}`)
  const view = (await (await fetch(run)).json()) as RunView
  const { points } = (await (await series('/')).json()) as Pick<RunView, 'points'>
  expect(points.reduce((sum, each) => sum + each.requests, 0)).toBe(view.result.totals.requests)
  expect([(await series('/none')).status, (await series('/', '7')).status]).toEqual([404, 400])
  const get = async (kind: string) => {
    const response = await fetch(`${run}/report/${kind}`)
    return [
      response.status,
      response.headers.get('content-type')?.split(';')[0],
      await response.text(),
    ]
  }
  expect(await get('html')).toEqual([200, 'text/html', expect.stringMatching(/^<!doctype html>/i)])
  expect(await get('json')).toEqual([200, 'application/json', expect.stringContaining(made.id)])
  expect(await get('junit')).toEqual([
    200,
    'application/xml',
    expect.stringContaining('<testsuite'),
  ])
  expect(await get('markdown')).toEqual([200, 'text/markdown', expect.stringContaining('| ')])
  expect(await get('csv-history')).toEqual([200, 'text/csv', expect.stringMatching(/^Timestamp,/)])
  expect((await get('pdf'))[0]).toBe(404)
  expect((await fetch(`${page}/api/v1/runs/none/report/html`)).status).toBe(404)
})

test('over https with a certificate of one’s own; half of one, or a wrong one, is refused', async () => {
  const pem = (name: string): string =>
    fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url))
  const address = await open('--tls-cert', pem('server.pem'), '--tls-key', pem('server.key'))
  expect(address).toMatch(/^https:/)
  const ca = readFileSync(pem('ca.pem'))
  const [answer] = await once(httpsGet(`${address}/api/v1/state`, { ca }), 'response')
  expect(answer.statusCode).toBe(200)
  answer.resume()
  const half = await folder.run(
    'run',
    'shop.ts',
    '--web-port',
    '0',
    '--tls-cert',
    pem('server.pem'),
  )
  expect([half.code, half.err]).toEqual([2, expect.stringContaining('--tls-key is missing')])
  const files = ['--tls-cert', pem('server.pem'), '--tls-key', pem('other.key')]
  const wrong = await folder.run('run', 'shop.ts', '--web-port', '0', ...files)
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('E_TLS_FILES')])
})

test('what reads Locust reads this, when it was asked for', async () => {
  const page = await open('--locust-routes')
  const form = (fields: Record<string, string>) =>
    fetch(`${page}/swarm`, { method: 'POST', body: new URLSearchParams(fields) })
  const get = async (path: string) => (await fetch(`${page}${path}`)).json()
  expect(await get('/stats/requests')).toMatchObject({ state: 'ready', stats: [], user_count: 0 })
  expect(await (await form({ user_count: 'many' })).json()).toMatchObject({ success: false })
  const started = await form({ user_count: '4', spawn_rate: '100' })
  expect(await started.json()).toMatchObject({ success: true, message: 'Swarming started' })
  const { runId } = (await get('/api/v1/state')) as { runId: string }
  const events = `${page}/api/v1/runs/${runId}/events`
  await watch(events, (view) => view.points.some((each) => each.users === 4))
  expect(await (await form({ user_count: '6', spawn_rate: '100' })).json()).toMatchObject({
    success: true,
  })
  await watch(events, (view) => view.points.some((each) => each.users === 6))
  const stats = (await get('/stats/requests')) as {
    stats: { name: string; num_requests: number }[]
  }
  expect(stats).toMatchObject({ state: 'running', user_count: 6, fail_ratio: 0, worker_count: 1 })
  expect(stats.stats.map((each) => each.name)).toEqual(['/', 'Aggregated'])
  expect(stats.stats[0]!.num_requests).toBeGreaterThan(0)
  expect(await get('/tasks')).toMatchObject({ per_class: { Shopper: { ratio: 1 } } })
  expect(await get('/stop')).toEqual({ success: true, message: 'Test stopped' })
  await watch(events, (view) => view.state === 'finished')
  expect(await get('/stats/requests')).toMatchObject({ state: 'stopped' })
  const csv = await fetch(`${page}/stats/requests/csv`)
  expect(csv.headers.get('content-disposition')).toMatch(
    /"Locust_\d{4}-\d\d-\d\d-\d\dh\d\d_.+_requests\.csv"/,
  )
  expect((await csv.text()).split('\r\n')[2]).toMatch(/^,Aggregated,\d+,0,/)
  expect(await (await fetch(`${page}/stats/report`)).text()).toMatch(/^<!doctype html>/i)
  const plain = await open()
  const closed = await fetch(`${plain}/swarm`, { method: 'POST', body: new URLSearchParams() })
  expect(closed.status).toBe(403)
})

test('--autostart with --autoquit runs as typed and ends with its verdict; Ctrl-C ends an idle page', async () => {
  await open(
    '-u',
    '2',
    '-t',
    '1s',
    '--autostart',
    '--autoquit',
    '0s',
    '--threshold',
    'p95 < 0.001ms',
  )
  expect((await started!.ended).code).toBe(1)
  await open()
  started!.child.kill('SIGINT')
  expect((await started!.ended).code).toBe(0)
})

test('onrush ui opens at the kept runs, with a script of the folder for new ones', async () => {
  const address = await serve('ui')
  const { origin, pathname } = new URL(address)
  expect(pathname).toBe('/runs')
  expect((await fetch(address)).headers.get('content-type')).toMatch(/html/)
  expect(await (await fetch(`${origin}/api/v1/state`)).json()).toMatchObject({ script: 'shop.ts' })
  expect(await (await fetch(`${origin}/api/v1/runs`)).json()).toHaveProperty('runs')
  const none = new CliFolder()
  const { code, err } = await none.run('ui')
  none.remove()
  expect([code, err]).toEqual([2, expect.stringContaining('no script in this folder')])
})

test('a port in use, and a port that is none, are said', async () => {
  const args = (port: string) => ['run', 'shop.ts', '--web-port', port]
  const taken = await folder.run(...args(String(target.port)))
  expect([taken.code, taken.err]).toEqual([2, expect.stringContaining('E_PORT')])
  expect((await folder.run(...args('many'))).err).toContain('"many" is no port')
})
