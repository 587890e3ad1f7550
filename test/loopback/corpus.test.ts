/**
 * The HTTP/1.1 corpus over real sockets, through the session a script uses: every response and exchange case, a sample of
 * split points, and after each case no socket, timer or request left.
 */
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HttpOptions } from '../../src/load/http/http-options.ts'
import { ContentFailure, type HttpResponse } from '../../src/load/http/response.ts'
import type { HttpSession } from '../../src/load/http/session.ts'
import {
  allBytes,
  type CaseRequest,
  type ClientSettings,
  type ExchangeCase,
  type Expectation,
  type ExpectedResponse,
  exchangeCases,
  type ResponseCase,
  responseCases,
  type Step,
  TOPICS,
} from '../fixtures/http1/load.ts'
import { CorpusServer, type Peer, play, type SeenRequest } from './corpus-server.ts'
import { TestWorker } from './session.test-kit.ts'

let worker: TestWorker
let server: CorpusServer
beforeEach(() => {
  worker = new TestWorker()
  server = new CorpusServer()
})
afterEach(async () => {
  await worker.close()
  await server.close()
})

for (const topic of TOPICS) {
  describe(topic, () => {
    for (const each of responseCases(topic)) {
      it(`${each.id}: ${each.title}`, () => playResponse(each, 0))
      if (splittable(each)) it(`${each.id}, cut in two`, () => playResponse(each, cutOf(each)))
    }
    for (const each of exchangeCases(topic))
      it(`${each.id}: ${each.title}`, () => playExchange(each))
  })
}

/** One seeded point per case: all of them are tried on the parser alone. */
function cutOf(each: ResponseCase): number {
  const first = each.serverBytes.find((step) => (step.latin1 ?? step.base64 ?? '') !== '')
  const size = first === undefined ? 0 : allBytes([first]).length
  const seed = [...each.id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) >>> 0
  return size < 2 ? 0 : 1 + (seed % (size - 1))
}

function splittable(each: ResponseCase): boolean {
  return (
    each.client?.headTimeoutMs === undefined &&
    each.client?.bodyTimeoutMs === undefined &&
    cutOf(each) > 0
  )
}

function optionsOf(client: ClientSettings = {}): HttpOptions {
  const ms = (value: number | undefined) => `${value ?? 0}ms`
  const { headTimeoutMs, bodyTimeoutMs, totalTimeoutMs, followRedirects, ...limits } = client
  return {
    maxBodyBytes: Number.MAX_SAFE_INTEGER,
    ...limits,
    redirects: followRedirects ?? 0,
    timeout: {
      connect: '5s',
      head: ms(headTimeoutMs ?? 20_000),
      body: ms(bodyTimeoutMs ?? 20_000),
      total: ms(totalTimeoutMs),
    },
  }
}

function send(session: HttpSession, request: CaseRequest, base: string): Promise<HttpResponse> {
  const body =
    request.body === undefined ? undefined : request.body.latin1.repeat(request.body.repeat ?? 1)
  const absolute = request.method === 'CONNECT' ? request.path : base + request.path
  return session.request(request.method, absolute, {
    ...(request.headers !== undefined && {
      headers: request.headers.map(([name, value]) => [name, value] as const),
    }),
    ...(body !== undefined && { body }),
  })
}

async function playResponse(each: ResponseCase, cut: number): Promise<void> {
  const port = await server.listen('a', (peer) => play(peer, each.serverBytes, 'request', cut))
  const base = `http://127.0.0.1:${port}`
  const session = worker.session(base, optionsOf(each.client))
  const startedMs = performance.now()
  const response = await send(session, each.request, base)
  const { expect: wanted } = each
  if (wanted.error !== undefined) expectError(response, wanted.error)
  else expectResponse(response, wanted.responses![0] as ExpectedResponse)
  if (wanted.minElapsedMs !== undefined)
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(wanted.minElapsedMs)
  if (wanted.retries !== undefined) expect(response.retries).toBe(wanted.retries)
  if (wanted.connection === 'closed') await closes(server.peers[0]!)
  if (wanted.connection === 'tunnel') await expectTunnel(response, wanted.tunnelBytes!)
  if (wanted.connection === 'open') expect(server.peers[0]!.ended).toBe(false)
  expect(server.requests.length).toBe(response.wireRequests)
}

