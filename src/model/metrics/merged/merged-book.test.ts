import fc from 'fast-check'
import { expect, test } from 'vitest'
import { windowOf } from '../../../../test/contracts/store.test-kit.ts'
import type { Window } from '../../../contracts/window.ts'
import { WINDOWS_REOPEN_MAX } from '../../../kernel/limits.ts'
import { encodeWindow } from '../window-codec.ts'
import { MergedBook } from './merged-book.ts'
import { nameOf } from './merged-key.ts'
import { overviewOf } from './overview.ts'
import { WindowMerger } from './window-merger.ts'

/** A store as simple as can be: what was told waits until it is written, all at once. */
class Kept {
  readonly book = new MergedBook()
  readonly windows = new Map<number, Window>()
  readonly merged = new Map<string, Uint8Array>()
  readonly #waiting = new Map<number, Window>()

  tell(window: Window): void {
    this.#waiting.set(window.window, window)
    this.book.add(window, encodeWindow(window))
  }

  write(): void {
    for (const [number, window] of this.#waiting) this.windows.set(number, window)
    this.#waiting.clear()
    const { changes } = this.book
    for (const { key, bytes } of changes) {
      if (bytes === undefined) this.merged.delete(nameOf(key))
      else this.merged.set(nameOf(key), bytes)
    }
    this.book.written(changes)
  }

  /** The one that waits longest. */
  giveUp(): void {
    for (const number of this.#waiting.keys()) {
      this.#waiting.delete(number)
      this.book.giveUp(number)
      return
    }
  }

  /** Of each stretch that is kept: whether it is the merge of its windows, or the overview of one. */
  untrue(): string[] {
    return [...this.merged].flatMap(([name, bytes]) => {
      const [detail, span = 0, index = 0] = name.split(' ').map((part) => Number(part) || part)
      const [length, first] = [Number(span), Number(span) * Number(index)]
      const merger = new WindowMerger()
      const inside = [...this.windows].filter(([at]) => at >= first && at < first + length)
      const shown = inside
        .sort(([a], [b]) => a - b)
        .map(([, each]) => (detail === 'overview' ? overviewOf(each) : each))
      for (const each of shown) merger.add(each)
      const expected = length === 1 ? shown[0] : merger.merged(first, length)
      const isTrue = expected !== undefined && Buffer.compare(encodeWindow(expected), bytes) === 0
      return isTrue ? [] : [name]
    })
  }
}

test('stretches are merged as soon as none of their windows can come again', () => {
  const kept = new Kept()
  const seriesKept = () => [...kept.merged.keys()].filter((name) => name.startsWith('series'))
  for (let n = 0; n < 64 + WINDOWS_REOPEN_MAX; n++) {
    kept.tell(windowOf(n, 3))
    kept.write()
    if (n < 16 + WINDOWS_REOPEN_MAX - 1) expect(seriesKept()).toEqual([])
  }
  expect(seriesKept()).toEqual([
    'series 16 0',
    'series 16 1',
    'series 16 2',
    'series 16 3',
    'series 64 0',
  ])
  expect(kept.merged.has('overview 4 15')).toBe(true)
})

test('at the end what is whole is merged at once', () => {
  const kept = new Kept()
  for (let n = 0; n < 35; n++) kept.tell(windowOf(n, 3))
  kept.book.settleAll()
  kept.write()
  const series = [...kept.merged.keys()].filter((name) => name.startsWith('series'))
  expect(series).toEqual(['series 16 0', 'series 16 1'])
})

test('a stretch of which a window was given up is not kept, nor is anything longer', () => {
  const kept = new Kept()
  for (let n = 0; n < 100; n++) kept.tell(windowOf(n, 3))
  kept.giveUp()
  kept.write()
  expect([kept.merged.has('series 16 0'), kept.merged.has('series 64 0')]).toEqual([false, false])
  expect([kept.merged.has('series 16 1'), kept.merged.has('overview 1 0')]).toEqual([true, false])
  expect(kept.untrue()).toEqual([])
})

test('a window of which only an older version is kept is in no stretch', () => {
  const kept = new Kept()
  for (let n = 0; n < 5; n++) kept.tell(windowOf(n, 3))
  kept.write()
  kept.tell(windowOf(3, 9))
  kept.giveUp()
  for (let n = 5; n < 100; n++) kept.tell(windowOf(n, 3))
  kept.write()
  expect([kept.merged.has('series 16 0'), kept.merged.has('overview 1 3')]).toEqual([false, true])
  expect(kept.untrue()).toEqual([])
})

test('whatever comes late, again or is given up: what is kept merged is what its windows are', () => {
  const action = fc.oneof(
    { weight: 20, arbitrary: fc.constant({ do: 'next' as const, by: 0 }) },
    { weight: 2, arbitrary: fc.nat(150).map((by) => ({ do: 'again' as const, by })) },
    { weight: 1, arbitrary: fc.nat(60).map((by) => ({ do: 'skip' as const, by })) },
    { weight: 5, arbitrary: fc.constant({ do: 'write' as const, by: 0 }) },
    { weight: 2, arbitrary: fc.constant({ do: 'give up' as const, by: 0 }) },
  )
  const actions = fc.array(action, { minLength: 50, maxLength: 250, size: 'max' })
  let stretches = 0
  fc.assert(
    fc.property(actions, (all) => {
      const kept = new Kept()
      let next = 0
      for (const [at, each] of all.entries()) {
        if (each.do === 'next') kept.tell(windowOf(next++, 1 + (at % 5)))
        else if (each.do === 'again') kept.tell(windowOf(Math.max(0, next - each.by), 1 + (at % 5)))
        else if (each.do === 'skip') next += each.by
        else if (each.do === 'give up') kept.giveUp()
        else kept.write()
      }
      kept.book.settleAll()
      kept.write()
      expect(kept.untrue()).toEqual([])
      stretches += [...kept.merged.keys()].filter((name) => !name.includes(' 1 ')).length
    }),
    { numRuns: 10 },
  )
  expect(stretches).toBeGreaterThan(100)
})
