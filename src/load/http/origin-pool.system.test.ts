import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '../../kernel/clock.ts'
import { answering, House, OK } from './connection.test-kit.ts'
import type { Lookup } from './dns.ts'
import { LocalPorts } from './local-ports.ts'

let house: House
beforeEach(() => {
  house = new House()
})
afterEach(() => house.close())

const answers = (...addresses: string[]): Lookup => {
  return (_name, _options, done) => {
    const list = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    setImmediate(() => done(null, list))
  }
}

test('simultaneous requests open connections up to the limit, the others wait their turn', async () => {
  const port = await house.listen(answering())
  const pool = house.pool(port, { connectionsMax: 2 })
  const started = [1, 2, 3, 4, 5].map((i) => house.start(pool, { path: `/${i}` }))
  expect([pool.openCount, pool.waitingCount]).toEqual([2, 3])
  await Promise.all(started.map((each) => each.settled))
  expect(started.map((each) => each.outcome)).toEqual(['200', '200', '200', '200', '200'])
  expect(house.peers.length).toBe(2)
})

test('a waiting request takes over the place of a connection that closed', async () => {
  const port = await house.listen(
    answering('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  )
  const pool = house.pool(port, { connectionsMax: 1 })
  const started = [1, 2, 3].map(() => house.start(pool))
  await Promise.all(started.map((each) => each.settled))
  expect(house.peers.length).toBe(3)
})

test('waiting for a connection counts against the connect timeout', async () => {
  const clock = new VirtualClock()
  house = new House(clock)
  const port = await house.listen(() => {})
  const pool = house.pool(port, { connectionsMax: 1 })
  house.start(pool)
  const waiting = house.start(pool, { timeouts: { connectMs: 100 } })
  clock.advanceTo(100)
  expect(waiting.outcome).toBe('connect-timeout connect: no connection became free in time')
})

test('close ends waiting, dialling and running requests as cancelled, once', async () => {
  const port = await house.listen(() => {})
  const pool = house.pool(port, { connectionsMax: 2 })
  const running = house.start(pool)
  while (house.peers.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await house.peers[0]!.until('GET')
  const dialling = house.start(pool)
  const waiting = house.start(pool)
  pool.close()
  pool.close()
  const after = await house.ask(pool)
  for (const each of [running, dialling, waiting, after]) {
    expect(each.told).toEqual([expect.stringMatching(/^cancelled .*: the client was closed$/)])
  }
})

test('one request can be cancelled, waiting or running', async () => {
  const port = await house.listen(() => {})
  const pool = house.pool(port, { connectionsMax: 1 })
  const running = house.start(pool)
  const waiting = house.start(pool)
  expect(pool.cancel(waiting, 'cancelled', 'by the script')).toBe(true)
  expect(pool.cancel(running, 'cancelled', 'by the script')).toBe(true)
  expect(pool.cancel(running, 'cancelled', 'by the script')).toBe(false)
  expect(running.outcome).toMatch(/^cancelled/)
  expect(waiting.outcome).toMatch(/^cancelled/)
  expect(pool.openCount).toBe(0)
})

test('a name is resolved, timed, and remembered', async () => {
  const port = await house.listen(
    answering('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  )
  const pool = house.pool(port, { lookup: answers('127.0.0.1') }, false, 'shop.test')
  expect((await house.ask(pool)).dnsMs).toBeGreaterThan(0)
  expect((await house.ask(pool)).dnsMs).toBe(0)
})

test('an unknown name: dns', async () => {
  const lookup: Lookup = (_name, _options, done) => {
    setImmediate(() => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []))
  }
  const done = await house.ask(house.pool(80, { lookup }, false, 'nope.test'))
  expect(done.outcome).toBe('dns connect: the name nope.test is unknown (ENOTFOUND)')
})

test('an address where nobody listens is passed over for the next', async () => {
  const port = await house.listen(answering())
  const pool = house.pool(port, { lookup: answers('127.0.0.9', '127.0.0.1') }, false, 'two.test')
  expect((await house.ask(pool)).outcome).toBe('200')
})

test('hosts overrides send a name elsewhere without asking anybody', async () => {
  const port = await house.listen(answering())
  const lookup: Lookup = () => {
    throw new Error('asked')
  }
  const pool = house.pool(port, { lookup, hosts: { 'shop.test': '127.0.0.1' } }, false, 'shop.test')
  expect((await house.ask(pool)).outcome).toBe('200')
})

test('local addresses are used in turn', async () => {
  const port = await house.listen(answering())
  const network = house.network({ localAddresses: ['127.0.0.2', '127.0.0.3'] })
  for (let i = 0; i < 4; i++) await house.ask(house.poolOf(network, port))
  const remotes = house.peers.map((peer) => peer.socket.remoteAddress)
  expect(remotes).toEqual(['127.0.0.2', '127.0.0.3', '127.0.0.2', '127.0.0.3'])
})

test('a local port that is taken is passed over for the next, until none is left', async () => {
  const port = await house.listen(answering())
  const localPorts = new LocalPorts(50_000 + (process.pid % 5_000), 3, 0)
  const network = house.network({ localAddresses: ['127.0.0.4'], localPorts })
  // Each pool keeps its connection.
  for (let i = 0; i < 3; i++) {
    expect((await house.ask(house.poolOf(network, port))).outcome).toBe('200')
  }
  expect(new Set(house.peers.map((peer) => peer.socket.remotePort)).size).toBe(3)
  expect((await house.ask(house.poolOf(network, port))).outcome).toMatch(
    /^resources connect: no local port/,
  )
})

test('a local address that is not ours: resources, with advice', async () => {
  const port = await house.listen(answering())
  const done = await house.ask(house.pool(port, { localAddresses: ['192.0.2.1'] }))
  expect(done.outcome).toMatch(/^resources connect: .*localAddresses/)
})

test('a Unix socket carries requests', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-'))
  const path = join(folder, 'http.sock')
  const server = createServer((socket) => socket.on('data', () => socket.write(OK)))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const pool = house.pool(80, { socketPath: path }, false, 'app.test')
  expect((await house.ask(pool)).outcome).toBe('200')
  pool.close()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

test('a shared pool serves many users over few connections', async () => {
  const port = await house.listen(answering())
  const pool = house.pool(port, { connectionsMax: 4 })
  const done = await Promise.all(Array.from({ length: 200 }, () => house.ask(pool)))
  expect(done.every((each) => each.outcome === '200')).toBe(true)
  expect(house.peers.length).toBeLessThanOrEqual(4)
  expect(pool.openCount).toBeLessThanOrEqual(4)
})
