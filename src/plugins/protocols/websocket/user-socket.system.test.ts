import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TestWorker } from '../../../../test/loopback/session.test-kit.ts'
import { openSocketCount } from '../../../load/http/network.ts'
import { acceptOf } from './handshake.ts'
import type { UserSocket } from './user-socket.ts'
import {
  type ClientFrame,
  closeFrame,
  echo,
  type Guest,
  type Part,
  PlayServer,
  rawFrame,
  textFrame,
} from './websocket.test-kit.ts'
import { WebSocketClient } from './websocket-client.ts'
import type { ConnectOptions, WebSocketOptions } from './websocket-options.ts'

let worker: TestWorker
let logs: string[]
const servers: PlayServer[] = []
const clients: WebSocketClient[] = []

beforeEach(() => {
  worker = new TestWorker()
  logs = []
  Object.assign(worker.context, { log: (_: string, text: string) => logs.push(text) })
})
afterEach(async () => {
  for (const each of clients.splice(0)) each.close()
  for (const each of servers.splice(0)) await each.close()
  for (let turn = 0; turn < 200 && openSocketCount() > 0; turn++)
    await new Promise((resolve) => setImmediate(resolve))
  expect(openSocketCount(), 'sockets left open').toBe(0)
  expect(worker.recorder.inFlight).toBe(0)
  expect((worker.clock as unknown as { _wheel: { size: number } })._wheel.size).toBe(0)
})

async function open(part: Part = {}): Promise<PlayServer> {
  const server = await new PlayServer(part).open()
  servers.push(server)
  return server
}
function client(host: string | undefined, options: WebSocketOptions = {}): WebSocketClient {
  const made = new WebSocketClient(host, options, worker.user())
  clients.push(made)
  return made
}
async function connect(
  part: Part = {},
  options: WebSocketOptions = {},
  connecting: ConnectOptions = {},
): Promise<{ socket: UserSocket; server: PlayServer; guest: Guest | undefined }> {
  const server = await open(part)
  const socket = await client(server.url, options).connect('/live', connecting)
  return { socket, server, guest: server.guests[0] }
}
const counted = (method: string) =>
  worker.recorder.requests.filter((each) => each.series.startsWith(`websocket ${method} `))
const errors = (method: string) => counted(method).map((each) => each.error)
const textsOf = (frame: ClientFrame) => frame.payload.toString()
/** Answers each text with what `reply` makes of it. */
const answering = (reply: (text: string) => readonly Buffer[]): Part => ({
  onFrame(frame, guest) {
    if (frame.opcode === 1) guest.send(...reply(textsOf(frame)))
    else echo(frame, guest)
  },
})

