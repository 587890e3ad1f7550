/**
 * Watches a run whose load is a base, a peak and the base again, second by second, and says when it has seen enough: the target has recovered, or
 * it has not in ten times the length of the peak. The peak comes at once, or by a ramp that is no part of it. The load itself is one plan from the start, so the spike is as sharp and as long as
 * the schedule makes it, on any number of workers.
 */
import type { PeakTaken, SpikePhase } from '../../contracts/spike.ts'
import type { Window } from '../../contracts/window.ts'
import { allOf, isOfRequests } from '../metrics/series-totals.ts'
import { RunTotals } from '../metrics/window.ts'
import { fluidSpike } from './fluid.ts'
import {
  METASTABLE_RATIO,
  RECOVERED_SPANS,
  type Recovery,
  recovery,
  type Span,
} from './recovery.ts'

export interface SpikeLoad {
  readonly base: number
  readonly peak: number
  readonly lengthSec: number
  /** Seconds from the base to the peak; absent: at once. */
  readonly riseSec?: number
}
export type SpikePart = 'before' | 'rise' | 'during' | 'after'

/** Before the spike: a time to settle, and whole spans to measure what is normal. */
const SETTLE_SEC = 2
export const BEFORE_SEC = 17
const SPAN_SEC = 5
/** A median answer that is slower by so much is not another one. */
const SLACK_MS = 2
/** Served by less than this share of what came: there is a queue. */
const KEPT_UP_RATIO = 0.95

export class SpikeWatch {
  readonly #load: SpikeLoad
  readonly #phases: Readonly<Record<SpikePart, Phase>> = {
    before: new Phase(),
    rise: new Phase(),
    during: new Phase(),
    after: new Phase(),
  }
  readonly #spansBefore: Span[] = []
  readonly #spans: Span[] = []
  #span = new Phase()
  #seconds = 0

  constructor(load: SpikeLoad) {
    this.#load = load
  }

  /** How long the base load goes on after the spike at most. */
  static afterSec({ lengthSec }: SpikeLoad): number {
    return Math.max(METASTABLE_RATIO * lengthSec, RECOVERED_SPANS * SPAN_SEC) + SPAN_SEC
  }

  /** Where it is: for people who wait. */
  get phase(): SpikePart {
    const { lengthSec, riseSec = 0 } = this.#load
    const sinceSec = this.#seconds - BEFORE_SEC
    if (sinceSec < 0) return 'before'
    if (sinceSec < riseSec) return 'rise'
    return sinceSec < riseSec + lengthSec ? 'during' : 'after'
  }

  /** True: enough was seen. Windows in order, each once. */
  add(window: Window): boolean {
    const { phase } = this
    this.#seconds++
    if (this.#seconds <= SETTLE_SEC) return false
    this.#phases[phase].add(window)
    if (phase === 'rise' || phase === 'during') return false
    this.#span.add(window)
    if (this.#span.seconds < SPAN_SEC) return false
    const p95Ms = this.#span.result.p95Ms ?? Number.POSITIVE_INFINITY
    const spans = phase === 'before' ? this.#spansBefore : this.#spans
    spans.push({ atSec: this.#seconds - SPAN_SEC, p95Ms })
    this.#span = new Phase()
    const { timeToRecoverSec, metastable } = this.#recovery()
    return timeToRecoverSec !== null || metastable
  }

  /** On the way to the peak. */
  get rise(): SpikePhase {
    return this.#phases.rise.result
  }

  get result(): PeakTaken {
    const { base, peak, lengthSec } = this.#load
    const { before, rise, during, after } = this.#phases
    const found = during.result
    const isKeptUp =
      found.requests === 0 || found.goodPerSec >= KEPT_UP_RATIO * (before.perLoad(base) * peak)
    const fluid = fluidSpike({
      capacityPerSec: found.goodPerSec,
      baseRatePerSec: before.perLoad(base) * base,
      spikeRatePerSec: before.perLoad(base) * peak,
      spikeSec: lengthSec,
    })
    const lost = [rise.result, found, after.result].reduce(
      (sum, each) => sum + each.failures + each.dropped,
      0,
    )
    return {
      before: before.result,
      during: found,
      after: after.result,
      backlogMax: Math.max(
        0,
        Math.max(rise.inFlightMax, during.inFlightMax, after.inFlightMax) - before.inFlightMax,
      ),
      lostRequests: lost,
      ...this.#recovery(),
      expectedDrainSec: isKeptUp ? 0 : fluid.drainSec,
    }
  }

  #recovery(): Recovery {
    const { lengthSec, riseSec = 0 } = this.#load
    // What was normal in the worst of its spans is no sign of the spike.
    const baselineP95Ms = Math.max(...this.#spansBefore.map((each) => each.p95Ms)) + SLACK_MS
    const spikeEndSec = BEFORE_SEC + riseSec + lengthSec
    return recovery(this.#spans, {
      baselineP95Ms,
      spikeEndSec,
      spikeSec: lengthSec,
      spanSec: SPAN_SEC,
    })
  }
}

class Phase {
  seconds = 0
  inFlightMax = 0
  readonly #totals = new RunTotals()

  add(window: Window): void {
    this.seconds++
    this.#totals.add(window)
    const inFlight = window.workers.reduce((sum, [, health]) => sum + health.inFlight, 0)
    this.inFlightMax = Math.max(this.inFlightMax, inFlight)
  }

  /** Requests that a unit of load makes per second. */
  perLoad(load: number): number {
    const { goodPerSec } = this.result
    return goodPerSec === 0 ? 1 : goodPerSec / load
  }

  get result(): SpikePhase {
    const { seconds } = this
    const { requests, failures, response } = allOf(this.#totals.series.filter(isOfRequests))
    const of = (percent: number): number | null =>
      response.count === 0 ? null : response.percentileUs(percent) / 1_000
    return {
      seconds,
      requests,
      failures,
      dropped: this.#totals.arrivals.dropped,
      goodPerSec: seconds === 0 ? 0 : (requests - failures) / seconds,
      p50Ms: of(50),
      p95Ms: of(95),
      p99Ms: of(99),
      maxMs: of(100),
    }
  }
}
