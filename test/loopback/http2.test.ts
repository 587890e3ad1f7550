/** HTTP/2 behind the same session: a real server, cleartext with prior knowledge and TLS with ALPN. */
import { readFileSync } from 'node:fs'
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { HttpOptions } from '../../src/load/http/http-options.ts'
import { TestWorker } from './session.test-kit.ts'

const pem = (name: string) =>
  readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8')
const tls = { ca: pem('ca.pem') }

let worker: TestWorker
let servers: (Http2Server | HttpsServer)[]
let sessions: { destroy(): void }[]
beforeEach(() => {
  worker = new TestWorker()
  servers = []
  sessions = []
})
afterEach(async () => {
  await worker.close()
  for (const each of sessions) each.destroy()
  for (const each of servers) await new Promise((resolve) => each.close(resolve))
})

async function serve(
  handle: (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  secure = false,
): Promise<string> {
  const server = secure
    ? createSecureServer({ key: pem('server.key'), cert: pem('server.pem') }, handle)
    : createServer(handle)
  server.on('session', (session) => sessions.push(session))
  servers.push(server as Http2Server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `${secure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function echo(request: Http2ServerRequest, response: Http2ServerResponse): void {
  const pieces: Buffer[] = []
  request.on('data', (piece: Buffer) => pieces.push(piece))
  request.on('end', () => {
    if (request.url === '/hop')
      response.writeHead(302, { location: '/end', 'set-cookie': 'a=1' }).end()
    else
      response.end(
        JSON.stringify({
          method: request.method,
          url: request.url,
          cookie: request.headers.cookie,
          version: request.httpVersion,
          body: Buffer.concat(pieces).toString(),
        }),
      )
  })
}

const over = (base: string, options: HttpOptions = {}) =>
  worker.session(base, { http2: true, tls, ...options })

it('requests, bodies, redirects and cookies work as over HTTP/1.1, on one connection', async () => {
  const session = over(await serve(echo))
  const first = await session.get('/a?b=1', { name: '/a' })
  expect(first).toMatchObject({ ok: true, status: 200, reused: false })
  expect(first.json()).toMatchObject({ method: 'GET', url: '/a?b=1', version: '2.0' })
  const hop = await session.get('/hop')
  expect(hop).toMatchObject({ ok: true, redirects: 1, wireRequests: 2, reused: true })
  expect(hop.json()).toMatchObject({ url: '/end', cookie: 'a=1' })
  expect((await session.post('/', { json: { x: 'é' } })).json()).toMatchObject({
    body: '{"x":"é"}',
  })
  expect((await session.post('/', { body: Readable.from(['a', 'b']) })).json()).toMatchObject({
    body: 'ab',
  })
  expect(sessions).toHaveLength(1)
  expect(worker.recorder.last).toMatchObject({ series: 'http POST /', status: 200, error: '' })
  expect(worker.recorder.last.bytesIn).toBeGreaterThan(0)
})

it('many requests at once share the connection', async () => {
  const session = over(await serve(echo))
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => session.get(`/${index}`, { name: '/n' })),
  )
  expect(answers.every((each, index) => each.json<{ url: string }>().url === `/${index}`)).toBe(
    true,
  )
  expect(sessions).toHaveLength(1)
})

it('over TLS, ALPN chooses it; the handshake is measured', async () => {
  const session = over(await serve(echo, true), { http2: 'auto' })
  const response = await session.get('/')
  expect(response.json()).toMatchObject({ version: '2.0' })
  expect(response.timings.tls).toBeGreaterThan(0)
})

it('a server that knows only HTTP/1.1 gets it, over the same socket, when http2 is auto', async () => {
  let connections = 0
  const server = createHttpsServer(
    { key: pem('server.key'), cert: pem('server.pem') },
    (request, response) => response.end(request.httpVersion),
  )
  server.on('secureConnection', () => connections++)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const session = over(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    http2: 'auto',
  })
  expect((await session.get('/')).text()).toBe('1.1')
  expect((await session.get('/')).reused).toBe(true)
  expect(connections).toBe(1)
  session.close()
  server.closeAllConnections()
})

it('a reset stream, a status, a stall and a refused port fail as they do over HTTP/1.1', async () => {
  const base = await serve((request, response) => {
    if (request.url === '/reset') response.stream.close(2)
    else if (request.url === '/500') response.writeHead(500).end()
  })
  const session = over(base)
  expect((await session.get('/reset')).error).toMatchObject({ kind: 'reset' })
  expect((await session.get('/500')).error).toMatchObject({ kind: 'status' })
  expect((await session.get('/stall', { timeout: { head: '60ms' } })).error).toMatchObject({
    kind: 'timeout',
    when: 'before-response',
  })
  expect((await session.get('/stall', { timeout: '60ms' })).error).toMatchObject({
    kind: 'timeout',
  })
  const port = new URL(base).port
  for (const each of sessions) each.destroy()
  await new Promise((resolve) => servers.pop()!.close(resolve))
  expect((await over(`http://127.0.0.1:${port}`).get('/')).error).toMatchObject({ kind: 'refused' })
})

it('closing ends what is under way as cancelled', async () => {
  let arrived = (): void => {}
  const asked = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const session = over(await serve(() => arrived()))
  const pending = session.get('/')
  await asked
  session.close()
  expect((await pending).error).toMatchObject({ kind: 'cancelled' })
})

it('a body beyond the limit is refused', async () => {
  const session = over(await serve((_, response) => response.end('x'.repeat(100_000))), {
    maxBodyBytes: 1_000,
  })
  expect((await session.get('/')).error).toMatchObject({ kind: 'too-large' })
})