async function expectTunnel(
  response: HttpResponse,
  wanted: { sha256: string; length: number },
): Promise<void> {
  const pieces = [Buffer.from(response.tunnel!.rest)]
  const size = () => pieces.reduce((sum, piece) => sum + piece.length, 0)
  // Cut in two, the rest comes by itself; in one piece it is there.
  if (size() < wanted.length) {
    await new Promise<void>((resolve) => {
      response.tunnel!.start(
        (bytes) => {
          pieces.push(Buffer.from(bytes))
          if (size() >= wanted.length) resolve()
        },
        () => resolve(),
      )
    })
  }
  expect(size()).toBe(wanted.length)
  expect(sha256(Buffer.concat(pieces))).toBe(wanted.sha256)
}

async function playExchange(each: ExchangeCase): Promise<void> {
  const bases = new Map<string, string>()
  const hosts: Record<string, string> = {}
  const resolve = (text: string) =>
    text.replace(/\{\{(\w+)(\.authority)?\}\}/g, (_, name: string, part?: string) => {
      const base = bases.get(name)!
      return part === undefined ? base : base.slice('http://'.length)
    })
  const steps = (list: readonly Step[]) =>
    list.map((step) =>
      step.latin1 === undefined ? step : { ...step, latin1: resolve(step.latin1) },
    )
  const serve = (origin: string) => async (peer: Peer, index: number) => {
    if (each.routes === undefined) {
      const scripts = each.connections!.filter((script) => (script.origin ?? 'a') === origin)
      await play(peer, steps(scripts[index]?.serverBytes ?? []))
      return
    }
    for (let count = 0; count < 100 && !peer.ended; count++) {
      const request = await peer.next('request')
      const route =
        request === undefined
          ? undefined
          : (each.routes[`${origin} ${request.path}`] ??
            each.routes[`${origin} ${request.path.split('?')[0]}`])
      if (route === undefined) return
      await play(peer, steps(route), 'connect')
    }
  }
  for (const [name, { host }] of Object.entries(each.origins ?? { a: {} })) {
    const port = await server.listen(name, serve(name))
    if (host !== undefined) hosts[host] = '127.0.0.1'
    bases.set(name, `http://${host ?? '127.0.0.1'}:${port}`)
  }
  const session = worker.session(bases.get('a'), { ...optionsOf(each.client), hosts })
  const answers: HttpResponse[] = []
  for (const request of each.requests) {
    if (request.pauseMs !== undefined)
      await new Promise((done) => setTimeout(done, request.pauseMs))
    answers.push(await send(session, request, bases.get(request.origin ?? 'a')!))
  }
  const wanted = pick(each.expect, answers)
  for (const [index, expected] of wanted.responses!.entries()) {
    const answer = answers[index]!
    if ('error' in expected) expectError(answer, expected.error)
    else
      expectResponse(answer, {
        ...expected,
        ...(expected.finalUrl !== undefined && { finalUrl: resolve(expected.finalUrl) }),
      })
  }
  if (wanted.wire !== undefined) expectWire(wanted, resolve)
  if (wanted.connections !== undefined) expect(server.peers.length).toBe(wanted.connections)
  if (wanted.retries !== undefined)
    expect(answers.reduce((sum, answer) => sum + answer.retries, 0)).toBe(wanted.retries)
  for (const index of wanted.clientCloses ?? []) await closes(server.peers[index]!)
  const counted = answers.reduce((sum, answer) => sum + answer.wireRequests, 0)
  // A connection given up at its first byte may have carried the head away unseen.
  if (each.expect.anyOf === undefined) expect(counted).toBe(server.requests.length)
}

function pick(expectation: Expectation, answers: readonly HttpResponse[]): Expectation {
  const matches = (option: Expectation) =>
    option.responses!.every((expected, index) => {
      const answer = answers[index]!
      return 'error' in expected
        ? answer.error?.kind === expected.error.kind
        : answer.status === expected.status && answer.keepAlive === expected.keepAlive
    })
  if (expectation.anyOf === undefined) return expectation
  return expectation.anyOf.find(matches) ?? expectation.anyOf[0]!
}

