/**
 * A load over time as a line of levels, before it is a `LoadShape`: what the text notation, stage lists and stairs have in common.
 * A level is a fraction (arrivals per nanoseconds; users are whole, per 1), so nothing is rounded on the way. The builder
 * knows where the line is, and leaves out what changes nothing: jumps to where it is, stages of no time.
 */
import type { Rate, StageMix } from '../../contracts/plan.ts'
import { gcd } from './exact.ts'

/** What the levels count. */
export type LevelUnit = 'users' | 'arrivals'

export interface Profile {
  readonly start: Rate
  readonly stages: readonly ProfileStage[]
}
/** Linear to `level` within `durationNs`; 0 is a jump. */
export interface ProfileStage {
  readonly level: Rate
  readonly durationNs: number
  /** Of users: the classes from its beginning on. */
  readonly mix?: StageMix
}

/** Stairs: `times` levels, the first at `from`, each `stepUp` (or down) from the last. */
export interface Stairs {
  readonly from: Rate
  readonly by: Rate
  readonly isDown: boolean
  readonly times: number
  readonly everyNs: number
  /** Between two levels; 0: jumps. */
  readonly rampNs: number
}

export const ZERO: Rate = { arrivals: 0, perNs: 1 }

export class ProfileBuilder {
  #start: Rate | undefined
  readonly #stages: ProfileStage[] = []
  /** Where the line is. */
  #at: Rate = ZERO
  /** Where the next phase begins: below `#at` after a spike. */
  #next: Rate = ZERO
  #mix: StageMix | undefined

  /** Nothing was said about a level yet. */
  get isEmpty(): boolean {
    return this.#start === undefined
  }
  /** Where the next phase begins. */
  get level(): Rate {
    return this.#next
  }

  jump(to: Rate): void {
    if (this.#start === undefined) this.#start = to
    else if (!sameLevel(this.#at, to)) this.#push({ level: to, durationNs: 0 })
    this.#at = to
    this.#next = to
  }

  line(to: Rate, durationNs: number): void {
    if (durationNs === 0) {
      this.jump(to)
      return
    }
    this.jump(this.#next)
    this.#push({ level: to, durationNs })
    this.#at = to
    this.#next = to
  }

  /** Of the stage that comes next. */
  mix(mix: StageMix): void {
    this.#mix = mix
  }

  hold(durationNs: number): void {
    if (durationNs > 0 || this.#mix === undefined) this.line(this.#next, durationNs)
    // A stage of no time that changes nobody but their classes.
    else this.#push({ level: this.#next, durationNs: 0 })
  }

  /** There, and back to the level before: but back only when something follows. */
  spike(to: Rate, durationNs: number): void {
    const before = this.#next
    this.jump(this.#next)
    this.jump(to)
    this.hold(durationNs)
    this.#next = before
  }

  stairs({ from, by, isDown, times, everyNs, rampNs }: Stairs): void {
    for (let index = 0; index < times; index++) {
      const level = sumOf(from, by, isDown ? -index : index)
      if (index === 0) this.jump(level)
      else this.line(level, rampNs)
      this.hold(everyNs)
    }
  }

  #push(stage: ProfileStage): void {
    this.#stages.push(this.#mix === undefined ? stage : { ...stage, mix: this.#mix })
    this.#mix = undefined
  }

  build(): Profile {
    return { start: this.#start ?? ZERO, stages: this.#stages }
  }
}

export function lengthNs(profile: Profile): number {
  return profile.stages.reduce((sum, stage) => sum + stage.durationNs, 0)
}

/** The lowest level that the stairs would come to is not below 0. */
export function stairsFit({ from, by, isDown, times }: Stairs): boolean {
  return !isDown || sumOf(from, by, 1 - times).arrivals >= 0
}

export function sameLevel(a: Rate, b: Rate): boolean {
  return a.arrivals === b.arrivals && a.perNs === b.perNs
}

/** In lowest terms, so that equal levels look the same. */
export function levelOf(arrivals: number, perNs: number): Rate {
  if (arrivals === 0) return ZERO
  const divisor = gcd(Math.abs(arrivals), perNs)
  return { arrivals: arrivals / divisor, perNs: perNs / divisor }
}

/** a + b · times. */
function sumOf(a: Rate, b: Rate, times: number): Rate {
  const perNs = (a.perNs / gcd(a.perNs, b.perNs)) * b.perNs
  return levelOf(a.arrivals * (perNs / a.perNs) + b.arrivals * (perNs / b.perNs) * times, perNs)
}
