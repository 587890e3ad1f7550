/** The session against a real server which keeps its own ledger: what was asked, sent, received and counted must agree. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestEvent } from '../../src/contracts/user.ts'
import { HttpFailure } from '../../src/load/http/response.ts'
import { ClientClosed } from '../../src/load/http/session.ts'
import { TestWorker } from './session.test-kit.ts'

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let worker: TestWorker
let server: Server
let base: string
let seen: Seen[]
let handle: (request: Seen, response: ServerResponse) => void

beforeEach(async () => {
  worker = new TestWorker()
  seen = []
  handle = (_request, response) => response.end('ok')
  server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(pieces).toString('utf8') }
      seen.push(one)
      handle(one, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  await worker.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** A TCP relay before the server that counts what passes. */
async function countingRelay(port: number) {
  let received = 0
  let sent = 0
  const sockets: Socket[] = []
  const relay = createTcpServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    sockets.push(client, upstream)
    client.on('data', (bytes) => {
      received += bytes.length
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      sent += bytes.length
      client.write(bytes)
    })
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const close = async () => {
    for (const each of sockets) each.destroy()
    await new Promise((resolve) => relay.close(resolve))
  }
  return {
    base: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    received: () => received,
    sent: () => sent,
    close,
  }
}

const last = () => seen.at(-1)!