describe('messages', () => {
  test('text and bytes of any size come back as they went', async () => {
    const { socket } = await connect()
    for (const text of ['', 'héllo €', 'x'.repeat(126), 'y'.repeat(70_000)])
      expect((await socket.request(text)).message).toBe(text)
    const bytes = new Uint8Array(300_000).map((_, i) => i % 251)
    expect(Buffer.compare((await socket.request(bytes)).message as Uint8Array, bytes)).toBe(0)
  })
  test('an answer is the message that matches, whatever comes in between and in whatever order', async () => {
    const { socket } = await connect(
      answering((text) => (text === 'b' ? ['news', 'to b', 'to a'].map(textFrame) : [])),
    )
    const a = socket.request('a', { match: (m) => m === 'to a' })
    const b = socket.request('b', { match: (m) => m === 'to b' })
    expect((await b).text()).toBe('to b')
    expect((await a).text()).toBe('to a')
    expect(counted('REQUEST')).toHaveLength(2)
    expect(counted('RECEIVE')).toHaveLength(1)
  })
  test('requests have names of their own, sends and what comes unasked that of the socket', async () => {
    const { socket, server } = await connect({}, {}, { name: 'live' })
    await socket.request('1', { name: 'price' })
    await socket.send('2')
    await server.until(() => server.messages.length === 2)
    for await (const message of socket) if (message === '2') break
    expect(worker.recorder.requests.map((each) => each.series)).toEqual([
      'websocket CONNECT live',
      'websocket REQUEST price',
      'websocket SEND live',
      'websocket RECEIVE live',
    ])
  })
  test('bytes counted are those of the frames, heads included', async () => {
    const { socket } = await connect()
    await socket.request('x'.repeat(200))
    expect(worker.recorder.last).toMatchObject({ bytesOut: 208, bytesIn: 204, wireRequests: 1 })
  })
  test('fragments are one message, and a ping between them is answered', async () => {
    const { socket, server } = await connect(
      answering(() => [
        rawFrame(0x01, 'he'),
        rawFrame(0x89, 'are you there'),
        rawFrame(0x80, 'llo'),
      ]),
    )
    expect((await socket.request('go')).text()).toBe('hello')
    await server.until(() => server.guests[0]!.frames.some((each) => each.opcode === 10))
    expect(
      server.guests[0]!.frames.map((each) => [each.opcode, textsOf(each), each.masked]),
    ).toEqual([
      [1, 'go', true],
      [10, 'are you there', true],
    ])
  })
  test('a greeting sent with the answer to the handshake reaches readers and listeners', async () => {
    const greeting = [textFrame('one'), textFrame('two')]
    const { socket } = await connect({ greeting })
    const read: unknown[] = []
    for await (const message of socket) if (read.push(message) === 2) break
    expect(read).toEqual(['one', 'two'])
    const second = await connect({ greeting })
    const heard: unknown[] = []
    second.socket.on('message', (message) => heard.push(message))
    await second.socket.request('x')
    expect(heard).toEqual(['one', 'two'])
  })
  test('no answer in time is a timeout; when it comes after all, it is a message that came', async () => {
    const { socket, server } = await connect({ onFrame: () => undefined })
    const answer = await socket.request('slow', { timeout: '20ms' })
    expect([answer.ok, answer.error?.kind, answer.message]).toEqual([false, 'timeout', undefined])
    expect(worker.recorder.last.latencyUs).toBeGreaterThanOrEqual(20_000)
    server.guests[0]!.send(textFrame('late'))
    for await (const message of socket) {
      expect(message).toBe('late')
      break
    }
    expect(counted('RECEIVE')).toHaveLength(1)
  })
  test('a match that throws fails its request, not the worker', async () => {
    const { socket } = await connect()
    const match = () => {
      throw new RangeError('no such field')
    }
    const { error } = await socket.request('x', { match })
    expect(error).toEqual({ kind: 'script', message: 'match threw RangeError: no such field' })
  })
  test('beyond the unread messages that are kept the oldest are dropped, and counted', async () => {
    const { socket } = await connect(
      answering(() => [
        ...Array.from({ length: 1_005 }, (_, i) => textFrame(`${i}`)),
        textFrame('end'),
      ]),
    )
    await socket.request('go', { match: (m) => m === 'end' })
    expect(socket.dropped).toBe(5)
    expect(counted('RECEIVE')).toHaveLength(1_005)
    for await (const message of socket) {
      expect(message).toBe('5')
      break
    }
  })
})

