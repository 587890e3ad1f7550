import { describe, expect, test } from 'vitest'
import { DEFAULT_TOLERANCE, readTolerance } from './tolerance.ts'

describe('a tolerance', () => {
  test.each([
    [undefined, DEFAULT_TOLERANCE],
    ['3%', { ...DEFAULT_TOLERANCE, ratio: 0.03 }],
    ['3%, 2ms', { ratio: 0.03, ms: 2, errorRatio: 0.001 }],
    ['0.5 pp,0ms', { ratio: 0.05, ms: 0, errorRatio: 0.005 }],
  ])('%s is read', (given, wanted) => {
    expect(readTolerance(given)).toEqual(wanted)
  })
  test.each(['', '5', '5 percent', '5%,5%', '-1%', '5%,'])('%j is refused', (given) => {
    expect(() => readTolerance(given)).toThrow('E_USAGE')
  })
})
