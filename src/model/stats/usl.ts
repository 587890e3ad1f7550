/**
 * The Universal Scalability Law through measured points: throughput at N requests in progress,
 *
 *     X(N) = λ N / (1 + σ (N − 1) + κ N (N − 1))      λ one alone, σ waiting for each other, κ talking to each other
 *
 * Least squares on X, all three ≥ 0. A bound is not reached by clamping, which stops at the wrong place: the four sets of free
 * parameters are fitted (Levenberg and Marquardt), those with a negative result dropped, the best of the rest taken. Where κ is 0 there
 * is no peak, and none is invented. N is concurrency, never a rate of arrivals.
 */
import { studentQuantile } from './beta.ts'
import { leastSquares } from './least-squares.ts'
import { type UslModel, uslPeak, uslThroughput } from './usl-model.ts'

export interface UslPoint {
  readonly concurrency: number
  readonly throughputPerSec: number
}

export interface UslFit extends UslModel {
  /** Parameters that are exactly 0. */
  readonly onBound: readonly ('sigma' | 'kappa')[]
  readonly sse: number
  readonly rSquared: number
  readonly peakConcurrency: number | null
  readonly peakThroughputPerSec: number | null
  readonly ceilingThroughputPerSec: number | null
  readonly optimalConcurrency: number | null
  /** What each costs at the largest N measured, as a share of the time of one alone. */
  readonly sharesAtLargest: { readonly contention: number; readonly coherency: number }
  readonly dominant: 'contention' | 'coherency' | 'none'
  /** Null on a bound: there the usual interval does not hold. */
  readonly confidence: UslConfidence | null
  /** Concurrencies at which one request got more than one alone: a cache, or a first point that was measured too low. */
  readonly superlinearAtConcurrency: readonly number[]
}
export interface UslConfidence {
  readonly residualStandardError: number
  readonly standardErrors: UslModel
  readonly confidence95: Readonly<Record<keyof UslModel, readonly [number, number]>>
  /** Does the interval of κ leave out 0? Else the peak may be anywhere, or nowhere. */
  readonly peakIdentifiable: boolean
}

export const USL_POINTS_MIN = 4
const CONCURRENCIES_MIN = 3
const NAMES = ['sigma', 'kappa', 'lambdaPerSec'] as const
const FREE_SETS = [
  [true, true],
  [true, false],
  [false, true],
  [false, false],
] as const
const STARTS = [
  [0.05, 1e-3],
  [0.1, 1e-4],
  [0.01, 1e-5],
  [0.5, 1e-2],
] as const

/** Null when the points cannot carry three parameters. */
export function fitUsl(points: readonly UslPoint[]): UslFit | null {
  const distinct = new Set(points.map((each) => each.concurrency)).size
  if (points.length < USL_POINTS_MIN || distinct < CONCURRENCIES_MIN) return null
  const lambda = Math.max(...points.map((each) => each.throughputPerSec / each.concurrency))
  let best: { model: UslModel; sse: number } | undefined
  for (const [hasSigma, hasKappa] of FREE_SETS) {
    for (const [sigma, kappa] of STARTS) {
      const start = [hasSigma ? sigma : 0, hasKappa ? kappa : 0, lambda]
      const free = [hasSigma, hasKappa, true]
      const found = leastSquares(start, free, (values) => residuals(points, values))
      if (found === undefined || found.values.some((each) => each < 0)) continue
      // Of models that explain the same, the one with fewer parameters.
      const isBetter = best === undefined || found.sse < best.sse * (1 - 1e-9) - 1e-18 * lambda ** 2
      const isSimpler =
        best !== undefined && isNegligible(points, best.sse) && isNegligible(points, found.sse)
      if (isBetter || isSimpler) best = { model: modelOf(found.values), sse: found.sse }
    }
  }
  return best === undefined ? null : describe(points, best.model, best.sse)
}

/** Gunther's older method: a parabola through the relative capacity. Kept to compare with published values. */
export function fitUslQuadratic(points: readonly UslPoint[]): Omit<UslModel, 'lambdaPerSec'> {
  const first = points[0]!.throughputPerSec / points[0]!.concurrency
  let [xx, xxx, xxxx, xy, xxy] = [0, 0, 0, 0, 0]
  for (const { concurrency, throughputPerSec } of points) {
    const x = concurrency - 1
    const y = (concurrency * first) / throughputPerSec - 1
    xx += x ** 2
    xxx += x ** 3
    xxxx += x ** 4
    xy += x * y
    xxy += x * x * y
  }
  const determinant = xxxx * xx - xxx * xxx
  const kappa = (xxy * xx - xy * xxx) / determinant
  return { sigma: (xy * xxxx - xxy * xxx) / determinant - kappa, kappa }
}

