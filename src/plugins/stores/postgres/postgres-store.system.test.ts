import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keptRun, sumOf, windowOf } from '../../../../test/contracts/store.test-kit.ts'
import { storeContract } from '../../../../test/contracts/store.ts'
import type { Store } from '../../../contracts/store.ts'
import { Postgres, postgresFolder } from '../../../load/data/postgres.test-kit.ts'
import { resultOf } from '../../../model/report/result.test-kit.ts'
import { openPostgresStore } from './postgres-store.ts'

let server: Postgres
let admin: pg.Pool
const opened: Store[] = []
const open = async (
  epochMs: () => number = Date.now,
  onError: (text: string) => void = (text) => expect.fail(text),
): Promise<Store> => {
  const store = await openPostgresStore(pg as never, server.url(), { epochMs, onError })
  opened.push(store)
  return store
}

describe.skipIf(postgresFolder === undefined)('postgres store (needs its server here)', () => {
  beforeAll(async () => {
    server = await new Postgres().ready()
    admin = new pg.Pool({ connectionString: server.url(), max: 1 })
    // Of a server that crashes in a test.
    admin.on('error', () => undefined)
  })
  afterAll(async () => {
    await admin.end()
    await server.close()
  })
  beforeEach(async () => {
    await admin.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  })
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close()
  })

  storeContract((epochMs) => open(epochMs))

  test('several processes may make the tables at once, and write at once', async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => open()))
    await Promise.all(
      stores.map(async (store, index) => {
        const writer = await store.begin(keptRun(`r${index}`))
        for (let n = 0; n < 5; n++) writer.window(windowOf(n, 10))
        await writer.finish(resultOf())
      }),
    )
    expect(await (await open()).list()).toHaveLength(5)
  })

  test('tables of version 1, which merged nothing, are brought up to date with all they hold', async () => {
    const first = await open()
    const writer = await first.begin(keptRun('r1'))
    for (let n = 0; n < 70; n++) writer.window(windowOf(n, 10))
    await writer.finish(resultOf())
    await admin.query('DROP TABLE onrush_merged; UPDATE onrush_version SET version = 1')
    const store = await open()
    const windows = await sumOf(store.windows('r1'))
    expect(await sumOf(store.merged('r1', { detail: 'series' }))).toBe(windows)
    await (await store.begin(keptRun('r2'))).finish(resultOf())
    expect(await store.list()).toHaveLength(2)
  })

  test('tables of a newer version are refused in a sentence', async () => {
    await open()
    await admin.query('UPDATE onrush_version SET version = 99')
    await expect(open()).rejects.toThrow('it has version 99, from a newer onrush; this one knows 2')
  })

  test('windows wait while the connection is broken, which is said once', async () => {
    const said: string[] = []
    const store = await open(Date.now, (text) => said.push(text))
    const writer = await store.begin(keptRun('r1'))
    await admin.query('ALTER TABLE onrush_windows RENAME TO hidden')
    for (let n = 0; n < 3; n++) {
      writer.window(windowOf(n, 10))
      await store.list()
    }
    await admin.query('ALTER TABLE hidden RENAME TO onrush_windows')
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'onrush'`
    await admin.query(cut)
    writer.window(windowOf(3, 10))
    await writer.finish(resultOf())
    let windows = 0
    for await (const _ of store.windows('r1')) windows++
    expect(windows).toBe(4)
    expect(said).toHaveLength(1)
    expect(said[0]).toContain('run r1 cannot be kept at the moment, and goes on')
  })

  test('a server that crashes and comes back in the middle of a run has all of it in the end', async () => {
    const said: string[] = []
    const store = await open(Date.now, (text) => said.push(text))
    const writer = await store.begin(keptRun('r1'))
    for (let n = 0; n < 50; n++) writer.window(windowOf(n, 10))
    await writer.flush()
    await server.crash()
    for (let n = 50; n < 60; n++) {
      writer.window(windowOf(n, 10))
      await writer.flush()
    }
    await server.restart()
    for (let n = 60; n < 100; n++) writer.window(windowOf(n, 10))
    await writer.finish(resultOf())
    async function* told() {
      for (let n = 0; n < 100; n++) yield windowOf(n, 10)
    }
    expect(await sumOf(store.windows('r1'))).toBe(await sumOf(told()))
    expect(await sumOf(store.merged('r1', { detail: 'series' }))).toBe(await sumOf(told()))
    expect(said).toHaveLength(1)
    expect(said[0]).toContain('run r1 cannot be kept at the moment, and goes on')
    expect((await store.read('r1'))!.record.state).toBe('finished')
  })

  test('what is lost for good is said at the end, and nothing rejects', async () => {
    const said: string[] = []
    const store = await open(Date.now, (text) => said.push(text))
    const writer = await store.begin(keptRun('r1'))
    await admin.query('DROP TABLE onrush_windows')
    for (let n = 0; n < 150; n++) writer.window(windowOf(n, 1))
    await writer.finish(resultOf())
    expect(said).toHaveLength(2)
    expect(said[1]).toBe('run r1 is not kept as a whole: 150 of its windows are missing')
    expect((await store.read('r1'))!.record.state).toBe('finished')
  })
})
