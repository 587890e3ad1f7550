import { expect, test } from 'vitest'
import { coreOf, measurePower } from './power.ts'

test('a process gets a core where there are enough, else its part of those that are there', () => {
  expect(coreOf(1, 8, 0)).toBe(1)
  expect(coreOf(4, 8, 4)).toBe(1)
  expect(coreOf(8, 4, 0)).toBe(0.5)
  expect(coreOf(2, 4, 6)).toBe(0.5)
})

test('what is measured is a power: above 0, and less with more processes than cores', async () => {
  const alone = await measurePower(1)
  expect(alone).toBeGreaterThan(0)
  expect(await measurePower(10_000)).toBeLessThan(alone / 2)
})