function expectWire(wanted: Expectation, resolve: (text: string) => string): void {
  const line = (each: { method?: string; path?: string }) => `${each.method} ${each.path}`
  expect(server.requests.map(line)).toEqual(wanted.wire!.map(line))
  for (const [index, wire] of wanted.wire!.entries()) {
    const seen: SeenRequest = server.requests[index]!
    if (wire.origin !== undefined) expect(seen.origin).toBe(wire.origin)
    if (wire.connection !== undefined) expect(seen.connection).toBe(wire.connection)
    if (wire.body !== undefined)
      expect(seen.body).toBe(wire.body.latin1.repeat(wire.body.repeat ?? 1))
    if (wire.finBeforeResponse !== undefined)
      expect(seen.finBeforeResponse).toBe(wire.finBeforeResponse)
    if (wire.bodyBytesBeforeFirstServerByte !== undefined)
      expect(seen.bodyBeforeFirstByte).toBe(wire.bodyBytesBeforeFirstServerByte)
    for (const [name, value] of wire.headers ?? []) {
      expect(seen.headers.filter(([lower]) => lower === name.toLowerCase())).toEqual([
        [name.toLowerCase(), resolve(value)],
      ])
    }
    for (const name of wire.absent ?? []) {
      expect(
        seen.headers.filter(
          ([lower, value]) => lower === name && !(lower === 'content-length' && value === '0'),
        ),
      ).toEqual([])
    }
  }
}

/**
 * When the clock ends a request, `when` is the state the parser waits in. The corpus has two words for two of these states, and the
 * connection one for all of a body: kind and whereabouts count, the finer word does not.
 */
const WAITING: Readonly<Record<string, string>> = {
  'before-final': 'status-line',
  head: 'header',
  'chunk-data': 'body',
  'chunk-size': 'body',
  trailer: 'body',
}

function expectError(response: HttpResponse, wanted: { kind: string; when: string }): void {
  const { kind, when = '' } = response.error ?? {}
  const at = (word: string) => (kind === 'timeout' ? (WAITING[word] ?? word) : word)
  expect({ kind, when: at(when) }).toEqual({ kind: wanted.kind, when: at(wanted.when) })
  expect(response.ok).toBe(false)
}

function expectResponse(response: HttpResponse, wanted: ExpectedResponse): void {
  expect(['status', undefined]).toContain(response.error?.kind)
  expect(response.ok).toBe(wanted.status < 400)
  expect(response.status).toBe(wanted.status)
  if (wanted.reason !== undefined) expect(response.statusText).toBe(wanted.reason)
  const pairs = (list: Iterable<readonly [string, string]>) =>
    [...list].map(([name, value]) => [name.toLowerCase(), value])
  expect(pairs(response.headers)).toEqual(pairs(wanted.headers))
  expect(pairs(response.trailers)).toEqual(pairs(wanted.trailers ?? []))
  expect(
    response.informational.map((each) => ({ status: each.status, headers: pairs(each.headers) })),
  ).toEqual(
    (wanted.informational ?? []).map((each) => ({
      status: each.status,
      headers: pairs(each.headers),
    })),
  )
  expect(response.bodySize).toBe(wanted.bodyLength)
  expect(sha256(response.rawBytes())).toBe(wanted.bodySha256)
  expect(response.keepAlive).toBe(wanted.keepAlive)
  if (wanted.redirects !== undefined) expect(response.redirects).toBe(wanted.redirects)
  if (wanted.finalUrl !== undefined) expect(response.url).toBe(wanted.finalUrl)
  if (wanted.decoded !== undefined) expectDecoded(response, wanted)
}

function expectDecoded(response: HttpResponse, { decoded, bodySha256 }: ExpectedResponse): void {
  if (decoded === null) expect(sha256(response.bytes())).toBe(bodySha256)
  else if ('error' in decoded!) {
    let thrown: unknown
    try {
      response.bytes()
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(ContentFailure)
    expect(thrown).toMatchObject(decoded.error)
  } else expect(sha256(response.bytes())).toBe(decoded!.sha256)
}

/** The client's FIN or RST, within a second. */
async function closes(peer: Peer): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, 1_000, 'open')
  })
  expect(await Promise.race([peer.closed.then(() => 'closed'), late])).toBe('closed')
  clearTimeout(timer)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
