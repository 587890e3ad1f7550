/** Requests that a session keeps: what they tell of the wire, and what they do not tell. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Exemplar } from '../../src/contracts/exemplar.ts'
import { formsOf, hiddenStart } from '../../src/kernel/hidden-start.ts'
import { HttpSession } from '../../src/load/http/session.ts'
import { installSecretReader, secret } from '../../src/load/user/secret.ts'
import { ExemplarBook } from '../../src/model/metrics/exemplar-book.ts'
import { WorkerRecorder } from '../../src/model/metrics/recorder.ts'
import { TestWorker } from './session.test-kit.ts'

const HEALTH = {
  ...{ cpuRatio: 0, loopUtilisation: 0, loopDelayMsP99: 0 },
  ...{ rssBytes: 0, openSockets: 0 },
}
let server: Server
let answer: RequestListener = (_, response) => response.end('hello')
let host = ''
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** Sessions on a recorder that keeps requests; `values` are secrets. */
class Keeping {
  readonly recorder: WorkerRecorder
  readonly session: HttpSession
  constructor(values: readonly string[] = [], withBodies = true, http2?: string) {
    const forms = formsOf(values)
    const hide = (text: string, charsMax: number) => hiddenStart(text, charsMax, forms)
    const exemplars = new ExemplarBook(0, { withBodies, hide })
    this.recorder = new WorkerRecorder(0, { exemplars, hide: (text) => hide(text, text.length) })
    const { context } = new TestWorker()
    const worker = { ...context, recorder: this.recorder, exemplars }
    const user = { userId: 7, worker, lateUs: 0, onRequest: undefined, mapStack: String }
    this.session = new HttpSession(http2 ?? host, { http2: http2 !== undefined }, user)
  }
  /** What was kept so far. */
  take(): readonly Exemplar[] {
    return this.recorder.flush(0, 1_000, HEALTH).exemplars ?? []
  }
}
let keeping: Keeping
afterEach(() => keeping.session.close())

