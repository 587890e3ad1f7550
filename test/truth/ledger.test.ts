/** What a run says it sent and received is what the server says it received and sent: requests, bytes, statuses. */
import { afterEach, describe, expect, test } from 'vitest'
import { type Shop, startShop } from '../../src/app/demo/shop.ts'
import { type Ended, ONE, runCli } from './run-cli.ts'
import { type Answer, startTarget, type Target } from './target.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const LOADS = {
  'closed, 1 worker': '--users 8 --spawn-rate 50 --run-time 1s --workers 1',
  'closed, 3 workers': '--users 8 --spawn-rate 50 --run-time 1s --workers 3',
  'arrivals, 1 worker': '--arrivals 150/s --users-max 30 --run-time 1s --workers 1',
  'arrivals, 3 workers': '--arrivals 150/s --users-max 30 --run-time 1s --workers 3',
}

const MIXED = `
import { constant, HttpUser, task } from 'onrush'
export class Mixed extends HttpUser {
  waitTime = constant(0.01)
  @task(4) async get() {
    await this.client.get('/get/' + this.random.integer(1, 1000), { name: '/get/:id' })
  }
  @task(4) async post() {
    await this.client.post('/post', { json: { text: 'x'.repeat(this.random.integer(0, 500)) } })
  }
  @task(2) async redirect() { await this.client.get('/redirect') }
  @task async broken() { await this.client.get('/broken') }
  @task async chunked() { await this.client.get('/chunked') }
}`

const mixed: Answer = (request, response, count) => {
  const path = request.url ?? ''
  if (path === '/redirect') response.writeHead(302, { location: '/get/0' }).end()
  else if (path === '/broken') response.writeHead(count % 2 ? 500 : 503).end('out of order')
  else if (path === '/chunked') {
    response.write('a'.repeat(count % 700))
    response.end('b')
  } else response.end('ok'.repeat(count % 100))
}

describe.each(Object.entries(LOADS))('%s', (_name, load) => {
  test('requests, bytes both ways and statuses are the same on both sides, redirects and errors included', async () => {
    const target = await listen(mixed)
    const { result, code, stderr } = await runCli(
      MIXED,
      `${load} --host ${target.url} --threshold errors<50%`,
    )
    expect(code, stderr).toBe(0)
    expect(result.totals.wireRequests).toBe(target.arrivals.length)
    expect(result.totals.requests).toBe(target.arrivals.length - (target.statuses['302'] ?? 0))
    expect(result.totals.bytesOut).toBe(target.bytes().read)
    expect(result.totals.bytesIn).toBe(target.bytes().written)
    const { 302: _, ...finals } = target.statuses
    expect(result.totals.statuses).toEqual(finals)
    expect(result.totals.failures).toBe((finals['500'] ?? 0) + (finals['503'] ?? 0))
    expectConsistent(result)
  })

  test('the demo shop agrees, route by route', async () => {
    const shop: Shop = await startShop()
    closing.push(() => shop.close())
    const source = `
      import { HttpUser, task } from 'onrush'
      export class Shopper extends HttpUser {
        waitTime = () => 0.01
        @task(3) async item() { await this.client.get('/items/' + this.random.integer(1, 500), { name: '/items/:id' }) }
        @task async list() { await this.client.get('/items', { query: { page: 2 } }) }
        @task async search() { await this.client.get('/search', { query: { q: 'oak' } }) }
      }`
    const { result, code, stderr } = await runCli(source, `${load} --host ${shop.url}`)
    expect(code, stderr).toBe(0)
    const ledger = shop.ledger()
    for (const [route, { requests, bytesIn, bytesOut, statuses }] of Object.entries(
      ledger.routes,
    )) {
      const series = result.series.find((each) => `${each.method} ${each.name}` === route)
      expect(series, route).toMatchObject({
        requests,
        bytesIn: bytesOut,
        bytesOut: bytesIn,
        statuses,
      })
    }
    expect(result.totals.wireRequests).toBe(ledger.requests)
    expectConsistent(result)
  })

  test('a server that resets every tenth request is counted as often as it did', async () => {
    const target = await listen((request, response, count) => {
      if (count % 10 === 9) request.socket.resetAndDestroy()
      else response.end('ok')
    })
    const { result, code, stderr } = await runCli(
      paced(ONE),
      `${load} --host ${target.url} --threshold errors<50%`,
    )
    expect(code, stderr).toBe(0)
    expect(result.totals.wireRequests).toBe(target.arrivals.length)
    expect(result.totals.statuses['200']).toBe(target.statuses['200'])
    expect(result.totals.bytesOut).toBe(target.bytes().read)
    const resets = result.errors.reduce((sum, error) => sum + error.count, 0)
    expect(resets).toBe(result.totals.failures)
    expectConsistent(result)
  })

  test('a server that ends idle connections costs reconnects, not failures', async () => {
    const target = await listen((request, response, count) => {
      response.end('ok')
      if (count % 5 === 4) response.once('finish', () => request.socket.end())
    })
    const { result, code, stderr } = await runCli(paced(ONE), `${load} --host ${target.url}`)
    expect(code, stderr).toBe(0)
    expect(result.totals.failures).toBe(0)
    expect(result.totals.statuses).toEqual(target.statuses)
    expect(target.connections).toBeGreaterThan(result.totals.requests / 10)
    // A request may cross the end of its connection on the way; the server then never sees that try.
    expect(result.totals.wireRequests).toBeGreaterThanOrEqual(target.arrivals.length)
    expectConsistent(result)
  })
})

async function listen(answer: Answer): Promise<Target> {
  const target = await startTarget(answer)
  closing.push(() => target.close())
  return target
}

function paced(source: string): string {
  return source.replace('@task', 'waitTime = () => 0.01\n  @task')
}

/** What must hold within any result. */
function expectConsistent({
  totals,
  series,
  arrivals,
  generator,
  users,
  windows,
}: Ended['result']): void {
  const requests = series.filter((each) => each.kind !== 'task')
  const sum = (of: (each: (typeof series)[number]) => number) =>
    requests.reduce((all, each) => all + of(each), 0)
  expect(totals.requests).toBeGreaterThan(100)
  expect(totals.requests).toBe(sum((each) => each.requests))
  expect(totals.failures).toBe(sum((each) => each.failures))
  expect(totals.requests).toBe(Object.values(totals.statuses).reduce((all, each) => all + each, 0))
  expect(totals.requests).toBe(windows.reduce((all, each) => all + each.requests, 0))
  expect(arrivals.due).toBe(arrivals.started + arrivals.dropped + arrivals.unknown)
  expect(users.started).toBe(users.stopped)
  expect(generator.littlesLaw, JSON.stringify(generator)).toMatchObject({ holds: true })
}
