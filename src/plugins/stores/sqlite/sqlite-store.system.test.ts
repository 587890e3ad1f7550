import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  keptRun,
  NOON_EPOCH_MS,
  overviewsOf,
  sumOf,
  windowOf,
} from '../../../../test/contracts/store.test-kit.ts'
import { storeContract } from '../../../../test/contracts/store.ts'
import type { Store } from '../../../contracts/store.ts'
import { encodeWindow } from '../../../model/metrics/window-codec.ts'
import { resultOf } from '../../../model/report/result.test-kit.ts'
import { pack, packJson } from './packed.ts'
import { MIGRATIONS } from './schema.ts'
import { openSqliteStore } from './sqlite-store.ts'

const WRITER = fileURLToPath(
  new URL('../../../../test/fixtures/workers/store-writer.mjs', import.meta.url),
)
const CHECK = fileURLToPath(
  new URL('../../../../test/fixtures/workers/store-check.mjs', import.meta.url),
)
const HOUR_MS = 3_600_000

let folder: string
let path: string
const opened: Store[] = []
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-store-'))
  path = join(folder, 'history.db')
})
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
  for (const each of children.splice(0)) each.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})
const fail = (text: string): never => expect.fail(text)
const open = async (
  epochMs: () => number = Date.now,
  onError: (text: string) => void = fail,
): Promise<Store> => {
  const store = await openSqliteStore(path, { epochMs, onError })
  opened.push(store)
  return store
}
const count = async (store: Store, id: string): Promise<number> => {
  let windows = 0
  for await (const _ of store.windows(id)) windows++
  return windows
}

describe('sqlite store', () => storeContract(async (epochMs) => open(epochMs)))

