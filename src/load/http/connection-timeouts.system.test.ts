import { afterEach, beforeEach, expect, test } from 'vitest'
import { SystemClock, VirtualClock } from '../../kernel/clock.ts'
import { answering, House, OK } from './connection.test-kit.ts'

let clock: VirtualClock
let house: House
beforeEach(() => {
  clock = new VirtualClock()
  house = new House(clock)
})
afterEach(async () => {
  await house.close()
  expect(clock.pending).toBe(0)
})

test('no answer: timeout before-response, at the limit and not before', async () => {
  const port = await house.listen(() => {})
  const exchange = house.start(house.pool(port), { timeouts: { headMs: 300 } })
  await seen('GET /')
  clock.advanceTo(299)
  expect(exchange.ended).toBe(false)
  clock.advanceTo(300)
  expect(exchange.outcome).toMatch(/^timeout before-response/)
  expect(exchange.endMs).toBe(300)
  await house.peers[0]!.closed
})

test('progress does not extend the head timeout', async () => {
  const port = await house.listen(() => {})
  const exchange = house.start(house.pool(port), { timeouts: { headMs: 400 } })
  await seen('GET /')
  house.peers[0]!.send('HTTP/1.1 200 OK\r\nX-Long: x')
  while (exchange.bytesIn === 0) await turn()
  clock.advanceTo(399)
  house.peers[0]!.send('x')
  while (exchange.bytesIn < 26) await turn()
  clock.advanceTo(400)
  expect(exchange.outcome).toMatch(/^timeout head/)
})

test('a body may drip for ever, but not fall silent', async () => {
  const port = await house.listen(() => {})
  const exchange = house.start(house.pool(port), { timeouts: { headMs: 100, bodyMs: 100 } })
  await seen('GET /')
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n'
  house.peers[0]!.send(`${head}b`)
  for (let i = 1; i <= 5; i++) {
    while (exchange.received.length < i) await turn()
    clock.advanceTo(i * 90)
    house.peers[0]!.send('b')
  }
  while (exchange.received.length < 6) await turn()
  clock.advanceTo(450 + 99)
  expect(exchange.ended).toBe(false)
  clock.advanceTo(450 + 100)
  expect(exchange.outcome).toMatch(/^timeout body/)
})

test('the total timeout counts from the start, whatever arrives', async () => {
  const port = await house.listen(() => {})
  const exchange = house.start(house.pool(port), { timeouts: { totalMs: 1_000, bodyMs: 900 } })
  await seen('GET /')
  house.peers[0]!.send('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nb')
  await exchange.bodyBegun
  clock.advanceTo(800)
  house.peers[0]!.send('b')
  while (exchange.received.length < 2) await turn()
  clock.advanceTo(1_000)
  expect(exchange.outcome).toBe('timeout body: total timeout, body')
})

test('a peer that stops reading is noticed while the body is sent', async () => {
  const port = await house.listen((peer) => peer.socket.pause())
  const body = Buffer.alloc(32 << 20)
  const exchange = house.start(house.pool(port), {
    method: 'POST',
    body,
    timeouts: { bodyMs: 500 },
  })
  let before = -1
  while (exchange.bytesOut === 0 || exchange.bytesOut !== before) {
    before = exchange.bytesOut
    for (let i = 0; i < 50; i++) await turn()
  }
  clock.advanceTo(500)
  expect(exchange.outcome).toMatch(/^timeout sending/)
})

test('an answer after the timeout answers nobody', async () => {
  const port = await house.listen(() => {})
  const pool = house.pool(port)
  const exchange = house.start(pool, { timeouts: { headMs: 200 } })
  await seen('GET /')
  clock.advanceTo(200)
  house.peers[0]!.send(OK)
  const second = house.start(pool, { path: '/2' })
  while (house.peers.length < 2) await turn()
  await house.peers[1]!.until('GET /2')
  house.peers[1]!.send(OK.replace('ok', 'no'))
  expect((await second.settled).received).toBe('no')
  expect(exchange.told.length).toBe(1)
})

test('many requests with a timeout set one timer between them', async () => {
  const port = await house.listen(answering())
  const pool = house.pool(port)
  for (let i = 0; i < 50; i++)
    await house.ask(pool, { timeouts: { headMs: 30_000, totalMs: 60_000 } })
  expect(clock.pending).toBe(1)
  clock.advanceTo(100_000)
  expect(clock.pending).toBe(0)
  expect((await house.ask(pool)).reused).toBe(true)
})

test('a name that never resolves: connect-timeout', async () => {
  const pool = house.pool(1, { lookup: () => {} }, false, 'slow.test')
  const exchange = house.start(pool, { timeouts: { connectMs: 700 } })
  clock.advanceTo(700)
  expect(exchange.outcome).toBe('connect-timeout connect: the name server did not answer in time')
})

test('a server that never finishes the TLS handshake: connect-timeout', async () => {
  const port = await house.listen(() => {})
  const exchange = house.start(house.pool(port, {}, true), { timeouts: { connectMs: 700 } })
  while (house.peers.length === 0 || house.peers[0]!.received === '') await turn()
  clock.advanceTo(700)
  expect(exchange.outcome).toMatch(/^connect-timeout connect: .*TLS handshake in time/)
})

test('the total timeout also ends dialling', async () => {
  const pool = house.pool(1, { lookup: () => {} }, false, 'slow.test')
  const exchange = house.start(pool, { timeouts: { totalMs: 50 } })
  clock.advanceTo(50)
  expect(exchange.outcome).toMatch(/^timeout connect/)
})

test('on the real clock a timeout comes within 50 ms', async () => {
  const real = new House(new SystemClock())
  const port = await real.listen(() => {})
  const done = await real.ask(real.pool(port), { timeouts: { headMs: 40 } })
  expect(done.outcome).toMatch(/^timeout/)
  expect(done.endMs - done.sentMs).toBeGreaterThanOrEqual(40)
  await real.close()
})

async function seen(text: string): Promise<void> {
  while (house.peers.length === 0) await turn()
  await house.peers[0]!.until(text)
  await turn()
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
