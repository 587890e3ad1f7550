import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keptRun, windowOf } from '../../../test/contracts/store.test-kit.ts'
import type { Store } from '../../contracts/store.ts'
import { encodeWindow } from '../../model/metrics/window-codec.ts'
import { resultOf } from '../../model/report/result.test-kit.ts'
import { MemoryStore } from '../../plugins/stores/memory/memory-store.ts'
import { exportRun, importRun } from './run-file.ts'

const NOTE = { atMs: 1, kind: 'note', level: 'info', text: 'deployed' } as const
const result = resultOf({ run: { ...resultOf().run, id: 'r1' } })
let folder: string
let whole: Buffer
let target: MemoryStore
const newStore = (): MemoryStore => new MemoryStore(() => 1e12)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-run-file-'))
  const store = newStore()
  const writer = await store.begin(keptRun('r1'))
  for (let n = 0; n < 30; n++) writer.window(windowOf(n, 50))
  writer.event(NOTE)
  await writer.finish(result)
  await exportRun(store, (await store.read('r1'))!, join(folder, 'whole'))
  whole = readFileSync(join(folder, 'whole'))
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  target = newStore()
})
const take = (bytes: Uint8Array): Promise<string> => {
  writeFileSync(join(folder, 'given'), bytes)
  return importRun(target, join(folder, 'given'))
}
const takeLines = (edit: (lines: string[]) => string[]): Promise<string> =>
  take(gzipSync(`${edit(gunzipSync(whole).toString().trim().split('\n')).join('\n')}\n`))
const windowsOf = async (store: Store): Promise<Uint8Array[]> => {
  const all: Uint8Array[] = []
  for await (const each of store.windows('r1')) all.push(encodeWindow(each))
  return all
}

test('a run that was exported and imported is the same run', async () => {
  expect(await take(whole)).toBe('r1')
  const back = (await target.read('r1'))!
  expect(back).toMatchObject({ info: keptRun('r1'), events: [NOTE], result })
  expect(await windowsOf(target)).toEqual(
    Array.from({ length: 30 }, (_, n) => encodeWindow(windowOf(n, 50))),
  )
  expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([])
})

test('a run that was cut off is so after its travel, too', async () => {
  const store = newStore()
  const writer = await store.begin(keptRun('r1'))
  writer.window(windowOf(0, 10))
  await writer.abandon()
  await exportRun(store, (await store.read('r1'))!, join(folder, 'cut'))
  await importRun(target, join(folder, 'cut'))
  expect((await target.read('r1'))!.record.state).toBe('cut-off')
})

describe('of a file that is broken nothing is kept:', () => {
  const refused = async (importing: Promise<string>, why: RegExp): Promise<void> => {
    await expect(importing).rejects.toThrow(why)
    expect(await target.list()).toEqual([])
  }
  test('one that is damaged or cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (at, value) => {
        const bytes = Buffer.from(whole)
        // Bytes 4 to 9 of gzip are a date and a system, which say nothing about what follows.
        const place = 10 + (at % (bytes.length - 10))
        bytes[place] = bytes[place]! ^ (1 + (value % 255))
        await refused(take(bytes), /./)
        await refused(take(whole.subarray(0, at % whole.length)), /./)
      }),
      { numRuns: 60 },
    )
  })
  test('one that is no such file at all', async () => {
    await refused(take(Buffer.from('{}')), /damaged/)
    await refused(
      takeLines(() => ['{"schema":"onrush.result/1"}']),
      /"onrush.result\/1" where/,
    )
    await refused(
      takeLines(() => ['null', '{}']),
      /./,
    )
    await expect(importRun(target, join(folder, 'missing'))).rejects.toThrow(/ENOENT/)
  })
  test('one that lacks a window, an event, its end, or has too much', async () => {
    await refused(
      takeLines(([head, _, ...rest]) => [head!, ...rest]),
      /says at its end/,
    )
    await refused(
      takeLines((lines) => lines.slice(0, -1)),
      /ends in the middle/,
    )
    await refused(
      takeLines((lines) => [...lines, lines[1]!]),
      /goes on after its end/,
    )
    await refused(
      takeLines((lines) => lines.map((line, index) => (index === 3 ? lines[2]! : line))),
      /windows could be kept/,
    )
  })
  test('one with an id that would lead out of the folder of runs, or a result of another run', async () => {
    const edit = (from: string, to: string) =>
      takeLines((lines) => lines.map((line) => line.replace(from, to)))
    await refused(edit('"info":{"id":"r1"', '"info":{"id":"../../r1"'), /its id is none/)
    await refused(edit('"run":{"id":"r1"', '"run":{"id":"r2"'), /of another run/)
    await refused(edit('"seed":1', '"seed":"1"'), /info.plan.seed is no number/)
  })
  test('one of a run that is there already leaves that one alone', async () => {
    await take(whole)
    await expect(take(whole)).rejects.toThrow('run r1 is in the history already')
    expect(await windowsOf(target)).toHaveLength(30)
  })
})
