/**
 * The course of one scenario: its schedule and its end, as its plan says and as it was steered since. Workers and the
 * coordinator each keep one and are told the same changes, so they agree on every arrival and every user without asking
 * each other. A change may be told before its instant or, by a message that was slow, after it. Knows no clock.
 */
import type { LoadShape, Scenario, Steer } from '../../contracts/plan.ts'
import { type ClassSchedule, holdMix, spliceMix, steadyMix } from './mix-schedule.ts'
import { type ArrivalSchedule, arrivalSchedule, type UserSchedule, userSchedule } from './shape.ts'
import { holdArrivals, holdUsers, spliceArrivals, spliceUsers } from './steered.ts'
import { UserMix } from './user-mix.ts'

const NS_PER_MS = 1e6

export class Course {
  readonly scenario: Scenario
  /** What it follows now, or from the last change on. */
  load: LoadShape
  /** Of the closed model; ns after the scenario's start. */
  users: UserSchedule | undefined
  /** Of the closed model: which classes they have. */
  mix: ClassSchedule | undefined
  /** Of the open model. */
  arrivals: ArrivalSchedule | undefined
  /** Run clock, ms. Null: until stopped, or nobody knows because it stands still. */
  endMs: number | null
  /** What it was before it was paused. */
  #held: { readonly course: Readonly<Timed>; readonly fromMs: number } | undefined

  constructor(scenario: Scenario) {
    const { load, startAfterMs } = scenario
    this.scenario = scenario
    this.load = load
    this.users = userSchedule(load)
    this.mix = this.users && spliceMix(steadyMix(new UserMix(scenario.users)), 0, load)
    this.arrivals = arrivalSchedule(load)
    this.endMs = load.durationMs === null ? null : startAfterMs + load.durationMs
  }

  get isPaused(): boolean {
    return this.#held !== undefined
  }

  apply(change: Steer): void {
    switch (change.kind) {
      case 'load':
        this.#follow(change.load, change.fromMs)
        break
      case 'pause':
        if (this.#held !== undefined) break
        this.#held = { course: { ...this.#timed() }, fromMs: change.fromMs }
        this.#hold(this.#held.course, change.fromMs, Number.POSITIVE_INFINITY)
        break
      case 'resume': {
        const held = this.#held
        if (held === undefined) break
        this.#held = undefined
        this.#hold(held.course, held.fromMs, change.fromMs - held.fromMs)
        break
      }
    }
  }

  /** ns after the scenario's start; negative before it. */
  elapsedNs(runMs: number): number {
    return Math.round((runMs - this.scenario.startAfterMs) * NS_PER_MS)
  }

  #follow(load: LoadShape, fromMs: number): void {
    // Of a scenario that has not begun the whole load is another one.
    const fromNs = Math.max(0, this.elapsedNs(fromMs))
    const [users, arrivals] = [userSchedule(load), arrivalSchedule(load)]
    if (this.users !== undefined && users !== undefined)
      this.users = spliceUsers(this.users, fromNs, users)
    if (this.mix !== undefined && users !== undefined) this.mix = spliceMix(this.mix, fromNs, load)
    if (this.arrivals !== undefined && arrivals !== undefined)
      this.arrivals = spliceArrivals(this.arrivals, fromNs, arrivals)
    this.load = load
    const beginMs = Math.max(fromMs, this.scenario.startAfterMs)
    this.endMs = load.durationMs === null ? null : beginMs + load.durationMs
  }

  #hold({ users, mix, arrivals, endMs }: Timed, fromMs: number, forMs: number): void {
    // What had ended before the pause began stays ended.
    if (endMs !== null && endMs <= fromMs) return
    const fromNs = this.elapsedNs(fromMs)
    const forNs = Math.round(forMs * NS_PER_MS)
    this.users = users && holdUsers(users, fromNs, forNs)
    this.mix = mix && holdMix(mix, fromNs, forNs)
    this.arrivals = arrivals && holdArrivals(arrivals, fromNs, forNs)
    this.endMs = endMs === null || forMs === Number.POSITIVE_INFINITY ? null : endMs + forMs
  }

  #timed(): Timed {
    return { users: this.users, mix: this.mix, arrivals: this.arrivals, endMs: this.endMs }
  }
}

interface Timed {
  users: UserSchedule | undefined
  mix: ClassSchedule | undefined
  arrivals: ArrivalSchedule | undefined
  endMs: number | null
}