describe('the end of a socket', () => {
  test('an orderly Close ends readers and fails nothing', async () => {
    const { socket, guest } = await connect()
    guest!.send(textFrame('last'), closeFrame(1000, 'bye'))
    const read: unknown[] = []
    for await (const message of socket) read.push(message)
    expect(read).toEqual(['last'])
    expect(socket.closed).toEqual({ code: 1000, reason: 'bye' })
    expect(errors('RECEIVE')).toEqual([''])
    guest!.socket.end()
    await socket.close()
    expect(socket.isOpen).toBe(false)
  })
  test.each([
    [
      'a Close that is none of order',
      (guest: Guest) => guest.send(closeFrame(1011, 'x7')),
      'closed: the server closed the socket with code 1011',
    ],
    [
      'a lost connection',
      (guest: Guest) => guest.socket.end(),
      'closed: the connection ended without a Close frame',
    ],
    [
      'a broken protocol',
      (guest: Guest) => guest.send(rawFrame(0xc1, 'x')),
      'malformed: a frame has reserved bits set, and no extension was agreed on',
    ],
    [
      'a message that is too large',
      (guest: Guest) => guest.send(rawFrame(0x82, '', 2_000)),
      'too-large: a message is longer than maxMessageBytes, 1000',
    ],
  ])(
    '%s is counted once: by who waits for an answer, else where it would have come',
    async (_, happen, line) => {
      const waiting = await connect(
        { onFrame: (_frame, guest) => happen(guest) },
        { maxMessageBytes: 1_000 },
      )
      expect((await waiting.socket.request('go')).ok).toBe(false)
      expect(errors('REQUEST')).toEqual([line])
      expect(errors('RECEIVE')).toEqual([])
      const idle = await connect({}, { maxMessageBytes: 1_000 })
      happen(idle.guest!)
      for await (const message of idle.socket) expect(message).toBe('nothing')
      expect(errors('RECEIVE')).toEqual([line])
    },
  )
  test('a connection that the server resets is a reset', async () => {
    const { socket, guest } = await connect()
    ;(guest!.socket as Socket).resetAndDestroy()
    for await (const message of socket) expect(message).toBe('nothing')
    expect(errors('RECEIVE')).toEqual(['reset: the server reset the connection'])
    expect(socket.closed?.code).toBe(1006)
  })
  test('a server that breaks the protocol is told so', async () => {
    const { guest, server } = await connect()
    guest!.send(rawFrame(0x83))
    await server.until(() => guest!.frames.length > 0)
    expect(guest!.frames[0]!.payload.readUInt16BE(0)).toBe(1002)
  })
  test('close says its code and reason, waits for the server, and cancels what has no answer', async () => {
    const { socket, guest } = await connect({
      onFrame: (frame, at) => frame.opcode === 8 && at.socket.end(rawFrame(0x88, frame.payload)),
    })
    const waiting = socket.request('x')
    await socket.close(3001, 'had enough')
    expect((await waiting).error?.kind).toBe('cancelled')
    expect(socket.closed).toEqual({ code: 3001, reason: 'had enough' })
    expect(guest!.frames.at(-1)!.payload.subarray(2).toString()).toBe('had enough')
    await expect(socket.close(1006)).rejects.toThrow('close code 1006 is not for applications')
  })
  test('a user that ends leaves as one who goes away, and its readers end at once', async () => {
    const { guest, server, socket } = await connect()
    const reading = (async () => {
      for await (const message of socket) expect(message).toBe('nothing')
    })()
    clients[0]!.close()
    await reading
    await server.until(() => guest!.frames.length > 0)
    expect(guest!.frames[0]!.payload.readUInt16BE(0)).toBe(1001)
    await guest!.gone
  })
  test('what is sent on a closed socket fails as data; after the user has ended it rejects', async () => {
    const { socket, guest } = await connect()
    guest!.socket.destroy()
    for await (const _ of socket);
    expect((await socket.send('x')).error).toEqual({
      kind: 'closed',
      message: 'the socket is not open',
    })
    expect((await socket.request('x')).ok).toBe(false)
    clients[0]!.close()
    await expect(socket.send('x')).rejects.toThrow('the user has ended')
  })
  test('listeners hear of messages and of the end; one that throws is counted as an error of the script', async () => {
    const { socket, guest } = await connect()
    const heard: unknown[] = []
    socket.on('message', (message) => heard.push(message))
    socket.on('message', () => {
      throw new Error('oops')
    })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    guest!.send(textFrame('a'), textFrame('b'))
    guest!.socket.end(closeFrame(1000))
    expect(await closed).toEqual({ code: 1000, reason: '' })
    expect(heard).toEqual(['a', 'b'])
    const thrown = worker.recorder.requests.filter((each) => each.error === 'script: Error: oops')
    expect(thrown.map((each) => each.series)).toEqual(
      Array(2).fill("task TASK on('message') of /live"),
    )
    expect(logs.filter((each) => each.includes('oops'))).toHaveLength(1)
  })
  test('a socket that closed is held by nobody: a user may open as many as it likes', async () => {
    const server = await open()
    const one = client(server.url)
    for (let i = 0; i < 20; i++) await (await one.connect('/live')).close()
    await server.until(() => server.connections === 0)
    expect(counted('CONNECT')).toHaveLength(20)
  })
})

