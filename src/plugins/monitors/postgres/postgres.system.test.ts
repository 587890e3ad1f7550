import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { monitorContract } from '../../../../test/contracts/monitor.ts'
import { Postgres, postgresFolder } from '../../../load/data/postgres.test-kit.ts'
import { PostgresMonitor } from './postgres-monitor.ts'

const EXTENSIONS = '/usr/share/postgresql'
const STATEMENTS = 'shared_preload_libraries=pg_stat_statements'
/** On Debian it comes with the server. */
const hasStatements =
  existsSync(EXTENSIONS) &&
  readdirSync(EXTENSIONS).some((version) =>
    existsSync(join(EXTENSIONS, version, 'extension/pg_stat_statements.control')),
  )

const watch = (url: string, nowMs = (): number => performance.now()): PostgresMonitor =>
  new PostgresMonitor({ name: 'watched', url, source: 'its source', pg, nowMs } as never)
/** A way to the server over TCP that can be shut: quicker than a server of its own for each test. */
async function door(url: string): Promise<{ url: string; end(): Promise<void> }> {
  const { host, username, password } = new URL(url)
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const inside = connectTo(join(decodeURIComponent(host), '.s.PGSQL.5432'))
    for (const socket of [client, inside]) {
      sockets.add(socket)
      // What is cut off is cut off on both sides.
      socket
        .on('error', () => undefined)
        .once('close', () => {
          client.destroy()
          inside.destroy()
        })
    }
    client.pipe(inside).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${port}/postgres`,
    end: async () => {
      for (const socket of sockets) socket.destroy()
      if (listener.listening) await new Promise((resolve) => listener.close(resolve))
    },
  }
}
async function read(monitor: PostgresMonitor): Promise<Record<string, number>> {
  const figures = await monitor.read(new AbortController().signal)
  return Object.fromEntries(figures.map(({ metric, value }) => [metric, value]))
}

describe.skipIf(postgresFolder === undefined)('PostgreSQL (needs its server here)', () => {
  let server: Postgres
  const clients: pg.Client[] = []
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(server.url())
    clients.push(client)
    await client.connect()
    return client
  }
  beforeAll(async () => {
    server = await new Postgres(hasStatements ? [STATEMENTS] : []).ready()
  })
  afterAll(async () => {
    for (const client of clients) await client.end()
    await server.close()
  })

  monitorContract(async () => {
    const { url, end } = await door(server.url())
    return { monitor: watch(url), end }
  })

  test('connections, transactions and who waits for a lock are told as they are', async () => {
    let nowMs = 0
    const monitor = watch(server.url(), () => nowMs)
    const [holder, waiter] = [await connect(), await connect()]
    await holder.query(
      'create table items (id int primary key, n int); insert into items values (1, 1)',
    )
    const before = await read(monitor)
    expect(before).toMatchObject({ connections: 2, active: 0, waitingForLock: 0 })
    expect(before['connectionsUsed']).toBe(2)

    await holder.query('begin')
    await holder.query('update items set n = 2')
    const waiting = waiter.query('update items set n = 3')
    let figures: Record<string, number> = {}
    // The server says that somebody waits when it does.
    while (figures['waitingForLock'] !== 1) {
      nowMs += 1_000
      figures = await read(monitor)
    }
    expect(figures).toMatchObject({ connections: 2, active: 1, idleInTransaction: 1 })
    expect(figures['longestTransaction']).toBeGreaterThan(0)
    await holder.query('commit')
    await waiting
    monitor.close()
  })

  test.skipIf(!hasStatements)(
    'where statements are counted, their speed and mean time are told',
    async () => {
      const client = await connect()
      await client.query('create schema stats; create extension pg_stat_statements schema stats')
      let nowMs = 0
      const monitor = watch(server.url(), () => nowMs)
      await read(monitor)
      for (let time = 0; time < 5; time++) await client.query('select pg_sleep(0.02)')
      nowMs = 1_000
      const figures = await read(monitor)
      // Five of the application, and those of the one that asks.
      expect(figures['statements']).toBeGreaterThanOrEqual(5)
      expect(figures['statements']).toBeLessThanOrEqual(8)
      const totalMs = figures['statements']! * figures['statementTime']!
      expect(totalMs).toBeGreaterThanOrEqual(100)
      expect(totalMs).toBeLessThan(1_000)
      monitor.close()
    },
  )

  test('a wrong password is said, and is not in what is said', async () => {
    const error = await read(watch(server.url('s3cret'))).catch((reason: Error) => reason)
    expect((error as Error).message).toContain('password authentication failed')
    expect((error as Error).message).not.toContain('s3cret')
  })
})

test('a server that accepts and says nothing is given up when its time is over', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  const connected = once(silent, 'connection')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const patience = new AbortController()
  const reading = watch(`postgres://app@127.0.0.1:${port}/x`).read(patience.signal)
  const [socket] = await connected
  socket.resume()
  const closed = once(socket, 'close')
  patience.abort()
  await expect(reading).rejects.toThrow('terminated')
  await closed
  await new Promise((resolve) => silent.close(resolve))
})
