import { describe, expect, test } from 'vitest'
import { Prng } from './prng.ts'

const draw = (prng: Prng, count: number): number[] =>
  Array.from({ length: count }, () => prng.next())

describe('prng', () => {
  test('the same seed and stream draw the same numbers; others do not', () => {
    const first = draw(Prng.of(7, 1), 20)
    expect(draw(Prng.of(7, 1), 20)).toEqual(first)
    expect(draw(Prng.of(7, 2), 20)).not.toEqual(first)
    expect(draw(Prng.of(8, 1), 20)).not.toEqual(first)
    expect(draw(Prng.of(7, 'mix'), 20)).not.toEqual(draw(Prng.of(7, 'pick'), 20))
  })

  test('its numbers are part of the promise "same seed, same run": they never change', () => {
    expect(
      Array.from(
        { length: 4 },
        (
          (prng) => () =>
            prng.integer(0, 999_999)
        )(Prng.of(42, 1)),
      ),
    ).toMatchInlineSnapshot(`
      [
        386733,
        332301,
        656496,
        743604,
      ]
    `)
  })

  test('numbers lie in [0, 1) and fill it evenly', () => {
    const buckets = new Array<number>(20).fill(0)
    const prng = Prng.of(1, 1)
    for (let i = 0; i < 100_000; i++) buckets[Math.floor(prng.next() * 20)]!++
    // Chi-squared with 19 degrees of freedom: beyond 50 once in ten thousand seeds.
    const chi = buckets.reduce((sum, n) => sum + (n - 5_000) ** 2 / 5_000, 0)
    expect(chi).toBeLessThan(50)
  })

  test('the first draws of neighbouring users are unrelated', () => {
    const firsts = Array.from({ length: 10_000 }, (_, user) => Prng.of(1, user + 1).next())
    let sum = 0
    for (let i = 1; i < firsts.length; i++) sum += (firsts[i - 1]! - 0.5) * (firsts[i]! - 0.5)
    expect(Math.abs((sum / firsts.length) * 12)).toBeLessThan(0.05)
    expect(new Set(firsts).size).toBe(10_000)
  })

  test('integer includes both ends', () => {
    const prng = Prng.of(3, 3)
    const seen = new Set(Array.from({ length: 200 }, () => prng.integer(-1, 2)))
    expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2])
    expect(() => prng.integer(2, 1)).toThrow('min ≤ max')
  })

  test('shuffle returns a permutation and leaves its input', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    const shuffled = Prng.of(1, 1).shuffle(items)
    expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items)
    expect(shuffled).not.toEqual(items)
  })

  test('pick needs something to pick from', () => {
    expect(() => Prng.of(1, 1).pick([])).toThrow('at least one')
    expect(['a', 'b']).toContain(Prng.of(1, 1).pick(['a', 'b']))
  })
})
