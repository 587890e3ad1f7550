import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coverOf, type MergedKey, partsOf, SINGLE } from './merged-key.ts'

const windowsOf = ({ span, index }: MergedKey): number[] =>
  Array.from({ length: Math.max(1, span) }, (_, offset) => index * Math.max(1, span) + offset)
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset)
const details = fc.constantFrom('series' as const, 'overview' as const)

test('a part of a run is its stretches, each window once and in order', () => {
  fc.assert(
    fc.property(details, fc.nat(1_000), fc.nat(700), fc.nat(300), (detail, from, count, most) => {
      const keys = coverOf(detail, from, from + count, most)
      expect(keys.flatMap(windowsOf)).toEqual(range(from, from + count))
      for (const { span } of keys) expect(span).toBeLessThanOrEqual(Math.max(most, SINGLE))
    }),
  )
})

test('any part of a day is at most six stretches of each span, and some thirty windows', () => {
  fc.assert(
    fc.property(fc.nat(86_400), fc.nat(86_400), (a, b) => {
      const keys = coverOf('series', Math.min(a, b), Math.max(a, b))
      const single = keys.filter(({ span }) => span === SINGLE)
      expect(single.length).toBeLessThanOrEqual(30)
      expect(keys.length - single.length).toBeLessThanOrEqual(6 * 5 + 5)
    }),
  )
})

test('a stretch that is not kept is its parts, down to single windows', () => {
  const key = { detail: 'overview', span: 64, index: 3 } as const
  const parts = partsOf(key)
  expect(parts.map(({ span }) => span)).toEqual([16, 16, 16, 16])
  const windows = parts.flatMap(partsOf).flatMap(partsOf).flatMap(partsOf)
  expect(windows.map(({ span }) => span)).toEqual(range(0, 64).map(() => SINGLE))
  expect(windows.map(({ index }) => index)).toEqual(range(192, 256))
})