describe('the handshake', () => {
  const refusing = (fields: string): Part => ({
    answer: (_, accept) => `HTTP/1.1 101 OK\r\n${fields.replace('ACCEPT', accept)}\r\n\r\n`,
  })
  const RIGHT =
    'Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: ACCEPT'
  test.each([
    [
      'another key',
      RIGHT.replace('ACCEPT', acceptOf('x')),
      'Sec-WebSocket-Accept does not belong to the key that was sent',
    ],
    [
      'another protocol',
      RIGHT.replace('WebSocket', 'h2c'),
      'the server switched to a protocol that is not WebSocket',
    ],
    [
      'no Connection',
      RIGHT.replace('keep-alive, Upgrade', 'close'),
      'the answer 101 has no "Connection: Upgrade"',
    ],
    [
      'an extension',
      `${RIGHT}\r\nSec-WebSocket-Extensions: permessage-deflate`,
      'the server uses an extension that was not offered',
    ],
    [
      'a subprotocol of its own',
      `${RIGHT}\r\nSec-WebSocket-Protocol: soap`,
      'the server chose a subprotocol that was not offered',
    ],
  ])('%s is malformed, and the connection is cut', async (_, fields, message) => {
    const { socket, server } = await connect(refusing(fields), { protocols: ['chat'] })
    expect([socket.ok, socket.error]).toEqual([false, { kind: 'malformed', message }])
    expect(errors('CONNECT')).toEqual([`malformed: ${message}`])
    expect(worker.recorder.checks).toEqual([])
    await server.until(() => server.connections === 0)
  })
  test.each([
    [200, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    [403, 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'],
  ])('status %i is a failure of kind status', async (status, answer) => {
    const { socket } = await connect({ answer: () => answer })
    expect(socket.error).toEqual({ kind: 'status', message: `status ${status}` })
    expect(socket.response.status).toBe(status)
    expect((await socket.send('x')).error?.kind).toBe('closed')
  })
  test('subprotocol, header fields, query, credentials and cookies of the script go with it', async () => {
    const server = await open({
      answer: (_, accept) =>
        `HTTP/1.1 101 OK\r\n${RIGHT.replace('ACCEPT', accept)}\r\nSec-WebSocket-Protocol: v2\r\nSet-Cookie: seen=1\r\n\r\n`,
    })
    const one = client(`${server.url}/api`, {
      protocols: ['v2', 'v1'],
      headers: { 'X-Class': 'a' },
    })
    const connecting = {
      headers: { 'X-Own': 'b', Upgrade: 'nonsense' },
      query: { room: 7 },
      auth: { bearer: 'token' },
    }
    expect((await one.connect('/live', connecting)).protocol).toBe('v2')
    await one.connect('/live', connecting)
    const { headers, url } = server.guests[1]!.request
    expect(url).toBe('/api/live?room=7')
    expect(headers).toMatchObject({
      upgrade: 'websocket',
      'sec-websocket-protocol': 'v2, v1',
      'sec-websocket-version': '13',
      'x-class': 'a',
      'x-own': 'b',
      authorization: 'Bearer token',
      cookie: 'seen=1',
    })
    expect(worker.recorder.requests.map((each) => each.series)).toEqual(
      Array(2).fill('websocket CONNECT /api/live'),
    )
  })
  test('over TLS too: an authority is trusted when it is given, and what comes with the answer is not lost', async () => {
    const fixture = (name: string): string =>
      readFileSync(new URL(`../../../../test/fixtures/tls/${name}`, import.meta.url), 'utf8')
    const tls = { cert: fixture('server.pem'), key: fixture('server.key') }
    const server = await new PlayServer({ greeting: [textFrame('hi')] }, tls).open()
    servers.push(server)
    const refused = await client(server.url).connect('/live')
    expect(refused.error?.kind).toBe('tls')
    for (const options of [{ ca: fixture('ca.pem') }, { insecure: true }]) {
      const socket = await client(server.url, { tls: options }).connect('/live')
      for await (const message of socket) {
        expect(message).toBe('hi')
        break
      }
      expect((await socket.request('x')).text()).toBe('x')
      expect(socket.url).toMatch(/^wss:/)
    }
  })
  test('an address may be complete, as ws:// too', async () => {
    const server = await open()
    const socket = await client(undefined).connect(`${server.url.replace('http', 'ws')}/live`)
    expect(socket.url).toBe(`${server.url.replace('http', 'ws')}/live`)
    expect((await socket.request('x')).ok).toBe(true)
  })
  test('mistakes of the script reject with what to write instead', async () => {
    const { socket, server } = await connect()
    await expect(client(server.url).connect('/', { protocols: 'a b' })).rejects.toThrow(
      'cannot be asked for',
    )
    await expect(client(undefined).connect('/')).rejects.toThrow('is relative and there is no host')
    await expect(socket.send({ a: 1 } as never)).rejects.toThrow('use JSON.stringify')
    await expect(socket.request('x', { timeout: 'soon' })).rejects.toThrow("write '500ms'")
    expect(() => client(undefined, { maxMessageBytes: 1.5 })).toThrow('whole number of bytes')
  })
})

test('when the iteration of its user is cut, requests fail as timeouts, sockets close, and later ones open', async () => {
  const server = await open({ onFrame: () => undefined })
  const made = client(server.url)
  const socket = await made.connect('/live')
  const asked = socket.request('anybody?')
  const why = new Error('the iteration took longer than 1 s')
  made.cut(why)
  expect((await asked).error).toEqual({ kind: 'timeout', message: why.message })
  expect(socket.isOpen).toBe(false)
  await expect(socket.send('still here')).rejects.toBe(why)
  await expect(made.connect('/live')).rejects.toBe(why)
  made.mend()
  const next = await made.connect('/live')
  expect(next.ok).toBe(true)
  expect((await next.send('hello')).ok).toBe(true)
})
