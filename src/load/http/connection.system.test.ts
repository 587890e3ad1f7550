import { afterEach, beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '../../kernel/clock.ts'
import { answering, House, OK } from './connection.test-kit.ts'

let house: House
beforeEach(() => {
  house = new House()
})
afterEach(() => house.close())

test('a request is answered, and its numbers are the bytes on the wire', async () => {
  const port = await house.listen(answering())
  const done = await house.ask(house.pool(port))
  expect(done.outcome).toBe('200')
  expect(done.received).toBe('ok')
  expect(done.bytesIn).toBe(OK.length)
  expect(done.bytesOut).toBe(house.peers[0]!.received.length)
  expect(done.keepAlive).toBe(true)
  expect(done.reused).toBe(false)
  expect(done.startedMs).toBeLessThanOrEqual(done.writtenMs)
  expect(done.writtenMs).toBeLessThanOrEqual(done.sentMs)
  expect(done.sentMs).toBeLessThanOrEqual(done.firstByteMs)
  expect(done.firstByteMs).toBeLessThanOrEqual(done.endMs)
  expect(done.connectMs).toBeGreaterThan(0)
  expect(done.dnsMs).toBe(0)
})

test('the second request uses the same connection', async () => {
  const port = await house.listen(answering())
  const pool = house.pool(port)
  await house.ask(pool)
  const second = await house.ask(pool)
  expect(second.reused).toBe(true)
  expect(second.connectMs).toBe(0)
  expect(house.peers.length).toBe(1)
})

test('Connection: close closes it, and the next request opens another', async () => {
  const port = await house.listen(
    answering('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  )
  const pool = house.pool(port)
  expect((await house.ask(pool)).keepAlive).toBe(false)
  await house.peers[0]!.closed
  await house.ask(pool)
  expect(house.peers.length).toBe(2)
})

test('a FIN on an idle connection is silent, and any method goes to a new one', async () => {
  const port = await house.listen((peer, index) => {
    answering()(peer)
    if (index === 0) void peer.until('\r\n\r\n').then(() => peer.socket.end())
  })
  const pool = house.pool(port)
  await house.ask(pool)
  await house.peers[0]!.closed
  const second = await house.ask(pool, { method: 'POST' })
  expect(second.outcome).toBe('200')
  expect(second.reused).toBe(false)
})

test('an RST on an idle connection is silent too', async () => {
  const port = await house.listen(answering())
  const pool = house.pool(port)
  await house.ask(pool)
  house.peers[0]!.socket.resetAndDestroy()
  while (pool.openCount > 0) await turn()
  expect((await house.ask(pool)).outcome).toBe('200')
  expect(house.peers.length).toBe(2)
})

test('bytes on an idle connection close it', async () => {
  const port = await house.listen(answering())
  const pool = house.pool(port)
  await house.ask(pool)
  house.peers[0]!.send('HTTP/1.1 408 Request Timeout\r\n\r\n')
  await house.peers[0]!.closed
  expect(pool.openCount).toBe(0)
})

test('bytes behind a response close the connection, and the response stands', async () => {
  const port = await house.listen(answering(`${OK}evil`))
  const pool = house.pool(port)
  const done = await house.ask(pool)
  expect(done.outcome).toBe('200')
  expect(done.unexpectedBytes).toBe(4)
  expect(done.bytesIn).toBe(OK.length)
  expect(pool.openCount).toBe(0)
})

test('Keep-Alive: timeout is honoured less a margin', async () => {
  const clock = new VirtualClock()
  house = new House(clock)
  const port = await house.listen(
    answering(OK.replace('Content', 'Keep-Alive: timeout=5\r\nContent')),
  )
  const pool = house.pool(port)
  await house.ask(pool)
  clock.advanceTo(4_400)
  expect((await house.ask(pool)).reused).toBe(true)
  clock.advanceTo(4_400 + 4_600)
  expect((await house.ask(pool)).reused).toBe(false)
})

test('Keep-Alive: max=1 allows one more', async () => {
  const port = await house.listen((peer) =>
    answering(OK.replace('Content', 'Keep-Alive: max=1\r\nContent'))(peer),
  )
  const pool = house.pool(port)
  expect((await house.ask(pool)).reused).toBe(false)
  expect((await house.ask(pool)).reused).toBe(true)
})

test('FIN instead of an answer is closed, on a reused connection without a byte: what a retry needs to know', async () => {
  const port = await house.listen((peer) => {
    void peer.until('GET /1').then(() => peer.send(OK))
    void peer.until('GET /2').then(() => peer.socket.end())
  })
  const pool = house.pool(port)
  await house.ask(pool, { path: '/1' })
  const second = await house.ask(pool, { path: '/2' })
  expect(second.outcome).toMatch(/^closed before-response/)
  expect([second.reused, second.bytesIn]).toEqual([true, 0])
})

test('FIN inside a response is truncated, and says where', async () => {
  const port = await house.listen((peer) => {
    void peer
      .until('\r\n\r\n')
      .then(() => peer.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'))
  })
  expect((await house.ask(house.pool(port))).outcome).toMatch(/^truncated body/)
})

test('FIN ends a body that has no other end', async () => {
  const port = await house.listen((peer) => {
    void peer.until('\r\n\r\n').then(() => peer.socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'))
  })
  const done = await house.ask(house.pool(port))
  expect([done.outcome, done.received, done.keepAlive]).toEqual(['200', 'to the end', false])
})

test.each([
  ['', 'before-response'],
  ['HTTP/1.1 2', 'status-line'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok', 'body'],
])('RST after %j is reset', async (bytes, when) => {
  const port = await house.listen((peer) => {
    void peer.until('\r\n\r\n').then(() => {
      if (bytes !== '') peer.send(bytes)
    })
  })
  const pool = house.pool(port)
  const exchange = house.start(pool)
  while (house.peers.length === 0) await turn()
  await house.peers[0]!.until('\r\n\r\n')
  while (exchange.bytesIn < bytes.length) await turn()
  house.peers[0]!.socket.resetAndDestroy()
  await exchange.settled
  expect(exchange.outcome).toMatch(new RegExp(`^reset ${when}`))
})

test('nobody listens: refused', async () => {
  const port = await house.listen(() => {})
  const other = new House()
  const closedPort = await other.listen(() => {})
  await other.close()
  expect(closedPort).not.toBe(port)
  const done = await house.ask(house.pool(closedPort))
  expect(done.outcome).toMatch(/^refused connect: 127\.0\.0\.1:\d+ refused/)
})

test('an early final response stops the body, is delivered, and closes the connection', async () => {
  const port = await house.listen((peer) => {
    void peer.until('\r\n\r\n').then(() => {
      peer.socket.pause()
      peer.send('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n')
    })
  })
  const pool = house.pool(port)
  const body = 'x'.repeat(16 << 20)
  const done = await house.ask(pool, { method: 'POST', body })
  expect(done.outcome).toBe('413')
  expect(done.keepAlive).toBe(false)
  expect(done.bytesOut).toBeLessThan(body.length)
  expect(pool.openCount).toBe(0)
})

test('a body of 4 MiB arrives whole', async () => {
  const body = Buffer.alloc(4 << 20, 'ab')
  const port = await house.listen((peer) => {
    peer.socket.on('data', () => {
      if (peer.received.endsWith('ab') && peer.received.length >= body.length) peer.send(OK)
    })
  })
  const done = await house.ask(house.pool(port), { method: 'PUT', body })
  expect(done.outcome).toBe('200')
  expect(done.bytesOut).toBe(house.peers[0]!.received.length)
})

test('a stream of unknown length is sent in chunks', async () => {
  const port = await house.listen((peer) => void peer.until('0\r\n\r\n').then(() => peer.send(OK)))
  const body = pieces('hello', '', ' world')
  const done = await house.ask(house.pool(port), { method: 'POST', body, bodyLength: -1 })
  expect(done.outcome).toBe('200')
  expect(house.peers[0]!.received).toMatch(/\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n$/)
})

test.each([
  [3, 'more'],
  [9, 'fewer'],
])(
  'a stream that breaks its promise of %i bytes fails as the script’s fault',
  async (bodyLength, word) => {
    const port = await house.listen(() => {})
    const done = await house.ask(house.pool(port), {
      method: 'POST',
      body: pieces('hello'),
      bodyLength,
    })
    expect(done.outcome).toMatch(new RegExp(`^script sending: .*${word} bytes`))
  },
)

test('a stream that throws fails as the script’s fault', async () => {
  const port = await house.listen(() => {})
  const body = (async function* () {
    yield Buffer.from('x')
    throw new Error('no such file')
  })()
  const done = await house.ask(house.pool(port), { method: 'POST', body, bodyLength: 10 })
  expect(done.outcome).toBe("script sending: the body's stream failed: no such file")
})

test('the body waits for 100 Continue', async () => {
  const port = await house.listen((peer) => {
    void peer.until('\r\n\r\n').then(async () => {
      for (let i = 0; i < 20; i++) await turn()
      expect(peer.received).not.toContain('hello')
      peer.send('HTTP/1.1 100 Continue\r\n\r\n')
      await peer.until('hello')
      peer.send(OK)
    })
  })
  const done = await house.ask(house.pool(port), {
    method: 'POST',
    body: 'hello',
    expectContinueMs: 60_000,
  })
  expect(done.told).toEqual(['informational 100', 'head 200', '200'])
  expect(done.keepAlive).toBe(true)
})

test('a final response instead of 100 Continue: no body is sent, the connection closes', async () => {
  const port = await house.listen(answering('HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n'))
  const pool = house.pool(port)
  const done = await house.ask(pool, { method: 'POST', body: 'hello', expectContinueMs: 60_000 })
  await house.peers[0]!.closed
  expect(done.outcome).toBe('417')
  expect(done.keepAlive).toBe(false)
  expect(house.peers[0]!.received).not.toContain('hello')
})

test('after expectContinueMs the body is sent all the same', async () => {
  const clock = new VirtualClock()
  house = new House(clock)
  const port = await house.listen((peer) => {
    void peer.until('\r\n\r\n').then(() => clock.advanceTo(1_000))
    void peer.until('hello').then(() => peer.send(OK))
  })
  const done = await house.ask(house.pool(port), {
    method: 'POST',
    body: 'hello',
    expectContinueMs: 1_000,
  })
  expect(done.outcome).toBe('200')
})

test('what comes on an upgraded connection before somebody takes it is kept, and so is its end', async () => {
  const port = await house.listen((peer) => {
    void peer
      .until('\r\n\r\n')
      .then(() =>
        peer.send('HTTP/1.1 101 Switching\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhi'),
      )
    void peer.until('one').then(() => peer.send('two'))
    void peer.until('bye').then(() => peer.socket.end('three'))
  })
  const done = await house.ask(house.pool(port), {
    expectsUpgrade: true,
    fields: 'Upgrade: echo\r\nConnection: Upgrade\r\n',
  })
  const tunnel = done.tunnel!
  await new Promise<void>((resolve) => tunnel.write('one', resolve))
  tunnel.write('bye')
  await house.peers[0]!.closed
  const heard: string[] = []
  await new Promise<unknown>((resolve) => {
    tunnel.start((bytes) => heard.push(Buffer.from(bytes).toString()), resolve)
  })
  expect(heard.join('')).toBe('twothree')
  expect(Buffer.from(tunnel.rest).toString()).toBe('hi')
})

test('101 hands over the socket and what was already read', async () => {
  const port = await house.listen((peer) => {
    void peer
      .until('\r\n\r\n')
      .then(() =>
        peer.send('HTTP/1.1 101 Switching\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhi'),
      )
    void peer.until('ping').then(() => peer.send('pong'))
  })
  const pool = house.pool(port)
  const done = await house.ask(pool, {
    expectsUpgrade: true,
    fields: 'Upgrade: echo\r\nConnection: Upgrade\r\n',
  })
  expect(done.outcome).toBe('tunnel')
  expect(Buffer.from(done.tunnel!.rest).toString()).toBe('hi')
  const heard = new Promise<string>((resolve) => {
    done.tunnel!.start(
      (bytes) => resolve(Buffer.from(bytes).toString()),
      () => {},
    )
  })
  done.tunnel!.write('ping')
  expect(await heard).toBe('pong')
  expect(pool.openCount).toBe(0)
  done.tunnel!.destroy()
})

test('a malformed response fails and closes the connection', async () => {
  const port = await house.listen(answering('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'))
  const pool = house.pool(port)
  expect((await house.ask(pool)).outcome).toMatch(/^malformed content-length/)
  await house.peers[0]!.closed
  expect(pool.openCount).toBe(0)
})

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

async function* pieces(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}
