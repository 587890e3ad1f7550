import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Prng } from '../../../kernel/prng.ts'
import { INSIGHT_LIMITS } from '../../../model/insight/limits.ts'
import { LogHistogram } from '../../../model/metrics/histogram.ts'
import { modesOf } from './modes.ts'

interface Group {
  readonly count: number
  readonly ms: number
  /** Of the logarithm. */
  readonly spread: number
}

function histogramOf(groups: readonly Group[], seed = 7): LogHistogram {
  const prng = Prng.of(seed, 'modes')
  const histogram = new LogHistogram()
  for (const { count, ms, spread } of groups) {
    for (let i = 0; i < count; i++) histogram.record(ms * 1_000 * Math.exp(spread * normal(prng)))
  }
  return histogram
}

/** Box and Muller. */
function normal(prng: Prng): number {
  return Math.sqrt(-2 * Math.log(1 - prng.next())) * Math.cos(2 * Math.PI * prng.next())
}

const modes = (...groups: readonly Group[]) =>
  modesOf(histogramOf(groups), INSIGHT_LIMITS['two-modes'])

describe('two groups', () => {
  test('cold starts among warm ones are found with their share and their times', () => {
    const found = modes(
      { count: 1_900, ms: 40, spread: 0.2 },
      { count: 150, ms: 600, spread: 0.2 },
    )!
    expect(found.slowShare).toBeCloseTo(150 / 2_050, 2)
    expect(found.fastMs / 40).toBeCloseTo(1, 0)
    expect(found.slowMs / 600).toBeCloseTo(1, 0)
    expect(found.valleyMs).toBeGreaterThan(60)
    expect(found.valleyMs).toBeLessThan(450)
  })

  test('some few in a thousand are a tail and no group', () => {
    expect(
      modes({ count: 2_000, ms: 40, spread: 0.2 }, { count: 8, ms: 600, spread: 0.2 }),
    ).toBeUndefined()
  })

  test('two that run into each other are one', () => {
    expect(
      modes({ count: 1_000, ms: 40, spread: 0.5 }, { count: 1_000, ms: 90, spread: 0.5 }),
    ).toBeUndefined()
  })

  test('all the same is one', () => {
    expect(modes({ count: 500, ms: 40, spread: 0 })).toBeUndefined()
    expect(
      modesOf(histogramOf([{ count: 1, ms: 1, spread: 0 }]), INSIGHT_LIMITS['two-modes']),
    ).toBeUndefined()
  })
})

test('one log-normal group is never two, whatever its width and its middle', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 1.5, noNaN: true }),
      fc.double({ min: 0.1, max: 2_000, noNaN: true }),
      fc.integer({ min: 0, max: 1e6 }),
      (spread, ms, seed) => {
        const one = histogramOf([{ count: 1_000, ms, spread }], seed)
        expect(modesOf(one, INSIGHT_LIMITS['two-modes'])).toBeUndefined()
      },
    ),
  )
})