describe('the file', () => {
  test('is whole once it is closed, and found again', async () => {
    const store = await open()
    const writer = await store.begin(keptRun('r1'))
    writer.window(windowOf(0, 10))
    await writer.finish(resultOf())
    await store.close()
    expect(statSync(`${path}-wal`).size).toBe(0)
    expect((await (await open()).read('r1'))!.result).toEqual(resultOf())
  })

  test('is read by one process while another one writes', async () => {
    const store = await open()
    const writer = await store.begin(keptRun('r1'))
    const reader = await open()
    const other = await reader.begin(keptRun('r2'))
    for (let n = 0; n < 3; n++) {
      writer.window(windowOf(n, 10))
      other.window(windowOf(n, 10))
      await new Promise((resolve) => setImmediate(resolve))
      expect([await count(store, 'r2'), await count(reader, 'r1')]).toEqual([n + 1, n + 1])
    }
  })

  test('may be locked by another process for a while: windows wait', async () => {
    const store = await open()
    const writer = await store.begin(keptRun('r1'))
    const other = new Database(path)
    other.exec('BEGIN IMMEDIATE')
    writer.window(windowOf(0, 10))
    await new Promise((resolve) => setImmediate(resolve))
    expect(await count(store, 'r1')).toBe(0)
    other.exec('ROLLBACK')
    other.close()
    writer.window(windowOf(1, 10))
    await writer.finish(resultOf())
    expect(await count(store, 'r1')).toBe(2)
  })

  test('gives space back when runs are removed', async () => {
    const store = await open()
    const writer = await store.begin(keptRun('r1'))
    for (let n = 0; n < 200; n++) writer.window(windowOf(n, 1_000, 10, 5))
    await writer.finish(resultOf())
    await store.close()
    const fullBytes = statSync(path).size
    const again = await open()
    await again.remove(['r1'])
    await again.close()
    expect(statSync(path).size).toBeLessThan(fullBytes / 2)
  })

  test('of version 1, which merged nothing, is brought up to date with all it holds', async () => {
    const windows = Array.from({ length: 70 }, (_, n) => windowOf(n, 5))
    const old = new Database(path)
    old.exec(MIGRATIONS[0]!)
    old.exec('PRAGMA application_id = 0x6f6e7275; PRAGMA user_version = 1')
    old
      .prepare(
        `INSERT INTO runs (id, name, script, started_epoch_ms, heard_epoch_ms, tags, info)
           VALUES ('r1', 'shop', 'shop.ts', 1, 0, '{}', ?)`,
      )
      .run([packJson(keptRun('r1'))])
    for (const each of windows)
      old.prepare('INSERT INTO windows VALUES (1, ?, ?)').run(each.window, pack(encodeWindow(each)))
    old.close()
    const store = await open()
    expect((await store.list())[0]).toMatchObject({ id: 'r1', state: 'cut-off' })
    async function* told() {
      yield* windows
    }
    expect(await sumOf(store.merged('r1', { detail: 'series' }))).toBe(await sumOf(told()))
    const overview = store.merged('r1', { detail: 'overview', spanMsMax: 16_000 })
    expect(await sumOf(overview)).toBe(await sumOf(overviewsOf(told())))
    const writer = await store.begin(keptRun('r2'))
    for (const each of windows) writer.window(each)
    await writer.finish(resultOf())
    expect(await sumOf(store.merged('r2', { detail: 'series' }))).toBe(await sumOf(told()))
    expect(await count(await open(), 'r1')).toBe(70)
  })

  test('of a newer version, of another program, or no database at all is refused in a sentence', async () => {
    await (await open()).close()
    const database = new Database(path)
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`)
    database.close()
    await expect(open()).rejects.toThrow(/from a newer onrush; this one knows 2/)
    rmSync(path)
    const foreign = new Database(path)
    foreign.exec('CREATE TABLE cats (name TEXT)')
    foreign.close()
    await expect(open()).rejects.toThrow('it is a database of another program')
    writeFileSync(
      path,
      'once upon a time, there was a text of more than a hundred characters. '.repeat(9),
    )
    await expect(open()).rejects.toThrow(/not a database/)
    expect(readFileSync(path, 'utf8')).toMatch(/^once upon a time/)
  })
})

/** Starts a process that writes windows and says each of them; `shell` runs before it, such as `ulimit -f 100`. */
function startWriter(windows: number, shell = ':', id = 'killed') {
  const args = [WRITER, path, String(windows), id]
  const words = ['-c', `${shell}; exec "$@"`, 'sh', process.execPath, ...args]
  const child = spawn('sh', words, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const said: string[] = []
  const listeners = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.push(...text.trim().split('\n'))
    for (const each of listeners) each()
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const until = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => void (said.length >= count && resolve())
      listeners.add(look)
      look()
    })
  return { child, said, ended, until }
}

test('kill -9 loses nothing that was written: every window is there, and the run is cut off', async () => {
  const writer = startWriter(100_000)
  // By then stretches of 16 are merged too.
  await writer.until(60)
  writer.child.kill('SIGKILL')
  await writer.ended
  const told = writer.said.length
  const store = await open(() => Date.now() + HOUR_MS)
  expect((await store.list())[0]).toMatchObject({ id: 'killed', state: 'cut-off' })
  expect(await count(store, 'killed')).toBeGreaterThanOrEqual(told)
  const merged = await sumOf(store.merged('killed', { detail: 'series' }))
  expect(merged).toBe(await sumOf(store.windows('killed')))
  // And it can be written to as before.
  const next = await store.begin(keptRun('r2'))
  next.window(windowOf(0, 10))
  await next.finish(resultOf())
  expect(await count(store, 'r2')).toBe(1)
})

test('several processes may make the file at once, and all keep their runs', async () => {
  const ids = ['r1', 'r2', 'r3', 'r4', 'r5']
  const writers = ids.map((id) => startWriter(3, ':', id))
  expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(ids.map(() => 0))
  expect(writers.flatMap(({ said }) => said.filter((line) => line.startsWith('error')))).toEqual([])
  const store = await open()
  expect((await store.list()).map(({ id }) => id).sort()).toEqual(ids)
  for (const id of ids) expect(await count(store, id)).toBe(3)
})

test('a full disk is said once, disturbs nobody and damages nothing', async () => {
  // 512-byte blocks: a limit of 300 kB per file, reached by the log after some ten windows.
  const writer = startWriter(60, 'ulimit -f 600')
  expect(await writer.ended).toBe(0)
  const errors = writer.said.filter((line) => line.startsWith('error'))
  expect(errors.filter((line) => line.includes('cannot be kept at the moment'))).toHaveLength(1)
  expect(errors).toHaveLength(2)
  expect(errors[1]).toMatch(/run killed is not kept as a whole: \d+ of its windows are missing/)
  expect(writer.said.filter((line) => line.startsWith('window'))).toHaveLength(60)
  const database = new Database(path)
  expect(database.prepare('PRAGMA integrity_check').raw().get()).toEqual(['ok'])
  database.close()
  const store = await open(() => Date.now() + HOUR_MS)
  const kept = await count(store, 'killed')
  expect(kept).toBeGreaterThan(3)
  expect(kept).toBeLessThan(60)
})

test('a disk without room for more than the log keeps what is in the log', async () => {
  const first = await open()
  const writer = await first.begin(keptRun('r1'))
  for (let n = 0; n < 60; n++) writer.window(windowOf(n, 2_000 + n, 10, 20))
  await writer.finish(resultOf())
  await first.close()
  // As large as the file is: the log fits below it, and is then to be moved to where nothing fits any more.
  const limited = startWriter(3, `ulimit -f ${Math.floor(statSync(path).size / 512)}`)
  expect([await limited.ended, limited.said]).toEqual([0, ['window 0', 'window 1', 'window 2']])
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
  expect(await count(await open(), 'killed')).toBe(3)
})

/** In a mount namespace of its own, where it may be made. */
const [unshare, namespace] = ['unshare', ['-rm', 'sh', '-c']]
const mayMount = spawnSync(unshare, [...namespace, 'mount -t tmpfs tmpfs /mnt']).status === 0

test.skipIf(!mayMount)(
  'a file system without room (needs a mount namespace) ends no run and damages nothing',
  () => {
    const mount = `mount -t tmpfs -o size=900k tmpfs '${folder}'`
    const [writer, check] = [WRITER, CHECK].map(
      (program) => `'${process.execPath}' '${program}' '${path}'`,
    )
    const { stdout, stderr, status } = spawnSync(
      unshare,
      [...namespace, `${mount} && ${writer} 200 && ${check}`],
      { encoding: 'utf8' },
    )
    expect(status, stderr).toBe(0)
    const lines = stdout.trim().split('\n')
    const said = lines.filter((line) => line.startsWith('error'))
    expect(said).toHaveLength(2)
    expect(said[0]).toMatch(/cannot be kept at the moment, and goes on: .*disk is full/)
    expect(said[1]).toMatch(/run killed is not kept as a whole: \d+ of its windows are missing/)
    expect(lines.filter((line) => line.startsWith('window'))).toHaveLength(200)
    const { integrity, windows, requests, merged } = JSON.parse(lines.at(-1)!)
    expect(integrity).toBe('ok')
    expect(windows).toBeGreaterThan(5)
    expect(windows).toBeLessThan(200)
    expect([requests, merged]).toEqual([windows * 10_000, windows * 10_000])
  },
)

test('another process may delete old runs while one is kept, which loses nothing', async () => {
  const store = await open()
  for (const id of ['r1', 'r2', 'r3']) {
    const old = await store.begin(keptRun(id))
    for (let n = 0; n < 60; n++) old.window(windowOf(n, 500, 10, 10))
    await old.finish(resultOf())
  }
  const writer = startWriter(90)
  await writer.until(10)
  const byAge = await store.prune({ beforeEpochMs: NOON_EPOCH_MS + 1, spare: 'r3' })
  expect(byAge.map(({ id }) => id)).toEqual(['r1', 'r2'])
  expect((await store.prune({ sizeBytesMax: 0 })).map(({ id }) => id)).toEqual(['r3'])
  expect(await writer.ended).toBe(0)
  expect(writer.said.filter((line) => line.startsWith('error'))).toEqual([])
  expect(await count(store, 'killed')).toBe(90)
})
