import { describe, test } from 'vitest'
import { Prng } from '../../kernel/prng.ts'
import { benjaminiHochberg } from './benjamini-hochberg.ts'
import { studentQuantile } from './beta.ts'
import { drawBlocks, intervalOf, placeOf } from './bootstrap.ts'
import { changePoints } from './change-points.ts'
import { harrellDavis } from './harrell-davis.ts'
import { wilson } from './intervals.ts'
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts'
import { mannWhitney } from './mann-whitney.ts'
import { oracleOf } from './oracle.test-kit.ts'
import { pairEffects } from './pair-effects.ts'
import { rankPermutation } from './rank-permutation.ts'
import { chiSquareUniform, twoProportions } from './shares.ts'

const oracle = oracleOf('regression')

interface Pair {
  a: number[]
  b: number[]
}

describe('Mann and Whitney', () => {
  test.each(oracle.of<Pair>('mannWhitney'))('$id', (one) => {
    const { a, b } = one.input
    oracle.check(one, { ...mannWhitney(a, b), ...pairEffects(a, b) })
  })
})

describe('Benjamini and Hochberg', () => {
  test.each(oracle.of<{ pValues: number[] }>('benjaminiHochberg'))('$id', (one) => {
    oracle.check(one, { adjusted: benjaminiHochberg(one.input.pValues) })
  })
})

describe('change points', () => {
  interface Input {
    series: number[]
    windowLength: number
    maxPValue: number
    minMagnitude: number
  }
  interface Expect {
    indices: number[]
    points: unknown[]
  }
  test.each(oracle.of<Input, Expect>('changePoint'))('$id', (one) => {
    const points = changePoints(one.input.series, one.input)
    const { indices, points: wanted } = one.expected
    oracle.check(
      one,
      { indices: points.map(({ index }) => index), points },
      { indices, points: wanted },
    )
  })
})

describe('the bootstrap', () => {
  type Statistic = 'meanDifference' | 'medianDifference' | 'medianRatioPercent'
  interface Input extends Pair {
    statistic: Statistic
    confidence: number
    resamples: number
    tauPercent?: number
  }
  const VERDICTS = {
    above: 'regression',
    below: 'improvement',
    within: 'same',
    undecided: 'inconclusive',
  }
  const sorted = (values: number[]): number[] => [...values].sort((x, y) => x - y)
  const median = (values: number[]): number => {
    const [middle, ordered] = [values.length >> 1, sorted(values)]
    return values.length % 2 === 1
      ? ordered[middle]!
      : (ordered[middle - 1]! + ordered[middle]!) / 2
  }
  const meanOf = (values: number[]): number => values.reduce((x, y) => x + y, 0) / values.length
  const STATISTICS: Record<Statistic, (a: number[], b: number[]) => number> = {
    meanDifference: (a, b) => meanOf(b) - meanOf(a),
    medianDifference: (a, b) => median(b) - median(a),
    medianRatioPercent: (a, b) => (median(b) / median(a) - 1) * 100,
  }

  test.each(oracle.of<Input>('bootstrap'))('$id', (one) => {
    const { a, b, statistic, confidence, resamples, tauPercent } = one.input
    const compute = STATISTICS[statistic]
    const drawn = (values: number[], stream: string): number[][] => {
      const { times } = drawBlocks(values.length, resamples, Prng.of(7, stream))
      return Array.from({ length: resamples }, (_, draw) =>
        values.flatMap((value, at) =>
          new Array<number>(times[draw * values.length + at]!).fill(value),
        ),
      )
    }
    const [ofA, ofB] = [drawn(a, 'a'), drawn(b, 'b')]
    const interval = intervalOf(
      Float64Array.from(ofA, (each, draw) => compute(each, ofB[draw]!)),
      confidence,
    )!
    const verdict = tauPercent && { verdict: VERDICTS[placeOf(interval, tauPercent)] }
    oracle.check(one, { observed: compute(a, b), ...interval, ...verdict })
  })
})

describe("Student's distribution", () => {
  interface Input {
    probability: number
    degreesOfFreedom: number[]
  }
  test.each(oracle.of<Input>('tQuantile'))('$id', (one) => {
    const { probability, degreesOfFreedom } = one.input
    oracle.check(one, {
      quantiles: degreesOfFreedom.map((each) => studentQuantile(probability, each)),
    })
  })
})

describe('tests of small samples and of counts', () => {
  test.each(oracle.of<{ successes: number; count: number }>('wilson'))('$id', (one) => {
    oracle.check(one, wilson(one.input.successes, one.input.count))
  })
  test.each(oracle.of<Pair>('mannWhitneyPermutation'))('$id', (one) => {
    oracle.check(one, rankPermutation(one.input.a, one.input.b))
  })
  test.each(oracle.of<{ a: number; nA: number; b: number; nB: number }>('twoProportions'))(
    '$id',
    (one) => {
      const { a, nA, b, nB } = one.input
      oracle.check(one, twoProportions(a, nA, b, nB))
    },
  )
  test.each(oracle.of<{ counts: number[] }>('chiSquareUniform'))('$id', (one) => {
    oracle.check(one, chiSquareUniform(one.input.counts))
  })
  test.each(oracle.of<Pair>('kolmogorovSmirnov'))('$id', (one) => {
    oracle.check(one, kolmogorovSmirnov(one.input.a, one.input.b))
  })
  test.each(oracle.of<{ values: number[]; quantiles: number[] }>('harrellDavis'))('$id', (one) => {
    const { values, quantiles } = one.input
    oracle.check(one, { estimates: quantiles.map((each) => harrellDavis(values, each)) })
  })
})
