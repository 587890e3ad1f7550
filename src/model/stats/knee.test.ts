import { describe, expect, test } from 'vitest'
import { type BrokenStick, brokenStick } from './broken-stick.ts'
import { type Curve, kneedle } from './kneedle.ts'
import { oracleOf } from './oracle.test-kit.ts'

const oracle = oracleOf('knee')

describe('Kneedle', () => {
  test.each(oracle.of<Curve & { sensitivity: number }>('kneedle'))('$id', (one) => {
    const kneeX = kneedle(one.input, one.input.sensitivity)
    const kneeY = kneeX === null ? null : one.input.y[one.input.x.indexOf(kneeX)]
    oracle.check(one, { kneeX, kneeY })
  })
})

describe('the broken stick', () => {
  const cases = oracle.of<{ x: number[]; y: number[] }, BrokenStick | { breakX: null }>(
    'brokenStick',
  )
  test.each(cases)('$id', (one) => {
    const found = brokenStick(one.input.x, one.input.y)
    if (one.expected.breakX === null) expect(found).toBeNull()
    else oracle.check(one, found)
  })
})
