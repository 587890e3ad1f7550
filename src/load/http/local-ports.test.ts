import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LocalPorts } from './local-ports.ts'

const round = (first: number, count: number, seed: number): number[] => {
  const ports = new LocalPorts(first, count, seed)
  return Array.from({ length: count }, () => ports.next())
}

test('every port of the range comes once before any comes again', () => {
  const range = fc.record({
    first: fc.integer({ min: 1, max: 60_000 }),
    count: fc.integer({ min: 1, max: 3_000 }),
    seed: fc.nat(4_194_304),
  })
  fc.assert(
    fc.property(range, ({ first, count, seed }) => {
      const sorted = round(first, count, seed).sort((a, b) => a - b)
      expect(sorted).toEqual(Array.from({ length: count }, (_, n) => first + n))
    }),
  )
})

test('processes with neighbouring ids do not follow each other through the range', () => {
  const taken = new Set(round(32_768, 28_232, 4_711).slice(0, 10_000))
  const met = round(32_768, 28_232, 4_712)
    .slice(0, 10_000)
    .filter((port) => taken.has(port)).length
  // By chance 10,000 of 28,232 would meet 35 in 100.
  expect(met).toBeLessThan(4_500)
})
