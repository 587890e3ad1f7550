import { describe, expect, test } from 'vitest'
import { compareSimulated, SHOP, slower } from './simulated-run.test-kit.ts'

// The full numbers, over several levels of noise: bench/end-to-end/compare.mjs.
const PAIRS = 5
const pairs = Array.from({ length: PAIRS }, (_, pair) => 2 * pair)

describe('pairs of runs of five minutes', () => {
  test('of the same target are not called different', () => {
    const verdicts = pairs.map((seed) => compareSimulated(SHOP, seed, SHOP, seed + 1).verdict)
    expect(verdicts.filter((each) => each === 'worse' || each === 'better')).toEqual([])
  })

  test('of which the second is 10 % slower are found', () => {
    const verdicts = pairs.map(
      (seed) => compareSimulated(SHOP, seed, slower(SHOP, 1.1), seed + 1).verdict,
    )
    expect(verdicts).toEqual(new Array(PAIRS).fill('worse'))
  })
})
