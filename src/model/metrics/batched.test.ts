import { expect, test } from 'vitest'
import { WARMUP_BATCHES_MAX } from '../../kernel/limits.ts'
import { Batched } from './batched.ts'

/** The windows that were put into each part. */
function filled(windows: readonly number[]): Batched<number[]> {
  const parts = new Batched<number[]>(() => [])
  for (const window of windows) parts.of(window).push(window)
  return parts
}

test('windows come in any order, five to a part, and a part is left out as a whole', () => {
  const parts = filled([12, 0, 4, 5, 9, 3])
  expect(
    parts
      .from(0)
      .flat()
      .sort((a, b) => a - b),
  ).toEqual([0, 3, 4, 5, 9, 12])
  expect(parts.from(5)).toEqual([[12], [5, 9]])
  expect(parts.from(15)).toEqual([])
})

test('however long the run, there are no more parts than a warm-up may have, and one', () => {
  const last = WARMUP_BATCHES_MAX * 5
  const parts = filled(Array.from({ length: 3 * last }, (_, window) => window))
  expect(parts.from(0)).toHaveLength(WARMUP_BATCHES_MAX + 1)
  expect(parts.from(last - 5)).toHaveLength(2)
  expect(parts.from(last)[0]).toHaveLength(2 * last)
})
