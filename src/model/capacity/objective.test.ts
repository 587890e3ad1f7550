import { describe, expect, test } from 'vitest'
import type { Threshold } from '../../contracts/plan.ts'
import type { LogHistogram } from '../metrics/histogram.ts'
import { Tally } from '../metrics/span-tally.ts'
import { parseThreshold } from '../plan/threshold.ts'
import { oracleOf } from '../stats/oracle.test-kit.ts'
import { hitsOf, readObjective } from './objective.ts'

const oracle = oracleOf('capacity-search')
const rule = (text: string): Threshold => parseThreshold(text) as Threshold

describe('the published verdicts', () => {
  interface Quantile {
    readonly counts: { valueMs: number; count: number }[]
    readonly quantile: number
    readonly boundMs: number
  }
  interface Bounds {
    readonly lowMs: number | null
    readonly highMs: number | null
    readonly verdict: string
  }
  test.each(oracle.of<Quantile, Bounds>('quantileVerdict'))('$id', (one) => {
    const { counts, quantile, boundMs } = one.input
    const tally = new Tally(true)
    const histogram = tally.histogram as LogHistogram
    for (const { valueMs, count } of counts)
      for (let each = 0; each < count; each++) histogram.record(valueMs * 1_000)
    tally.count = histogram.count
    const objective = rule(`p${quantile * 100} <= ${boundMs}ms`)
    const found = readObjective(objective, tally, 0, [hitsOf(objective, tally)])
    expect(found.verdict).toBe(one.expected.verdict)
    // Values are as precise as the histogram.
    for (const [got, wanted] of [
      [found.low, one.expected.lowMs],
      [found.high, one.expected.highMs],
    ] as const) {
      if (wanted === null) expect(got).toBeNull()
      else expect(Math.abs(got! / wanted - 1)).toBeLessThan(0.004)
    }
  })

  interface Errors {
    readonly errors: number
    readonly count: number
    readonly maxErrorRatio: number
  }
  test.each(oracle.of<Errors, { verdict: string }>('errorVerdict'))('$id', (one) => {
    const { errors, count, maxErrorRatio } = one.input
    const tally = new Tally(false)
    Object.assign(tally, { count, failed: errors })
    const objective = rule(`errors <= ${maxErrorRatio * 100}%`)
    const found = readObjective(objective, tally, 0, [{ count, hits: errors }])
    expect(found.verdict).toBe(one.expected.verdict)
  })
})

test('checks must stay above their limit, with the whole interval', () => {
  const tally = new Tally(false)
  Object.assign(tally, { count: 1_000, failed: 1 })
  const of = (text: string) => readObjective(rule(text), tally, 99.9, [{ count: 1_000, hits: 1 }])
  expect(of('checks > 99%').verdict).toBe('pass')
  expect(of('checks > 99.9%').verdict).toBe('undecided')
  expect(of('checks > 99.99%').verdict).toBe('fail')
})

test('requests that are slow together are worth fewer, so the interval is wider', () => {
  const tally = new Tally(true)
  const batches = Array.from({ length: 10 }, (_, second) => {
    for (let each = 0; each < 100; each++) tally.histogram!.record(second === 0 ? 200_000 : 10_000)
    return { count: 100, hits: second === 0 ? 100 : 0 }
  })
  tally.count = 1_000
  const objective = rule('p95 < 100ms')
  const even = batches.map(() => ({ count: 100, hits: 10 }))
  expect(readObjective(objective, tally, 200, even).verdict).toBe('fail')
  expect(readObjective(objective, tally, 200, batches).verdict).toBe('undecided')
})

test('a mean has no interval and is judged as it is; nothing measured decides nothing', () => {
  const tally = new Tally(true)
  tally.count = 5
  expect(readObjective(rule('avg < 100ms'), tally, 99, []).verdict).toBe('pass')
  expect(readObjective(rule('avg < 100ms'), tally, null, []).verdict).toBe('undecided')
  expect(readObjective(rule('p95 < 1s'), undefined, null, []).verdict).toBe('undecided')
})
