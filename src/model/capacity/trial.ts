/**
 * One load, held for a while, and a verdict on it. Fed with the windows of a run, second by second: the first ones are time to settle,
 * then every second is measured until the objectives are decided or the longest time is over.
 *
 *   ends early   a queue that keeps growing; half of all requests fail; an objective missed by more than twice its limit; no user free
 *   goes on      while an interval straddles its limit: ×2 in time, up to `trialSecMax`; then the figures themselves decide
 *   is void      it failed, and the generator was not well: that says nothing about the target. One that held under an ill
 *                generator has held: what the generator adds, it adds to the response times
 *
 * A growing queue is the first sign of overload: above its capacity a target falls behind by the difference each second, while
 * percentiles may still look good.
 */
import type { ObjectiveResult, TrialPurpose, TrialResult } from '../../contracts/capacity.ts'
import type { JudgeGenerator } from '../../contracts/generator.ts'
import type { Threshold } from '../../contracts/plan.ts'
import type { Window } from '../../contracts/window.ts'
import { allOf, isOfRequests } from '../metrics/series-totals.ts'
import { RunTotals, WINDOW_MS } from '../metrics/window.ts'
import { Meters } from '../plan/threshold-meters.ts'
import { holds, marginOf, observe } from '../plan/threshold-verdict.ts'
import { wilson } from '../stats/intervals.ts'
import { batchMeans } from '../stats/mser.ts'
import { littleDeviation } from '../stats/queueing.ts'
import { type Trend, theilSen } from '../stats/theil-sen.ts'
import { generatorFaults, monitorMeans } from './beside-the-target.ts'
import { type Batch, hitsOf, readObjective } from './objective.ts'
import type { NextTrial } from './search.ts'

export interface TrialPlan {
  readonly purpose: TrialPurpose
  readonly load: number
  readonly isOpen: boolean
  readonly settleSec: number
  readonly measureSec: number
  readonly measureSecMax: number
  /**
   * On the way up what holds by a fifth need not be certain: higher loads and the soak will tell. On the way down only
   * what is certain has held, or one lucky trial of many would.
   */
  readonly way: NextTrial['way']
}

/** Growth of the queue as a share of the arrivals: so much is overload, and so much may be. */
const GROWTH_RATIO = { fail: 0.05, doubt: 0.02, plain: 0.25 }
const GROWTH_REQUESTS_MIN = 5
const QUEUE_WINDOWS_MIN = 4
const TREND_POINTS_MAX = 20
const EACH_SECOND_UNTIL = 10
const EARLY_WINDOWS_MIN = 3
const HOPELESS_ERROR_RATIO = 0.5
const HOPELESS_FACTOR = 2
const DROPPED_RATIO_MAX = 0.01
const FAR_RATIO = 0.2
const SLIGHT_RATIO = 0.1
/** Of what is asked for: arrivals that were late by less cannot be why it broke. */
const HARMLESS_LATENESS_RATIO = 0.1
/** Where nothing is asked of times. */
const TIME_LIMIT_MS = 1_000

export class Trial {
  readonly plan: TrialPlan
  readonly #objectives: readonly Threshold[]
  readonly #judge: JudgeGenerator
  readonly #meters: Meters
  readonly #totals = new RunTotals()
  readonly #batches: Batch[][]
  readonly #inFlight: number[] = []
  readonly #windows: Window[] = []
  #settling: number
  #dueSec: number

  constructor(plan: TrialPlan, objectives: readonly Threshold[], judge: JudgeGenerator) {
    this.plan = plan
    this.#objectives = objectives
    this.#judge = judge
    this.#meters = new Meters(objectives)
    this.#batches = objectives.map(() => [])
    this.#settling = plan.settleSec
    this.#dueSec = plan.measureSec
  }

  /** Seconds measured so far. */
  get measuredSec(): number {
    return this.#windows.length
  }

