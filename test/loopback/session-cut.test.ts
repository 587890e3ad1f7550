/** A client whose user's iteration took too long: what is in flight ends as a timeout, and the next iteration goes on. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { REFUSALS_MAX } from '../../src/kernel/limits.ts'
import { TestWorker } from './session.test-kit.ts'

const WHY = new Error('the iteration took longer than 1 s')

let worker: TestWorker
let server: Server | Http2Server
/** Connections that came. */
let connections: number
/** Resolves with the held answers once `count` requests for /slow are there. */
let held: ServerResponse[]
let onHeld: () => void

beforeEach(() => {
  worker = new TestWorker()
  connections = 0
  held = []
  onHeld = () => undefined
})
afterEach(async () => {
  await worker.close()
  if ('closeAllConnections' in server) server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function serve(http2 = false): Promise<string> {
  const handle = (request: { url?: string | undefined }, response: ServerResponse): void => {
    if (request.url !== '/slow') response.end('ok')
    else {
      held.push(response)
      onHeld()
    }
  }
  server = http2 ? createHttp2Server(handle as never) : createServer(handle)
  server.on(http2 ? 'session' : 'connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const holding = (count: number) =>
  new Promise<void>((resolve) => {
    onHeld = () => held.length === count && resolve()
  })

test('what is in flight fails as a timeout, the idle connection is kept, the lost one is made anew', async () => {
  const session = worker.session(await serve())
  const two = holding(2)
  const slow = [session.get('/slow'), session.get('/slow')]
  await two
  held.pop()!.end('in time')
  await Promise.race(slow)
  session.cut(WHY)
  const ends = (await Promise.all(slow)).map((each) => each.error)
  expect(ends).toContainEqual({ kind: 'timeout', when: 'before-response', message: WHY.message })
  expect(ends).toContain(undefined)
  await expect(session.get('/')).rejects.toBe(WHY)
  session.mend()
  // Two at once: one over what is left, one over a new connection.
  const both = await Promise.all([session.get('/'), session.get('/')])
  expect(both.map((each) => each.ok)).toEqual([true, true])
  expect(both.map((each) => each.reused).sort()).toEqual([false, true])
  expect(connections).toBe(3)
  expect(worker.recorder.requests).toHaveLength(4)
})

test('requests that wait for a connection, or for its opening, end too', async () => {
  const session = worker.session(await serve(), { connectionsMax: 1 })
  const [opening, waiting] = [session.get('/'), session.get('/')]
  session.cut(WHY)
  expect((await opening).error).toMatchObject({ kind: 'timeout', message: WHY.message })
  expect((await waiting).error).toMatchObject({ kind: 'timeout', message: WHY.message })
  session.mend()
  expect((await session.get('/')).ok).toBe(true)
})

test('of a shared pool only the own requests end', async () => {
  const base = await serve()
  const options = { sharedConnections: true, connectionsMax: 2 }
  const [one, two] = [worker.session(base, options), worker.session(base, options)]
  const both = holding(2)
  const answers = [one.get('/slow'), two.get('/slow')] as const
  await both
  one.cut(WHY)
  for (const each of held) each.end('late')
  expect((await answers[0]).error).toMatchObject({ kind: 'timeout' })
  expect((await answers[1]).ok).toBe(true)
})

test('over HTTP/2 only the streams end', async () => {
  const session = worker.session(await serve(true), { http2: true })
  const asked = holding(1)
  const slow = session.get('/slow')
  await asked
  session.cut(WHY)
  expect((await slow).error).toMatchObject({ kind: 'timeout', message: WHY.message })
  session.mend()
  expect((await session.get('/')).ok).toBe(true)
  expect(connections).toBe(1)
})

test('closed while it is cut, it stays closed', async () => {
  const session = worker.session(await serve())
  session.cut(WHY)
  session.close()
  session.mend()
  await expect(session.get('/')).rejects.toThrow('the user has ended')
  session.cut(WHY)
  await expect(session.get('/')).rejects.toThrow('the user has ended')
})

test('a loop that swallows refusals stops instead of keeping everybody else from running', async () => {
  const session = worker.session(await serve())
  session.close()
  let refused = 0
  void (async () => {
    for (;;) await session.get('/').catch(() => refused++)
  })()
  await new Promise((resolve) => setImmediate(resolve))
  expect(refused).toBe(REFUSALS_MAX)
})
