/**
 * Staying at the limit for long, by the rule that congestion control made famous: a little more while it holds, a good part less when it does
 * not (additive increase, multiplicative decrease). The load is a saw of which the mean is about (1 + `DECREASE`) / 2 of the limit, and
 * that moves when the limit does: a target that wears out, or scales, shows. Follows a search as a picker of loads.
 */
import type { HoldResult, HoldStep, SearchEnd, TrialResult } from '../../contracts/capacity.ts'
import { HOLD_STEPS_MAX } from '../../kernel/limits.ts'
import type { CapacitySearch, LoadPicker, NextTrial } from './search.ts'

export interface Aimd {
  readonly increase: number
  readonly decrease: number
  readonly max: number
}

/** Of the answer it begins with. */
const INCREASE_RATIO = 0.02
const DECREASE = 0.9
/** A verdict needs some seconds; more are slow to follow. */
const STEP_SEC = 5

/** The load after this one. */
export const aimdNext = (load: number, held: boolean, { increase, decrease, max }: Aimd): number =>
  held ? Math.min(load + increase, max) : load * decrease

export interface HoldOptions {
  /** 0: not at all. */
  readonly holdSec: number
  /** Steps are no longer than trials, where time allows. */
  readonly trialSec: number
  readonly max: number
  /** A load that can be asked for, and how little it can change. */
  readonly round: (load: number) => number
  readonly leastStep: number
}

/** A search, and then its answer held. */
export class SearchThenHold implements LoadPicker {
  readonly search: CapacitySearch
  readonly #options: HoldOptions
  readonly #stepSec: number
  readonly #steps: HoldStep[] = []
  #load: number | undefined
  #rule: Aimd | undefined
  #isOver = false

  constructor(search: CapacitySearch, options: HoldOptions) {
    this.search = search
    this.#options = options
    const { holdSec, trialSec } = options
    this.#stepSec = Math.max(Math.min(STEP_SEC, trialSec), Math.ceil(holdSec / HOLD_STEPS_MAX))
  }

  next(): NextTrial | undefined {
    const next = this.search.next()
    if (next !== undefined) return next
    if (this.#isOver) return undefined
    const load = this.#load ?? this.#begin()
    if (load === undefined) return undefined
    return { purpose: 'hold', load, way: 'between', seconds: this.#stepSec }
  }

  record(trial: TrialResult): void {
    if (trial.purpose === 'hold') this.#step(trial)
    else this.search.record(trial)
  }

  stop(why: SearchEnd): void {
    this.search.stop(why)
    this.#isOver = true
  }

  /** Null: it did not come to it. */
  get result(): HoldResult | null {
    if (this.#load === undefined) return null
    const steps = this.#steps
    const loads = steps.map(({ load }) => load)
    const middle = Math.floor(loads.length / 2)
    const held = steps.filter(({ verdict }) => verdict === 'pass').length
    return {
      askedSec: this.#options.holdSec,
      stepSec: this.#stepSec,
      steps,
      meanLoad: mean(loads),
      leastLoad: loads.length === 0 ? null : Math.min(...loads),
      halves: middle === 0 ? null : [mean(loads.slice(0, middle))!, mean(loads.slice(middle))!],
      heldRatio: steps.length === 0 ? null : held / steps.length,
    }
  }

  #begin(): number | undefined {
    const { holds, ended } = this.search.answer
    if (holds === null || (ended !== 'width' && ended !== 'cap' && ended !== 'generator'))
      return undefined
    const { max, leastStep, holdSec } = this.#options
    if (holdSec === 0) return undefined
    const increase = Math.max(holds * INCREASE_RATIO, leastStep)
    this.#rule = { increase, decrease: DECREASE, max }
    this.#load = holds
    return holds
  }

  #step(trial: TrialResult): void {
    const { fromMs, load, verdict, goodPerSec, p95Ms, measuredSec } = trial
    this.#steps.push({ fromMs, load, verdict, goodPerSec, p95Ms })
    const sinceMs = fromMs + measuredSec * 1_000 - this.#steps[0]!.fromMs
    this.#isOver ||=
      sinceMs >= this.#options.holdSec * 1_000 || this.#steps.length >= HOLD_STEPS_MAX
    // A step that is void says nothing about the target.
    if (verdict !== 'void') this.#load = this.#after(load, verdict === 'pass')
  }

  #after(load: number, held: boolean): number {
    const next = this.#options.round(aimdNext(load, held, this.#rule!))
    // Nine tenths of one user are one user; there is no less.
    return next > 0 ? next : load
  }
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length