describe('a kept request', () => {
  test('tells what was sent and what came back, where its time went, and which line sent it', async () => {
    keeping = new Keeping()
    answer = (_, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.end('{"id":1}')
    }
    await keeping.session.post('/pay?x=1', {
      json: { amount: 5 },
      headers: { traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` },
    })
    const [kept, ...others] = keeping.take()
    expect(others).toEqual([])
    expect(kept).toMatchObject({
      ...{ why: 'slow', kind: 'http', method: 'POST', name: '/pay', userId: 7, worker: 0 },
      ...{ status: 200, url: `${host}/pay?x=1`, isNewConnection: true, error: null },
      ...{ traceId: 'ab'.repeat(16), request: { body: '{"amount":5}', bodyBytes: 12, note: '' } },
      response: { body: '{"id":1}', bodyBytes: 8 },
    })
    expect(kept!.request.head).toMatch(/^POST \/pay\?x=1 HTTP\/1\.1\nHost: 127/)
    expect(kept!.response!.head).toMatch(/^200 OK\nContent-Type: application\/json/)
    expect(kept!.place).toMatch(/kept-requests\.test\.ts:\d+:\d+$/)
    const [, connect = 0, , , wait = 0] = kept!.phasesMs
    expect(connect).toBeGreaterThan(0)
    expect(wait).toBeGreaterThan(0)
    expect(kept!.phasesMs.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(
      kept!.latencyMs + 0.01,
    )
  })

  test('that failed has the error it is counted under; the next failures of its kind are not kept', async () => {
    keeping = new Keeping()
    answer = (_, response) => response.writeHead(503).end('overloaded')
    for (let i = 0; i < 5; i++) await keeping.session.get('/cart')
    const kept = keeping.take()
    expect(kept).toHaveLength(2)
    expect(kept[0]).toMatchObject({
      ...{ why: 'error', status: 503, error: { kind: 'status', message: 'status 503' } },
      response: { body: 'overloaded' },
    })
  })

  test('to which nothing came back says so, and one that was never sent does not pretend', async () => {
    keeping = new Keeping()
    answer = (request) => request.socket.destroy()
    await keeping.session.get('/reset')
    await keeping.session.get('http://127.0.0.1:1/refused')
    const [reset, refused] = keeping.take()
    expect(reset).toMatchObject({ status: 0, response: null })
    expect(reset!.request.head).toContain('GET /reset HTTP/1.1')
    expect(refused).toMatchObject({
      ...{ error: { kind: 'refused' }, response: null, isNewConnection: false },
    })
  })

  test('of HTTP/2 shows its fields as lines, and a body that is a stream as such', async () => {
    const h2 = createHttp2Server((_, response) => response.end('ok'))
    await new Promise<void>((resolve) => h2.listen(0, '127.0.0.1', resolve))
    keeping = new Keeping([], true, `http://127.0.0.1:${(h2.address() as AddressInfo).port}`)
    await keeping.session.get('/two', { headers: { authorization: 'Basic x', 'x-note': 'hi' } })
    const [kept] = keeping.take()
    expect(kept!.request.head).toMatch(/^GET \/two HTTP\/2\nhost: 127\.0\.0\.1/)
    expect(kept!.request.head).toContain('authorization: •••\nx-note: hi')
    expect(kept!.response).toMatchObject({ body: 'ok' })
    keeping.session.close()
    h2.close()

    keeping = new Keeping()
    answer = (request, response) => request.resume().on('end', () => response.end())
    const body = (async function* () {
      yield 'streamed'
    })()
    await keeping.session.post('/stream', { body })
    expect(keeping.take()[0]!.request).toMatchObject({ body: '', note: 'a stream' })
  })

  test('of a large body holds the beginning, and without bodies none', async () => {
    answer = (_, response) => response.end('x'.repeat(300_000))
    keeping = new Keeping()
    await keeping.session.get('/large')
    const [large] = keeping.take()
    expect(large!.response).toMatchObject({ bodyBytes: 300_000, note: 'cut at 2,000 characters' })
    keeping.session.close()
    keeping = new Keeping([], false)
    await keeping.session.post('/large', { body: 'private' })
    const text = JSON.stringify(keeping.take())
    expect(text).toContain('bodies are not kept')
    expect(text).not.toMatch(/private|xxx/)
  })
})

test('a secret shows nowhere, wherever the script puts it and whatever the server tells back', async () => {
  const places = fc.record({
    value: fc
      .string({ minLength: 6, maxLength: 24, unit: 'grapheme-ascii' })
      .map((each) => `K${each}9`),
    inQuery: fc.boolean(),
    inHeader: fc.boolean(),
    body: fc.constantFrom('none', 'json', 'form', 'text'),
    echo: fc.constantFrom('url', 'body', 'json', 'header', 'status'),
  })
  await fc.assert(
    fc.asyncProperty(places, async ({ value, inQuery, inHeader, body, echo }) => {
      installSecretReader(() => value)
      const key = secret('KEY')
      keeping = new Keeping([value])
      answer = (request, response) => {
        let received = ''
        request.on('data', (chunk) => {
          received += chunk
        })
        request.on('end', () => {
          if (echo === 'status') response.statusCode = 500
          if (echo === 'header') response.setHeader('X-Seen', encodeURIComponent(received))
          response.end(echo === 'json' ? JSON.stringify({ received }) : request.url + received)
        })
      }
      const bodies = {
        none: {},
        json: { json: { key } },
        form: { form: { key: value } },
        text: { body: value },
      }
      await keeping.session.post('/a', {
        ...bodies[body],
        ...(inQuery && { query: { key: value } }),
        ...(inHeader && { headers: { 'X-Note': key } }),
        check: () => `saw ${value}`,
      })
      await keeping.session.get(`/b/${encodeURIComponent(value)}`)
      const shown = JSON.stringify(keeping.recorder.flush(0, 1_000, HEALTH))
      const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]
      for (const form of forms) expect(shown).not.toContain(form)
      keeping.session.close()
    }),
    { numRuns: 60 },
  )
})
