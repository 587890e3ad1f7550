/** Two groups in a histogram, on the logarithm of time: Otsu's split, and the valley between the two peaks. O(buckets). */
import type { Histogram } from '../../../contracts/snapshot.ts'
import { asLogHistogram, bucketOf, upperEdgeUs } from '../../../model/metrics/histogram.ts'

export interface Modes {
  readonly fastMs: number
  readonly slowMs: number
  /** Of all. */
  readonly slowShare: number
  readonly valleyMs: number
}

interface ModeLimits {
  readonly separated: { readonly value: number }
  readonly apart: { readonly value: number }
  readonly group: { readonly value: number }
  readonly valley: { readonly value: number }
}

/** To a factor of ten: wide enough that a thousand values make a smooth curve. */
const BINS_PER_DECADE = 8

/** Undefined: one group, or a tail. */
export function modesOf(histogram: Histogram, limits: ModeLimits): Modes | undefined {
  const bins = binned(histogram)
  const split = otsu(bins)
  if (split === undefined || split.separated < limits.separated.value) return undefined
  const { at, fast, slow, slowShare } = split
  const ratio = 10 ** ((slow - fast) / BINS_PER_DECADE)
  const smaller = Math.min(slowShare, 1 - slowShare)
  if (ratio < limits.apart.value || smaller * 100 < limits.group.value) return undefined
  const [left, right] = [peak(bins, 0, at), peak(bins, at, bins.counts.length)]
  const between = bins.counts.slice(left.index, right.index + 1)
  const lowest = Math.min(...between)
  const lower = Math.min(left.count, right.count)
  if (lowest * 100 > lower * limits.valley.value) return undefined
  const valley = left.index + between.indexOf(lowest)
  return {
    fastMs: msOf(bins, fast),
    slowMs: msOf(bins, slow),
    slowShare,
    valleyMs: msOf(bins, valley),
  }
}

interface Bins {
  /** Of the first bin, in steps of a decade. */
  readonly first: number
  readonly counts: readonly number[]
}

function binned(histogram: Histogram): Bins {
  const all = asLogHistogram(histogram)
  const step = (us: number): number => Math.floor(Math.log10(Math.max(1, us)) * BINS_PER_DECADE)
  const first = step(all.minUs)
  const counts = new Array<number>(step(all.maxUs) - first + 2).fill(0)
  for (let bucket = bucketOf(all.minUs); bucket <= bucketOf(all.maxUs); bucket++) {
    const count = all.countAt(bucket)
    if (count > 0) counts[Math.max(0, step(upperEdgeUs(bucket)) - first)]! += count
  }
  return { first, counts }
}

interface Split {
  /** First bin of the slow group. */
  readonly at: number
  /** Means, in bins. */
  readonly fast: number
  readonly slow: number
  readonly slowShare: number
  /** Variance between the groups, as a share of all. */
  readonly separated: number
}

function otsu({ counts }: Bins): Split | undefined {
  const total = counts.reduce((sum, each) => sum + each, 0)
  const sum = counts.reduce((all, each, index) => all + each * index, 0)
  const mean = sum / total
  const variance = counts.reduce((all, each, index) => all + each * (index - mean) ** 2, 0) / total
  if (!(variance > 0)) return undefined
  let best: Split | undefined
  let [below, belowSum] = [0, 0]
  for (let at = 1; at < counts.length; at++) {
    below += counts[at - 1]!
    belowSum += counts[at - 1]! * (at - 1)
    if (below === 0 || below === total) continue
    const [fast, slow] = [belowSum / below, (sum - belowSum) / (total - below)]
    const slowShare = 1 - below / total
    const separated = (slowShare * (1 - slowShare) * (slow - fast) ** 2) / variance
    if (separated > (best?.separated ?? 0)) best = { at, fast, slow, slowShare, separated }
  }
  return best
}

function peak({ counts }: Bins, from: number, to: number): { index: number; count: number } {
  let [index, count] = [from, 0]
  for (let at = from; at < to; at++) if (counts[at]! > count) [index, count] = [at, counts[at]!]
  return { index, count }
}

/** In the middle of a bin. */
function msOf({ first }: Bins, index: number): number {
  return 10 ** ((first + index + 0.5) / BINS_PER_DECADE) / 1_000
}