describe('a request', () => {
  it('carries the default fields, and says who sends load', async () => {
    const response = await worker.session(base).get('/a?b=1')
    expect(response).toMatchObject({
      ok: true,
      status: 200,
      reused: false,
      redirects: 0,
      retries: 0,
      bodySize: 2,
    })
    expect(response.text()).toBe('ok')
    expect(response.url).toBe(`${base}/a?b=1`)
    expect(last()).toMatchObject({ method: 'GET', url: '/a?b=1' })
    expect(last().headers).toMatchObject({
      host: base.slice(7),
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br, zstd',
      'user-agent': expect.stringMatching(/^onrush\/\d.* \(\+load test\)$/),
    })
  })
  it('is one series by method and path without query, or by its name', async () => {
    const session = worker.session(`${base}/api`)
    await session.get('/items?page=2')
    expect(worker.recorder.last.series).toBe('http GET /api/items')
    expect(last().url).toBe('/api/items?page=2')
    await session.get('/items/7', { name: '/items/:id' })
    expect(worker.recorder.last.series).toBe('http GET /items/:id')
  })
  it('takes the lateness of its iteration, and only the first does', async () => {
    const user = worker.user({ lateUs: 1234.5 })
    const session = worker.session(base, {}, user)
    await session.get('/')
    await session.get('/')
    expect(worker.recorder.requests.map((each) => each.lateUs)).toEqual([1234.5, 0])
    expect(user.lateUs).toBe(0)
  })
  it('uses one connection again and again, and says where its time went', async () => {
    const session = worker.session(base)
    const first = await session.get('/')
    const second = await session.get('/')
    expect([first.reused, second.reused]).toEqual([false, true])
    expect(second.timings).toMatchObject({ dns: 0, connect: 0, tls: 0 })
    const { total, ...phases } = first.timings
    expect(phases.connect).toBeGreaterThan(0)
    expect(Object.values(phases).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(
      total + 0.01,
    )
    expect(worker.recorder.phasesUs).toHaveLength(2)
  })
  it('tells listeners of events.request', async () => {
    const events: RequestEvent[] = []
    const session = worker.session(
      base,
      {},
      worker.user({ onRequest: (event) => events.push(event), lateUs: 2000 }),
    )
    const response = await session.get('/x')
    expect(events).toEqual([
      expect.objectContaining({
        kind: 'http',
        method: 'GET',
        name: '/x',
        url: `${base}/x`,
        status: 200,
        error: undefined,
        response,
      }),
    ])
    expect(events[0]!.responseMs).toBeCloseTo(events[0]!.latencyMs + 2, 5)
  })
})

describe('the ledger', () => {
  it('requests and bytes counted are those the server saw', async () => {
    handle = (request, response) => {
      if (request.url === '/hop') response.writeHead(302, { location: '/end' }).end('moved')
      else response.end('x'.repeat(10_000))
    }
    const counter = await countingRelay((server.address() as AddressInfo).port)
    const sessions = [worker.session(counter.base), worker.session(counter.base)]
    for (let round = 0; round < 10; round++) {
      await Promise.all(sessions.map((each) => each.get('/hop')))
      await Promise.all(sessions.map((each) => each.post('/end', { json: { round } })))
    }
    const sum = (key: 'wireRequests' | 'bytesIn' | 'bytesOut') =>
      worker.recorder.requests.reduce((total, each) => total + each[key], 0)
    expect(worker.recorder.requests).toHaveLength(40)
    expect(sum('wireRequests')).toBe(seen.length)
    expect(sum('bytesOut')).toBe(counter.received())
    expect(sum('bytesIn')).toBe(counter.sent())
    for (const session of sessions) session.close()
    await counter.close()
  })
})

describe('bodies', () => {
  const post = async (options: Parameters<ReturnType<TestWorker['session']>['post']>[1]) => {
    const response = await worker.session(base).post('/', options)
    expect(response.ok).toBe(true)
    return last()
  }
  it('json, form, text, bytes', async () => {
    expect(await post({ json: { a: 'é' } })).toMatchObject({
      body: '{"a":"é"}',
      headers: { 'content-type': 'application/json', 'content-length': '10' },
    })
    expect(await post({ form: { a: 'x y' } })).toMatchObject({
      body: 'a=x+y',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(await post({ body: 'тест', headers: { 'Content-Type': 'text/x' } })).toMatchObject({
      body: 'тест',
      headers: { 'content-type': 'text/x' },
    })
    expect(await post({ body: new Uint8Array([65, 66]) })).toMatchObject({ body: 'AB' })
    expect(await post({})).toMatchObject({ body: '', headers: { 'content-length': '0' } })
  })
  it('streams: in chunks, or with the length the script gives', async () => {
    expect(await post({ body: Readable.from(['a', 'b'.repeat(100_000)]) })).toMatchObject({
      body: `a${'b'.repeat(100_000)}`,
      headers: { 'transfer-encoding': 'chunked' },
    })
    expect(
      await post({ body: Readable.from(['abc']), headers: { 'Content-Length': 3 } }),
    ).toMatchObject({ body: 'abc', headers: { 'content-length': '3' } })
  })
  it('multipart with a boundary that repeats from run to run', async () => {
    const { body, headers } = await post({
      multipart: { a: '1', f: { data: Readable.from(['content']), filename: 'a.txt' } },
    })
    const boundary = /boundary=(.+)/.exec(headers['content-type']!)![1]!
    expect(boundary).toBe('----onrush-00000001000000000001')
    expect(body).toContain(
      `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.txt"`,
    )
    expect(body.endsWith(`--${boundary}--\r\n`)).toBe(true)
  })
  it('a redirect that would repeat a stream is a failure, not an empty body', async () => {
    handle = (_, response) => response.writeHead(307, { location: '/there' }).end()
    const response = await worker.session(base).post('/', { body: Readable.from(['x']) })
    expect(response.error).toMatchObject({ kind: 'redirect' })
    expect(seen).toHaveLength(1)
  })
  it('are decoded when read, kept raw beside, and dropped when asked', async () => {
    handle = (_, response) =>
      response
        .writeHead(200, {
          'content-encoding': 'gzip',
          'content-type': 'text/plain; charset=latin1',
        })
        .end(gzipSync(Buffer.from('h\xe9', 'latin1')))
    const session = worker.session(base)
    const response = await session.get('/')
    expect(response.text()).toBe('hé')
    expect(response.rawBytes()[0]).toBe(0x1f)
    const dropped = await session.get('/', { discardBody: true })
    expect(dropped.bodySize).toBe(response.bodySize)
    expect(() => dropped.text()).toThrow(/leave out `discardBody`/)
  })
  it('large ones without a length arrive whole', async () => {
    handle = (_, response) => {
      for (let i = 0; i < 50; i++) response.write(String(i % 10).repeat(50_000))
      response.end()
    }
    const response = await worker.session(base).get('/')
    expect(response.bodySize).toBe(2_500_000)
    expect(response.text().slice(-1)).toBe('9')
  })
})

describe('failures are data', () => {
  it('a status from 400 on, unless the script says it is fine', async () => {
    handle = (_, response) => response.writeHead(404).end('none')
    const session = worker.session(base)
    expect((await session.get('/x')).error).toEqual({
      kind: 'status',
      when: '',
      message: 'status 404',
    })
    expect(worker.recorder.last).toMatchObject({
      error: 'status: status 404',
      status: 404,
      wireRequests: 1,
    })
    expect(worker.recorder.samples.get('status: status 404')).toBe(`GET ${base}/x: status 404`)
    expect((await session.get('/x', { okStatus: 404 })).ok).toBe(true)
    expect((await session.get('/x', { okStatus: [200, 404] })).ok).toBe(true)
    expect((await session.get('/x', { okStatus: (status) => status < 404 })).ok).toBe(false)
  })
  it('nobody listening: status 0 and no wire request', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    await new Promise((resolve) => other.close(resolve))
    const response = await worker.session(`http://127.0.0.1:${port}`).get('/')
    expect(response).toMatchObject({
      ok: false,
      status: 0,
      wireRequests: 0,
      error: { kind: 'refused', when: 'connect' },
    })
    expect(worker.recorder.last).toMatchObject({ status: 0, wireRequests: 0 })
  })
  it('a refused host: blocked, nothing sent, also as the target of a redirect', async () => {
    worker.refused.add('localhost')
    handle = (_, response) =>
      response.writeHead(302, { location: base.replace('127.0.0.1', 'localhost') }).end()
    const session = worker.session(base)
    const response = await session.get('/')
    expect(response.error).toMatchObject({
      kind: 'blocked',
      message: 'load to localhost is not allowed',
    })
    expect(seen).toHaveLength(1)
    expect((await session.get(base.replace('127.0.0.1', 'localhost'))).wireRequests).toBe(0)
  })
  it('total and head timeouts', async () => {
    handle = () => {}
    const session = worker.session(base)
    expect((await session.get('/', { timeout: '60ms' })).error).toMatchObject({ kind: 'timeout' })
    expect((await session.get('/', { timeout: { head: '60ms' } })).error).toMatchObject({
      kind: 'timeout',
      when: 'before-response',
    })
  })
  it('throwOnFailure rejects with the response', async () => {
    handle = (_, response) => response.writeHead(500).end()
    const error = await worker
      .session(base, { throwOnFailure: true })
      .get('/')
      .catch((each: unknown) => each)
    expect(error).toBeInstanceOf(HttpFailure)
    expect(error).toMatchObject({ message: 'GET / failed: status 500', response: { status: 500 } })
  })
  it('closing ends what is in flight as cancelled, and later requests reject', async () => {
    const session = worker.session(base)
    const asked = new Promise<void>((resolve) => {
      handle = () => resolve()
    })
    const pending = session.get('/slow')
    await asked
    session.close()
    session.close()
    expect((await pending).error).toMatchObject({ kind: 'cancelled' })
    await expect(session.get('/')).rejects.toBeInstanceOf(ClientClosed)
    expect(worker.recorder.requests).toHaveLength(1)
  })
  it('closing one user of a shared pool leaves the others alone', async () => {
    const options = { sharedConnections: true, connectionsMax: 2 }
    const [one, two] = [worker.session(base, options), worker.session(base, options)]
    const waiting: ServerResponse[] = []
    const both = new Promise<void>((resolve) => {
      handle = (_, response) => {
        if (waiting.push(response) === 2) resolve()
      }
    })
    const answers = [one!.get('/1'), two!.get('/2')]
    await both
    one!.close()
    for (const each of waiting) each.end('late')
    const [first, second] = await Promise.all(answers)
    expect(first!.error).toMatchObject({ kind: 'cancelled' })
    expect(second!.ok).toBe(true)
  })
})

describe('wrong use of the client rejects with a TypeError and counts nothing', () => {
  it.each([
    ['a URL', () => ['GET', 'ftp://x/', {}], /is not a URL/],
    ['a header', () => ['GET', '/', { headers: { 'X-A': 'a\r\nb' } }], /value of header X-A/],
    ['json', () => ['POST', '/', { json: 1n }], /cannot be serialised/],
    ['a timeout', () => ['GET', '/', { timeout: '5 years' }], /timeout "5 years"/],
    ['redirects', () => ['GET', '/', { redirects: -1 }], /`redirects`/],
    ['a method', () => ['G ET', '/', {}], /method "G ET"/],
  ] as const)('%s', async (_, make, why) => {
    const [method, url, options] = make() as [string, string, object]
    await expect(worker.session(base).request(method, url, options)).rejects.toThrow(why)
    expect(worker.recorder.begun).toBe(0)
  })
  it('a relative URL without a host', async () => {
    await expect(worker.session(undefined).get('/x')).rejects.toThrow(TypeError)
  })
})

describe('checks', () => {
  it('false, a sentence and a throw fail the request; each is counted by name', async () => {
    const session = worker.session(base)
    function saysOk(response: { text(): string }): boolean {
      return response.text() === 'ok'
    }
    expect((await session.get('/', { check: saysOk })).ok).toBe(true)
    expect(
      (await session.get('/c', { check: (r) => r.status === 201 || `cart said ${r.status}` }))
        .error,
    ).toEqual({ kind: 'check', when: '', message: 'cart said 200' })
    expect((await session.get('/c', { check: () => false })).error?.message).toBe(
      'check "check of GET /c" failed',
    )
    expect(
      (await session.get('/c', { checks: { 'logged in': (r) => r.json() !== null } })).error
        ?.message,
    ).toMatch(/^check "logged in" threw SyntaxError: the body is not JSON: it begins "ok" \(at /)
    expect((await session.get('/c', { check: [saysOk, () => false] })).error?.kind).toBe('check')
    expect(worker.recorder.checks).toEqual([
      ['saysOk', true],
      ['check of GET /c', false],
      ['check of GET /c', false],
      ['logged in', false],
      ['saysOk', true],
      ['check of GET /c', false],
    ])
    expect(worker.recorder.last).toMatchObject({
      error: 'check: check "check of GET /c" failed',
      status: 200,
    })
  })
  it('an async check is a mistake that is told, not a pass', async () => {
    const response = await worker.session(base).get('/', { check: (async () => true) as never })
    expect(response.error?.message).toMatch(/answered a promise/)
  })
})

describe('credentials', () => {
  it('basic from options, from the host, from an absolute URL; bearer', async () => {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
    await worker.session(base, { auth: { basic: { user: 'ü', password: 'p:w' } } }).get('/')
    expect(last().headers.authorization).toBe(basic('ü:p:w'))
    const withUser = worker.session(base.replace('//', '//u:p%40@'))
    const response = await withUser.get('/x')
    expect(last().headers).toMatchObject({ authorization: basic('u:p@'), host: base.slice(7) })
    expect(response.url).toBe(`${base}/x`)
    await worker.session(base).get(base.replace('//', '//a:b@'))
    expect(last().headers.authorization).toBe(basic('a:b'))
    await worker.session(base).get('/', { auth: { bearer: 't0ken' } })
    expect(last().headers.authorization).toBe('Bearer t0ken')
  })
  it('digest: one challenge, then the nonce is reused', async () => {
    const md5 = (text: string) => createHash('md5').update(text).digest('hex')
    handle = (request, response) => {
      const header = request.headers.authorization ?? ''
      const part = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(header)?.[1] ?? ''
      const ha2 = md5(`${request.method}:${request.url}`)
      const right = md5(`${md5('u:r:p')}:n1:${part('nc')}:${part('cnonce')}:auth:${ha2}`)
      if (part('response') === right) response.end('in')
      else
        response
          .writeHead(401, { 'www-authenticate': 'Digest realm="r", nonce="n1", qop="auth"' })
          .end()
    }
    const session = worker.session(base, { auth: { digest: { user: 'u', password: 'p' } } })
    expect(await session.get('/a')).toMatchObject({ ok: true, wireRequests: 2 })
    expect(await session.get('/b')).toMatchObject({ ok: true, wireRequests: 1 })
    const wrong = worker.session(base, { auth: { digest: { user: 'u', password: 'wrong' } } })
    expect(await wrong.get('/a')).toMatchObject({ ok: false, status: 401, wireRequests: 2 })
  })
})

it('default fields can be replaced per class and per request, and removed', async () => {
  const session = worker.session(base, { headers: { 'User-Agent': 'mine', 'X-A': '1' } })
  await session.get('/', { headers: { 'x-a': '2', Accept: null } })
  expect(last().headers).toMatchObject({ 'user-agent': 'mine', 'x-a': '2' })
  expect(last().headers.accept).toBeUndefined()
  await session.get('/', { query: { q: 'a b' } })
  expect(last()).toMatchObject({ url: '/?q=a+b', headers: { 'user-agent': 'mine', 'x-a': '1' } })
})