  /** The next second at this load; the result when that was the last one needed. */
  add(window: Window): TrialResult | undefined {
    if (this.#settling > 0) {
      this.#settling--
      return undefined
    }
    this.#measure(window)
    if (!this.#isLookedAt()) return undefined
    const readings = this.#read()
    const trend = this.#trend()
    const broken = this.#brokenEarly(readings, trend)
    if (broken !== undefined) return this.#result(readings, trend, broken, true)
    if (this.measuredSec < this.#dueSec) return undefined
    const isDoubtful = this.#grows(trend, GROWTH_RATIO.doubt)
    const failing = readings.find((each) => each.verdict === 'fail')
    const isDecided =
      failing !== undefined || (!isDoubtful && readings.every((each) => each.verdict === 'pass'))
    const { way } = this.plan
    const isPlainlyHeld =
      way === 'up' && !isDoubtful && readings.every((each, index) => this.#isFar(each, index))
    if (!isDecided && !isPlainlyHeld && this.measuredSec < this.plan.measureSecMax) {
      this.#dueSec = Math.min(2 * this.measuredSec, this.plan.measureSecMax)
      return undefined
    }
    if (failing !== undefined) return this.#result(readings, trend, describeMiss(failing), true)
    if (isDoubtful) return this.#result(readings, trend, describeQueue(trend), true)
    const missed = readings.find((each, index) => !this.#meets(each, index))
    return this.#result(readings, trend, missed && describeMiss(missed), isDecided)
  }

  /** Every second at first; of a long trial every tenth is soon enough. */
  #isLookedAt(): boolean {
    const { measuredSec } = this
    const isDue = measuredSec >= this.#dueSec
    return isDue || measuredSec <= EACH_SECOND_UNTIL || measuredSec % EACH_SECOND_UNTIL === 0
  }

  #measure(window: Window): void {
    this.#windows.push(window)
    this.#totals.add(window)
    const before = this.#hits()
    // A window is the merged snapshot of all workers.
    const [, health = NO_HEALTH] = window.workers[0] ?? []
    this.#meters.add({ ...window, workerIndex: 0, health })
    this.#hits().forEach((after, index) => {
      const { count, hits } = before[index]!
      this.#batches[index]!.push({ count: after.count - count, hits: after.hits - hits })
    })
    const inFlightMs = window.workers.reduce((sum, [, each]) => sum + each.inFlightMs, 0)
    this.#inFlight.push(inFlightMs / WINDOW_MS)
  }

