import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ThinnedList } from './thinned-list.ts'

test('below its bound nothing is dropped', () => {
  const list = new ThinnedList<number>(4)
  for (let n = 0; n < 4; n++) list.set(n, n)
  expect([list.items, list.stride]).toEqual([[0, 1, 2, 3], 1])
})

test('a full list keeps every other one, of the old as of the new', () => {
  const list = new ThinnedList<number>(4)
  for (let n = 0; n < 7; n++) list.set(n, n)
  expect([list.items, list.stride]).toEqual([[0, 2, 4, 6], 2])
  list.set(7, 7)
  list.set(8, 8)
  expect([list.items, list.stride]).toEqual([[0, 4, 8], 4])
})

test('what comes again replaces what was there, or is left out as before', () => {
  const list = new ThinnedList<string>(4)
  for (let n = 0; n < 6; n++) list.set(n, 'first')
  list.set(4, 'again')
  list.set(5, 'again')
  expect(list.items).toEqual(['first', 'first', 'again'])
})

test('it is never longer than its bound and never less than half as long, without gaps, first and newest covered', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 2_000 }),
      (half, count) => {
        const list = new ThinnedList<number>(2 * half)
        for (let n = 0; n < count; n++) list.set(n, n)
        const { items, stride } = list
        expect(items).toEqual(
          Array.from({ length: Math.ceil(count / stride) }, (_, n) => n * stride),
        )
        expect(items.length).toBeLessThanOrEqual(2 * half)
        if (stride > 1) expect(items.length).toBeGreaterThanOrEqual(half)
      },
    ),
  )
})
