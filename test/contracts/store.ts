/** What every store must do, as one suite: called by the tests of each. Time stands still unless a test moves it. */
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/contracts/output.ts'
import type { MergedQuery, RunRecord, Store } from '../../src/contracts/store.ts'
import { mergeSnapshots, RunTotals } from '../../src/model/metrics/window.ts'
import { encodeWindow } from '../../src/model/metrics/window-codec.ts'
import { resultOf } from '../../src/model/report/result.test-kit.ts'
import { keptRun, NOON_EPOCH_MS, namedRun, overviewsOf, sumOf, windowOf } from './store.test-kit.ts'

const DAY_MS = 86_400_000
const EVENT: RunEvent = { atMs: 1_500, kind: 'note', level: 'info', text: 'deployed', by: 'me' }

/** Declares the tests; `make` is called once for each, with the clock the store is to read. */
export function storeContract(make: (epochMs: () => number) => Promise<Store>): void {
  let store: Store
  let nowEpochMs: number
  beforeEach(async () => {
    nowEpochMs = NOON_EPOCH_MS
    store = await make(() => nowEpochMs)
  })
  const ids = (records: readonly RunRecord[]): string[] => records.map(({ id }) => id)
  const keep = async (run = keptRun('r1'), windows = 2): Promise<void> => {
    const writer = await store.begin(run)
    for (let n = 0; n < windows; n++) writer.window(windowOf(n, 100, 10, 3))
    await writer.finish(resultOf())
  }
  const bytesOf = async (id: string, range?: { fromMs: number; toMs: number }) => {
    const all: string[] = []
    for await (const window of store.windows(id, range)) all.push(hex(encodeWindow(window)))
    return all
  }
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  const told = (...windows: ReturnType<typeof windowOf>[]) =>
    windows.map((each) => hex(encodeWindow(each)))

  describe('one run', () => {
    test('comes back as it was told: what it is, its events, its windows and its result', async () => {
      const writer = await store.begin(keptRun('r1'))
      writer.window(windowOf(0, 10))
      writer.event(EVENT)
      writer.window(windowOf(1, 20))
      await writer.finish(resultOf())
      expect(await store.read('r1')).toMatchObject({
        info: keptRun('r1'),
        events: [EVENT],
        result: resultOf(),
        record: { state: 'finished', isBaseline: false },
      })
      expect(await bytesOf('r1')).toEqual(told(windowOf(0, 10), windowOf(1, 20)))
    })

    test('has its figures in the list', async () => {
      await keep()
      expect(await store.list()).toEqual([
        {
          id: 'r1',
          name: 'shop',
          script: 'shop.ts',
          startedAtEpochMs: NOON_EPOCH_MS,
          state: 'finished',
          isBaseline: false,
          tags: {},
          commit: 'c0ffee',
          durationMs: 60_000,
          passed: true,
          reason: 'no request failed',
          requests: 1_000,
          failures: 0,
          ratePerSec: resultOf().totals.ratePerSec,
          p95Ms: 190,
        },
      ])
    })

    test('can be read while it goes on, up to the last window', async () => {
      const writer = await store.begin(keptRun('r1'))
      writer.window(windowOf(0, 10))
      writer.event(EVENT)
      expect(await bytesOf('r1')).toEqual(told(windowOf(0, 10)))
      const stored = await store.read('r1')
      expect(stored).toMatchObject({ events: [EVENT], result: undefined })
      expect(stored!.record).toMatchObject({ state: 'running', requests: null, passed: null })
    })

    test('keeps a window that is sent again once, in its newest version', async () => {
      const writer = await store.begin(keptRun('r1'))
      writer.window(windowOf(0, 10))
      expect(await bytesOf('r1')).toHaveLength(1)
      writer.window(windowOf(1, 10))
      writer.window(windowOf(0, 11))
      writer.window(windowOf(0, 12))
      expect(await bytesOf('r1')).toEqual(told(windowOf(0, 12), windowOf(1, 10)))
    })

    test('has its windows in order, and those of a range by when they begin', async () => {
      const writer = await store.begin(keptRun('r1'))
      for (const n of [3, 0, 250, 2, 4]) writer.window(windowOf(n, 10 + n))
      await writer.finish(resultOf())
      const all = [0, 2, 3, 4, 250].map((n) => windowOf(n, 10 + n))
      expect(await bytesOf('r1')).toEqual(told(...all))
      expect(await bytesOf('r1', { fromMs: 2_000, toMs: 4_000 })).toEqual(told(all[1]!, all[2]!))
      expect(await bytesOf('r1', { fromMs: 2_001, toMs: 4_001 })).toEqual(told(all[2]!, all[3]!))
      expect(await bytesOf('r1', { fromMs: 5_000, toMs: 9_000 })).toEqual([])
    })

    test('is found exactly for any range: its totals are those of what was measured', async () => {
      const count = 230
      const writer = await store.begin(keptRun('r1'))
      const expected = new RunTotals()
      for (let n = 0; n < count; n++) {
        writer.window(windowOf(n, 50, 20, 2))
        if (n % 100 === 0) await writer.flush()
        if (n >= 30 && n < 200) expected.add(windowOf(n, 50, 20, 2))
      }
      await writer.finish(resultOf())
      const totals = new RunTotals()
      for await (const each of store.windows('r1', { fromMs: 30_000, toMs: 200_000 }))
        totals.add(each)
      const p99 = (of: RunTotals) => of.series.map(({ response }) => response.percentileUs(99))
      expect(totals.series.map((each) => each.requests)).toEqual([8_500, 8_500])
      expect(p99(totals)).toEqual(p99(expected))
    })

    test('may be empty', async () => {
      const writer = await store.begin(keptRun('r1'))
      writer.window(mergeSnapshots(0, [], false))
      await writer.finish(resultOf())
      const [window] = await windowsOf(store, 'r1')
      expect(window).toMatchObject({ window: 0, complete: false, series: [], workers: [] })
    })

    test('refuses an id that is taken', async () => {
      await keep()
      await expect(store.begin(keptRun('r1'))).rejects.toThrow()
      expect(await bytesOf('r1')).toHaveLength(2)
    })

    test('takes nothing more once it is finished', async () => {
      const writer = await store.begin(keptRun('r1'))
      await writer.finish(resultOf())
      writer.window(windowOf(0, 10))
      writer.event(EVENT)
      await writer.abandon()
      expect(await bytesOf('r1')).toEqual([])
      expect((await store.read('r1'))!.events).toEqual([])
      expect((await store.read('r1'))!.record.state).toBe('finished')
    })
  })

  describe('a run that was not finished', () => {
    test('is cut off when nothing is heard of it any more, with the windows it had', async () => {
      const writer = await store.begin(keptRun('r1'))
      nowEpochMs += 30_000
      writer.window(windowOf(0, 10))
      expect((await store.list())[0]!.state).toBe('running')
      nowEpochMs += 30_000
      expect((await store.list())[0]).toMatchObject({ state: 'cut-off', requests: null })
      expect(await bytesOf('r1')).toHaveLength(1)
    })

    test('is cut off at once when it is given up', async () => {
      const writer = await store.begin(keptRun('r1'))
      writer.window(windowOf(0, 10))
      await writer.abandon()
      expect((await store.list())[0]!.state).toBe('cut-off')
      expect(await bytesOf('r1')).toHaveLength(1)
    })
  })

  describe('merged', () => {
    const details = ['series', 'overview'] as const
    const expectExact = async (id: string, query: Omit<MergedQuery, 'detail'>): Promise<void> => {
      const { fromMs = 0, toMs = Number.MAX_SAFE_INTEGER } = query
      const windows = () => store.windows(id, { fromMs, toMs })
      for (const detail of details) {
        const merged = await sumOf(store.merged(id, { ...query, detail }))
        expect(merged).toBe(await sumOf(detail === 'series' ? windows() : overviewsOf(windows())))
      }
    }

    test('any part of a run is exactly its windows, whenever they came and whatever is missing', async () => {
      let runs = 0
      const told = fc.array(
        fc.record({ gap: fc.constantFrom(1, 1, 1, 1, 1, 3, 40), againAfter: fc.nat(120) }),
        { minLength: 1, maxLength: 90 },
      )
      const parts = fc.array(
        fc.record({
          fromMs: fc.integer({ min: 0, max: 200_000 }),
          lengthMs: fc.integer({ min: 1, max: 400_000 }),
          spanMsMax: fc.constantFrom(undefined, 1_000, 8_000, 64_000),
        }),
        { minLength: 2, maxLength: 4 },
      )
      const property = fc.asyncProperty(told, parts, fc.boolean(), async (windows, all, isOver) => {
        const id = `merged-${runs++}`
        const writer = await store.begin(keptRun(id))
        let number = -1
        const numbers = windows.flatMap(({ gap, againAfter }, at) => {
          number += gap
          // One in twenty comes again, soon or when nobody waits for it any more.
          return againAfter < 114 ? [number] : [number, Math.max(0, number - at)]
        })
        for (const [at, each] of numbers.entries()) {
          writer.window(windowOf(each, 1 + (at % 7), 10, 2))
          if (at % 50 === 49) await writer.flush()
        }
        if (isOver) await writer.finish(resultOf())
        await expectExact(id, {})
        for (const { fromMs, lengthMs, spanMsMax } of all) {
          const range = { fromMs, toMs: fromMs + lengthMs }
          await expectExact(id, { ...range, ...(spanMsMax !== undefined && { spanMsMax }) })
        }
      })
      await fc.assert(property, { numRuns: 25 })
    })

    test('no window is longer than asked for, and each begins at a multiple of its length', async () => {
      await keep(keptRun('r1'), 100)
      for await (const { startMs, durationMs } of store.merged('r1', {
        detail: 'overview',
        spanMsMax: 16_000,
      })) {
        expect(durationMs).toBeLessThanOrEqual(16_000)
        expect(startMs % durationMs).toBe(0)
      }
    })

    test('an overview has all requests as one, and what it leaves out is empty', async () => {
      await keep(keptRun('r1'), 3)
      for await (const window of store.merged('r1', { detail: 'overview', spanMsMax: 1_000 })) {
        expect(window).toMatchObject({ checks: [], metrics: [], users: { active: 10 } })
        expect(window.series.map(({ name, requests }) => [name, requests])).toEqual([
          ['(all)', 300],
        ])
      }
    })

    test('there is nothing of a run that is not there, or was removed', async () => {
      await keep(keptRun('r1'), 100)
      await store.remove(['r1'])
      for (const detail of details) {
        for await (const _ of store.merged('r1', { detail })) expect.fail('there is a window')
      }
    })
  })

  describe('the list', () => {
    beforeEach(async () => {
      await keep(namedRun('r1', 'shop', { branch: 'main' }, NOON_EPOCH_MS))
      await keep(namedRun('r3', 'shop', { branch: 'fix', by: 'ci' }, NOON_EPOCH_MS + 2_000))
      await keep(namedRun('r2', 'pay', { branch: 'main', by: 'ci' }, NOON_EPOCH_MS + 1_000))
      await keep(namedRun('r4', 'pay', {}, NOON_EPOCH_MS + 2_000))
    })

    test('begins with the newest', async () => {
      expect(ids(await store.list())).toEqual(['r4', 'r3', 'r2', 'r1'])
    })
    test('goes on where another one ended', async () => {
      expect(ids(await store.list({ limit: 2 }))).toEqual(['r4', 'r3'])
      expect(ids(await store.list({ limit: 2, before: 'r3' }))).toEqual(['r2', 'r1'])
      expect(await store.list({ before: 'r1' })).toEqual([])
      expect(await store.list({ before: 'unknown' })).toEqual([])
    })
    test('can be asked for a name, tags, a part of an id, and baselines', async () => {
      expect(ids(await store.list({ name: 'pay' }))).toEqual(['r4', 'r2'])
      expect(ids(await store.list({ tag: 'branch=main' }))).toEqual(['r2', 'r1'])
      expect(ids(await store.list({ tag: ['branch=main', 'by=ci'] }))).toEqual(['r2'])
      expect(ids(await store.list({ tag: 'branch=%' }))).toEqual([])
      expect(ids(await store.list({ idPart: '3' }))).toEqual(['r3'])
      expect(ids(await store.list({ idPart: '%' }))).toEqual([])
      expect(ids(await store.list({ name: 'pay', limit: 1, before: 'r4' }))).toEqual(['r2'])
      await store.setBaseline('r3', true)
      expect(ids(await store.list({ onlyBaselines: true }))).toEqual(['r3'])
    })
    test('marks baselines, until they are none any more', async () => {
      await store.setBaseline('r2', true)
      expect((await store.read('r2'))!.record.isBaseline).toBe(true)
      await store.setBaseline('r2', false)
      expect((await store.read('r2'))!.record.isBaseline).toBe(false)
      await store.setBaseline('unknown', true)
    })
  })

  describe('what is removed', () => {
    test('is gone with everything it had, and its id is free', async () => {
      await keep(keptRun('r1'))
      await keep(keptRun('r2'))
      expect(await store.remove(['r1', 'unknown'])).toBe(1)
      expect(ids(await store.list())).toEqual(['r2'])
      expect(await store.read('r1')).toBeUndefined()
      expect(await bytesOf('r1')).toEqual([])
      await keep(keptRun('r1'), 1)
      expect(await bytesOf('r1')).toHaveLength(1)
      expect(await bytesOf('r2')).toHaveLength(2)
    })

    test('by age: what begun before, but no baseline and nothing that goes on', async () => {
      for (const [id, days] of Object.entries({ r1: 5, r2: 4, r3: 3, r4: 1 })) {
        await keep(keptRun(id, { startedAtEpochMs: NOON_EPOCH_MS - days * DAY_MS }))
      }
      await store.begin(keptRun('r5', { startedAtEpochMs: NOON_EPOCH_MS - 6 * DAY_MS }))
      await store.setBaseline('r2', true)
      const removed = await store.prune({ beforeEpochMs: NOON_EPOCH_MS - 2 * DAY_MS })
      expect(ids(removed)).toEqual(['r1', 'r3'])
      expect(ids(await store.list())).toEqual(['r4', 'r2', 'r5'])
    })

    test('by size: the oldest first, until the rest fits', async () => {
      for (let n = 0; n < 6; n++) {
        await keep(keptRun(`r${n}`, { startedAtEpochMs: NOON_EPOCH_MS + n }), 60)
      }
      await store.setBaseline('r1', true)
      expect(await store.prune({ sizeBytesMax: 1 << 30 })).toEqual([])
      const removed = await store.prune({ sizeBytesMax: 0, spare: 'r4' })
      expect(ids(removed)).toEqual(['r0', 'r2', 'r3', 'r5'])
      expect(ids(await store.list())).toEqual(['r4', 'r1'])
    })
  })

  test('closing may be said twice', async () => {
    await keep()
    await store.close()
    await store.close()
  })
}

async function windowsOf(store: Store, id: string) {
  const all = []
  for await (const window of store.windows(id)) all.push(window)
  return all
}
