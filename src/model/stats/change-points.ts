/**
 * When did a series of runs change for good? E-divisive means cuts the series where both sides differ most, cuts the parts again
 * while a t test finds the cut significant, and finally drops cuts that do not stand up to their neighbours: first the least
 * certain, then the smallest. No limit per metric is needed, and one bad run is not a change. Long series are looked at in
 * windows that overlap by half. The t test takes population variances, as the published results of this method do, which
 * makes p a little small. O(n · window²).
 */
import { incompleteBeta } from './beta.ts'
import { EnergySplit } from './energy-split.ts'
import { mean } from './mean.ts'

export interface ChangePoint {
  /** First index of the new level. */
  readonly index: number
  readonly meanBefore: number
  readonly meanAfter: number
  readonly pValue: number
}

export interface ChangePointRules {
  /** Values looked at together, at least 2. */
  readonly windowLength: number
  readonly maxPValue: number
  /** A change of the mean by this share or less, seen from either side, is none. */
  readonly minMagnitude: number
}

export const CHANGE_POINT_RULES: ChangePointRules = {
  windowLength: 50,
  maxPValue: 0.001,
  minMagnitude: 0,
}

/** In ascending order. `series`: one value per run, oldest first, all of them finite. */
export function changePoints(
  series: readonly number[],
  rules: ChangePointRules = CHANGE_POINT_RULES,
): ChangePoint[] {
  const weak = weakIndices(series, rules.windowLength, firstPass(rules.maxPValue))
  const points = weak.map((_, at) => pointAt(series, weak, at))
  for (;;) {
    const weakest = weakestOf(points, rules)
    if (weakest === -1) return points
    points.splice(weakest, 1)
    const left = points.map(({ index }) => index)
    for (const at of [weakest - 1, weakest]) {
      if (at >= 0 && at < points.length) points[at] = pointAt(series, left, at)
    }
  }
}

/** Looser at first, because a cut looks weaker while its neighbours are not found. */
function firstPass(maxPValue: number): number {
  if (maxPValue < 0.05) return maxPValue * 10
  return maxPValue < 0.5 ? maxPValue * 2 : maxPValue
}

function weakIndices(series: readonly number[], windowLength: number, maxPValue: number): number[] {
  const found: number[] = []
  for (let start = 0; start < series.length; ) {
    const cuts = cutsOf(series.slice(start, start + windowLength), maxPValue)
    found.push(...cuts.map((each) => each + start))
    start = Math.max(found.at(-1) ?? 0, start + Math.floor(windowLength / 2))
  }
  return found
}

/** Within one window: the best cut of all parts, again and again, until it is not significant. */
function cutsOf(window: readonly number[], maxPValue: number): number[] {
  const energy = new EnergySplit(window)
  const cuts: number[] = []
  for (;;) {
    const ends = [0, ...cuts, window.length]
    const splits = ends.slice(1).map((end, at) => energy.best(ends[at]!, end))
    const at = splits.reduce(
      (best, split, index) => ((split?.q ?? -1) > (splits[best]?.q ?? -1) ? index : best),
      0,
    )
    const split = splits[at]
    if (split === undefined) return cuts
    const [before, after] = [
      window.slice(ends[at]!, split.index),
      window.slice(split.index, ends[at + 1]!),
    ]
    if (tTest(before, after) > maxPValue) return cuts
    cuts.splice(at, 0, split.index)
  }
}

function pointAt(series: readonly number[], indices: readonly number[], at: number): ChangePoint {
  const index = indices[at]!
  const before = series.slice(indices[at - 1] ?? 0, index)
  const after = series.slice(index, indices[at + 1] ?? series.length)
  return {
    index,
    meanBefore: mean(before),
    meanAfter: mean(after),
    pValue: tTest(before, after),
  }
}

/** -1: all of them stand. */
function weakestOf(points: readonly ChangePoint[], rules: ChangePointRules): number {
  const [first] = points
  if (first === undefined) return -1
  const uncertain = points.reduce((worst, each) => (each.pValue > worst.pValue ? each : worst))
  if (uncertain.pValue >= rules.maxPValue) return points.indexOf(uncertain)
  const small = points.reduce((worst, each) => (magnitude(each) < magnitude(worst) ? each : worst))
  return magnitude(small) <= rules.minMagnitude ? points.indexOf(small) : -1
}

function magnitude({ meanBefore, meanAfter }: ChangePoint): number {
  return Math.max(Math.abs(meanAfter / meanBefore - 1), Math.abs(meanBefore / meanAfter - 1))
}

/** Two-sided p of equal means. 1 when there is nothing to go by, 0 when two constants differ. */
function tTest(before: readonly number[], after: readonly number[]): number {
  const [n, m] = [before.length, after.length]
  const degrees = n + m - 2
  if (n === 0 || m === 0 || degrees < 1) return 1
  const off = mean(before) - mean(after)
  if (off === 0) return 1
  const variance = ((n - 1) * varianceOf(before) + (m - 1) * varianceOf(after)) / degrees
  const t2 = off ** 2 / (variance * (1 / n + 1 / m))
  return incompleteBeta(degrees / (degrees + t2), degrees / 2, 0.5)
}

function varianceOf(values: readonly number[]): number {
  const middle = mean(values)
  return mean(values.map((each) => (each - middle) ** 2))
}
