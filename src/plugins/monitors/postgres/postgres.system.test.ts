import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { monitorContract } from '../../../../test/contracts/monitor.ts'
import { Postgres, postgresFolder } from '../../../load/data/postgres.test-kit.ts'
import { PostgresMonitor } from './postgres-monitor.ts'

const watch = (url: string, nowMs = (): number => performance.now()): PostgresMonitor =>
  new PostgresMonitor({ name: 'watched', url, source: 'its source', pg, nowMs } as never)
async function read(monitor: PostgresMonitor): Promise<Record<string, number>> {
  const figures = await monitor.read(new AbortController().signal)
  return Object.fromEntries(figures.map(({ metric, value }) => [metric, value]))
}

describe.skipIf(postgresFolder === undefined)('PostgreSQL (needs its server here)', () => {
  monitorContract(async () => {
    const own = await new Postgres().ready()
    let isClosed = false
    const end = async (): Promise<void> => {
      if (!isClosed) await own.close()
      isClosed = true
    }
    return { monitor: watch(own.url()), end }
  })

  let server: Postgres
  const clients: pg.Client[] = []
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(server.url())
    clients.push(client)
    await client.connect()
    return client
  }
  beforeAll(async () => {
    server = await new Postgres().ready()
  })
  afterAll(async () => {
    for (const client of clients) await client.end()
    await server.close()
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