function residuals(points: readonly UslPoint[], values: readonly number[]) {
  const [sigma, kappa, lambda] = values as [number, number, number]
  return points.map(({ concurrency: n, throughputPerSec }) => {
    const g = 1 + sigma * (n - 1) + kappa * n * (n - 1)
    const slope = (-lambda * n * (n - 1)) / g ** 2
    return { residual: throughputPerSec - (lambda * n) / g, gradient: [slope, slope * n, n / g] }
  })
}

function describe(points: readonly UslPoint[], model: UslModel, sse: number): UslFit {
  const { sigma, kappa, lambdaPerSec } = model
  const onBound = (['sigma', 'kappa'] as const).filter((name) => model[name] === 0)
  const mean = points.reduce((sum, each) => sum + each.throughputPerSec, 0) / points.length
  const total = points.reduce((sum, each) => sum + (each.throughputPerSec - mean) ** 2, 0)
  const largest = Math.max(...points.map((each) => each.concurrency))
  const contention = sigma * (largest - 1)
  const coherency = kappa * largest * (largest - 1)
  const peakConcurrency = uslPeak(model)
  const alone = points.find((each) => each.concurrency === 1)?.throughputPerSec
  return {
    ...model,
    onBound,
    sse,
    rSquared: total === 0 ? 1 : 1 - sse / total,
    peakConcurrency,
    peakThroughputPerSec: peakConcurrency === null ? null : uslThroughput(model, peakConcurrency),
    ceilingThroughputPerSec: sigma === 0 ? null : lambdaPerSec / sigma,
    optimalConcurrency: sigma === 0 ? null : 1 / sigma,
    sharesAtLargest: { contention, coherency },
    dominant:
      contention === 0 && coherency === 0
        ? 'none'
        : contention > coherency
          ? 'contention'
          : 'coherency',
    confidence: onBound.length > 0 ? null : confidenceOf(points, model, sse),
    superlinearAtConcurrency: points
      .filter(
        ({ concurrency, throughputPerSec }) =>
          throughputPerSec / concurrency > (alone ?? Number.POSITIVE_INFINITY),
      )
      .map((each) => each.concurrency),
  }
}

function confidenceOf(
  points: readonly UslPoint[],
  model: UslModel,
  sse: number,
): UslConfidence | null {
  const degrees = points.length - NAMES.length
  const values = NAMES.map((name) => model[name])
  const normal = [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) =>
      residuals(points, values).reduce(
        (sum, { gradient }) => sum + gradient[row]! * gradient[column]!,
        0,
      ),
    ),
  )
  const diagonal = inverseDiagonal(normal)
  if (degrees < 1 || diagonal === undefined) return null
  const variance = sse / degrees
  const t = studentQuantile(0.975, degrees)
  const errors = diagonal.map((each) => Math.sqrt(variance * each))
  const interval = (index: number): readonly [number, number] => [
    values[index]! - t * errors[index]!,
    values[index]! + t * errors[index]!,
  ]
  return {
    residualStandardError: Math.sqrt(variance),
    standardErrors: modelOf(errors),
    confidence95: { sigma: interval(0), kappa: interval(1), lambdaPerSec: interval(2) },
    peakIdentifiable: interval(1)[0] > 0,
  }
}

/** Of a symmetric 3 × 3 matrix, by cofactors. */
function inverseDiagonal(m: readonly (readonly number[])[]): number[] | undefined {
  const at = (row: number, column: number): number => m[row % 3]![column % 3]!
  const minor = (i: number): number =>
    at(i + 1, i + 1) * at(i + 2, i + 2) - at(i + 1, i + 2) * at(i + 2, i + 1)
  const determinant =
    at(0, 0) * minor(0) -
    at(0, 1) * (at(1, 0) * at(2, 2) - at(1, 2) * at(2, 0)) +
    at(0, 2) * (at(1, 0) * at(2, 1) - at(1, 1) * at(2, 0))
  if (!(Math.abs(determinant) > 0)) return undefined
  return [0, 1, 2].map((i) => minor(i) / determinant)
}

/** Rounding of the points themselves explains it. */
const isNegligible = (points: readonly UslPoint[], sse: number): boolean =>
  sse <= 1e-18 * points.reduce((sum, each) => sum + each.throughputPerSec ** 2, 0)

const modelOf = ([sigma, kappa, lambdaPerSec]: readonly number[]): UslModel => ({
  sigma: sigma!,
  kappa: kappa!,
  lambdaPerSec: lambdaPerSec!,
})