  #hits(): Batch[] {
    return this.#objectives.map((each, index) => hitsOf(each, this.#tally(index)))
  }

  #tally(index: number) {
    return this.#meters.readings[index]!.parts.get(0)?.now
  }

  #read(): ObjectiveResult[] {
    return this.#objectives.map((each, index) => {
      const durationMs = this.measuredSec * WINDOW_MS
      const observed = observe(each, this.#meters.readings[index]!, durationMs)
      return readObjective(each, this.#tally(index), observed, this.#batches[index]!)
    })
  }

  /** Per second, over means of neighbours where there are many: the cost grows with the square. */
  #trend(): Trend {
    const size = Math.ceil(this.measuredSec / TREND_POINTS_MAX)
    const levels = batchMeans(this.#inFlight, size)
    return theilSen(
      levels.map((_, index) => index * size),
      levels,
    )
  }

  #grows({ slope, low }: Trend, ratio: number): boolean {
    const { isOpen, load } = this.plan
    const grown = slope * this.measuredSec
    return isOpen && low > 0 && slope >= ratio * load && grown >= GROWTH_REQUESTS_MIN
  }

  #brokenEarly(readings: readonly ObjectiveResult[], trend: Trend): Broken | undefined {
    const { measuredSec } = this
    if (measuredSec < EARLY_WINDOWS_MIN) return undefined
    const { due, dropped } = this.#totals.arrivals
    if (dropped > DROPPED_RATIO_MAX * due)
      return { what: 'users', why: describeDropped(dropped, due) }
    const isPlain = this.#grows(trend, GROWTH_RATIO.plain)
    const isEnough = measuredSec >= QUEUE_WINDOWS_MIN && this.#grows(trend, GROWTH_RATIO.fail)
    if (isPlain || isEnough) return describeQueue(trend)
    const { failures, requests } = allOf(this.#totals.series.filter(isOfRequests))
    if (wilson(failures, requests).low > HOPELESS_ERROR_RATIO) {
      const errors = readings.find(
        ({ rule, verdict }) => verdict === 'fail' && rule.startsWith('errors'),
      )
      const why = `${failures} of ${requests} requests failed`
      return { what: errors?.rule ?? 'errors', why }
    }
    const hopeless = readings.find((each, index) => {
      const { limit, operator, unit } = this.#objectives[index]!
      const isUpper = unit === 'ms' && operator.startsWith('<')
      return isUpper && each.verdict === 'fail' && each.low! > HOPELESS_FACTOR * limit
    })
    return hopeless && describeMiss(hopeless)
  }

  /** Where no interval decides. */
  #meets({ observed, verdict }: ObjectiveResult, index: number): boolean {
    const objective = this.#objectives[index]!
    if (this.plan.way === 'down') return verdict === 'pass'
    if (observed === null) return objective.noDataPasses
    // A soak does not take back an answer for a miss within its own uncertainty.
    const isSlight = this.plan.purpose === 'soak' && marginOf(observed, objective) > -SLIGHT_RATIO
    return isSlight || holds(observed, objective)
  }

  #isFar(reading: ObjectiveResult, index: number): boolean {
    if (reading.verdict === 'pass') return true
    const { observed, high } = reading
    const objective = this.#objectives[index]!
    if (reading.verdict === 'fail' || observed === null) return false
    if (objective.metric.kind === 'percentile' && high === null) return false
    return marginOf(observed, objective) >= FAR_RATIO
  }

  #result(
    objectives: readonly ObjectiveResult[],
    trend: Trend,
    broken: Broken | undefined,
    certain: boolean,
  ): TrialResult {
    const { plan, measuredSec } = this
    const all = allOf(this.#totals.series.filter(isOfRequests))
    const generator = generatorFaults(this.#judge, this.#windows, this.#totals)
    const isVoid = broken !== undefined && generator.length > 0 && !this.#wasPunctual()
    const inFlightMean = this.#inFlight.reduce((sum, each) => sum + each, 0) / measuredSec
    const meanMs = all.latency.count === 0 ? null : all.latency.sumUs / all.latency.count / 1_000
    const isSteady = !this.#grows(trend, GROWTH_RATIO.doubt) && inFlightMean > 0 && meanMs !== null
    const percentile = (percent: number): number | null =>
      all.response.count === 0 ? null : all.response.percentileUs(percent) / 1_000
    return {
      purpose: plan.purpose,
      load: plan.load,
      verdict: isVoid ? 'void' : broken === undefined ? 'pass' : 'fail',
      certain: isVoid || certain,
      broken: broken?.what ?? null,
      why: isVoid ? (generator[0] ?? '') : (broken?.why ?? ''),
      objectives,
      fromMs: this.#windows[0]?.startMs ?? 0,
      measuredSec,
      requests: all.requests,
      failures: all.failures,
      goodPerSec: (all.requests - all.failures) / measuredSec,
      p50Ms: percentile(50),
      p95Ms: percentile(95),
      p99Ms: percentile(99),
      meanMs,
      inFlightMean,
      queueGrowthPerSec: Number.isNaN(trend.slope) ? 0 : trend.slope,
      littleDeviation: isSteady
        ? littleDeviation(inFlightMean, all.requests / measuredSec, meanMs / 1_000)
        : null,
      statuses: Object.fromEntries([...all.statuses].sort(([a], [b]) => a - b)),
      monitors: monitorMeans(this.#windows),
      generator,
    }
  }

  /** What starts all its requests in time has a loop that is in time. */
  #wasPunctual(): boolean {
    const { lateness } = this.#totals.arrivals
    if (!this.plan.isOpen || lateness.count === 0) return false
    const limits = this.#objectives.filter(({ unit }) => unit === 'ms').map((each) => each.limit)
    const shortestMs = Math.min(TIME_LIMIT_MS, ...limits)
    return lateness.percentileUs(99) / 1_000 <= HARMLESS_LATENESS_RATIO * shortestMs
  }
}

interface Broken {
  readonly what: string
  readonly why: string
}

const NO_HEALTH = {
  cpuRatio: 0,
  loopUtilisation: 0,
  loopDelayMsP99: 0,
  rssBytes: 0,
  openSockets: 0,
  inFlight: 0,
  inFlightMs: 0,
  limits: [],
}

const describeMiss = ({ rule, observed, unit }: ObjectiveResult): Broken => ({
  what: rule,
  why:
    observed === null
      ? `${rule}: nothing was measured`
      : `${rule}: ${Number(observed.toPrecision(3))}${unit}`,
})
const describeQueue = ({ slope }: Trend): Broken => ({
  what: 'queue',
  why: `the queue grew by ${slope.toPrecision(2)} requests a second`,
})
const describeDropped = (dropped: number, due: number): string =>
  `no user was free for ${dropped} of ${due} arrivals`
