/**
 * Which seconds at the beginning of a run are warm-up: caches fill, compilers optimise, pools grow, and what is measured then is
 * not what the target does for the rest of the day. Two series decide, one value per second of full load: the mean response
 * time, which shows how the target works, and the rate of answers, which shows users still starting and a target that answers
 * nobody at first. (Percentiles of one second jump; failures are never a reason to leave something out.) Pure.
 *
 *     each series by MSER-5          what it would cut, up to the last batch that is off the mean of the rest: by 5 % and
 *                                    by three standard errors, for noise alone often moves the smallest score
 *     the later of both cuts         is the end of the warm-up, when both series are steady from there on
 *     otherwise                      nothing is cut: half an answer would only flatter the result
 */
import { WARMUP_BATCHES_MAX } from '../../kernel/limits.ts'
import { deviation, mean } from './mean.ts'
import { batchMeans, MSER_BATCH, mser5 } from './mser.ts'
import { DRIFT_RATIO_MAX, isSteady } from './theil-sen.ts'

export interface WarmUp {
  /** The first second that is judged: a multiple of `MSER_BATCH`. */
  readonly endSec: number
  /** Is what is left a steady state? If not, nothing was cut. */
  readonly steady: boolean
  /** Half a sentence for people. */
  readonly why: string
}

/** Batches below which MSER-5 cannot find anything: of three the first half is one, which is the last it looks at. */
const BATCHES_MIN = 4
/** A batch that is so many standard errors off the mean is no chance. */
const ERRORS_OFF = 3

/** One value per second; a second without an answer has no response time, which is that of the second before. */
export function findWarmUp(
  responseMs: readonly (number | null)[],
  ratePerSec: readonly number[],
): WarmUp {
  const seconds = Math.min(responseMs.length, ratePerSec.length)
  if (seconds < BATCHES_MIN * MSER_BATCH) {
    const least = BATCHES_MIN * MSER_BATCH
    return notFound(`the load lasted ${seconds} s, and it takes ${least} s to find one`)
  }
  if (ratePerSec.findLastIndex((each) => each > 0) < seconds / 2) {
    return notFound('nothing was answered in the second half')
  }
  const response: Series = ['response time', withoutGaps(responseMs.slice(0, seconds)), ' ms']
  const rate: Series = ['rate', ratePerSec.slice(0, seconds), '/s']
  const both = [response, rate]
  const cuts = both.map(([, values]) => cutOf(values))
  const unsettled = both.filter((_, index) => cuts[index] === undefined)
  if (unsettled.length > 0) return notFound(`${namesOf(unsettled)} did not settle by half-time`)
  const endSec = Math.max(...cuts.map((cut) => cut ?? 0))
  const drifting = both.filter(([, values]) => !isSteady(values.slice(endSec)))
  if (drifting.length > 0) return notFound(`${namesOf(drifting)} kept changing until the end`)
  if (endSec > WARMUP_BATCHES_MAX * MSER_BATCH) {
    const most = WARMUP_BATCHES_MAX * MSER_BATCH
    return notFound(
      `it seems to last ${endSec} s, and more than ${most} s are only left out as a fixed one`,
    )
  }
  if (endSec === 0) return { endSec, steady: true, why: 'steady from the start' }
  const changed = both.filter((_, index) => cuts[index] !== 0)
  return { endSec, steady: true, why: changed.map((each) => changeOf(each, endSec)).join(', ') }
}

type Series = readonly [name: string, values: readonly number[], unit: string]

function notFound(why: string): WarmUp {
  return { endSec: 0, steady: false, why }
}

/** Seconds; undefined: no steady state. */
function cutOf(values: readonly number[]): number | undefined {
  const { truncateBatches, truncateSamples, steadyStateFound, keptMean } = mser5(values)
  const kept = values.slice(truncateSamples)
  const error = deviation(kept) / Math.sqrt(MSER_BATCH)
  const off = Math.max(DRIFT_RATIO_MAX * Math.abs(keptMean), ERRORS_OFF * error)
  const gone = batchMeans(values, MSER_BATCH).slice(0, truncateBatches)
  const batches = 1 + gone.findLastIndex((each) => Math.abs(each - keptMean) > off)
  if (!steadyStateFound && batches > 0 && batches === truncateBatches) return undefined
  return batches * MSER_BATCH
}

/** At the front the first value there is. */
function withoutGaps(values: readonly (number | null)[]): number[] {
  let last = values.find((each) => each !== null) ?? 0
  return values.map((each) => {
    last = each ?? last
    return last
  })
}

/** `response time 212 ms before and 11.9 ms after`. */
function changeOf([name, values, unit]: Series, endSec: number): string {
  const text = (part: readonly number[]): string => `${Number(mean(part).toPrecision(3))}${unit}`
  return `${name} ${text(values.slice(0, endSec))} before and ${text(values.slice(endSec))} after`
}

function namesOf(series: readonly Series[]): string {
  return series.map(([name]) => name).join(' and ')
}
