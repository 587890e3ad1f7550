/**
 * Which class the k-th user has at an instant, where stages change the mix. At each change the users that exist take the new mix
 * one after the other, the first to come first, evenly over the time the stage gives them (at once when it gives none); whoever
 * comes later has it from the beginning. Users whose class is the same in both are not touched. A pure function of the plan,
 * k and the time, so it is the same on any number of workers.
 *
 * Steering splices and holds it as it does schedules of users: see `course.ts`.
 *
 *     user k of the n there, counted from 0, takes the change at   from + ⌊over · (k + 1) / n⌋ ns
 */
import type { LoadShape } from '../../contracts/plan.ts'
import { ceilMulDiv, floorMulDiv } from './exact.ts'
import { lastAtMost } from './stages.ts'
import { UserMix } from './user-mix.ts'

export interface ClassSchedule {
  /** Undefined when the mix has no class for it: only fixed counts were asked for. */
  classOf(index: number, elapsedNs: number): string | undefined
  /** The mix that is wanted, and below which index users have taken it. */
  takenBy(elapsedNs: number): { readonly mix: UserMix; readonly users: number }
  /** The first instant after `elapsedNs` at which a user takes a change; undefined when none does. */
  nextChangeNs(elapsedNs: number): number | undefined
  /** Without the changes that begin at `ns` or later; one that is under way goes on. */
  until(ns: number): ClassSchedule
}

export interface MixChange {
  readonly fromNs: number
  readonly overNs: number
  /** Users that the plan wants when it begins. */
  readonly usersBefore: number
  readonly mix: UserMix
}

/** One mix for ever. */
export function steadyMix(mix: UserMix): ClassSchedule {
  const steady: ClassSchedule = {
    classOf: (index) => mix.classOf(index),
    takenBy: () => ({ mix, users: Number.POSITIVE_INFINITY }),
    nextChangeNs: () => undefined,
    until: () => steady,
  }
  return steady
}

/** `first`, and what changes after it, by time; of two at one instant the later one counts. */
export class MixSchedule implements ClassSchedule {
  readonly #first: ClassSchedule
  readonly #changes: readonly MixChange[]
  readonly #startsNs: readonly number[]

  constructor(first: ClassSchedule, changes: readonly MixChange[]) {
    this.#first = first
    this.#changes = changes
    this.#startsNs = changes.map(({ fromNs }) => fromNs)
  }

  classOf(index: number, elapsedNs: number): string | undefined {
    for (let last = lastAtMost(this.#startsNs, elapsedNs); last >= 0; last--) {
      const change = this.#changes[last]!
      if (takenNs(change, index) <= elapsedNs) return change.mix.classOf(index)
    }
    return this.#first.classOf(index, elapsedNs)
  }

  takenBy(elapsedNs: number): { readonly mix: UserMix; readonly users: number } {
    const change = this.#changes[lastAtMost(this.#startsNs, elapsedNs)]
    if (change === undefined) return this.#first.takenBy(elapsedNs)
    return { mix: change.mix, users: usersTaken(change, elapsedNs) }
  }

  nextChangeNs(elapsedNs: number): number | undefined {
    const at = lastAtMost(this.#startsNs, elapsedNs)
    const change = this.#changes[at]
    const own =
      change === undefined ? this.#first.nextChangeNs(elapsedNs) : nextTakenNs(change, elapsedNs)
    const next = this.#startsNs[at + 1]
    return own === undefined || next === undefined ? (own ?? next) : Math.min(own, next)
  }

  until(ns: number): ClassSchedule {
    const kept = this.#changes.filter(({ fromNs }) => fromNs < ns)
    return kept.length === 0 ? this.#first.until(ns) : new MixSchedule(this.#first, kept)
  }
}

/** `before` until `fromNs`, then the changes of `load`, a load of the closed model whose own time begins there. */
export function spliceMix(before: ClassSchedule, fromNs: number, load: LoadShape): ClassSchedule {
  const changes = changesOf(load).map((each) => ({ ...each, fromNs: fromNs + each.fromNs }))
  const kept = before.until(fromNs)
  return changes.length === 0 ? kept : new MixSchedule(kept, changes)
}

/** `before`, standing still from `fromNs` on for `forNs`, which may be Infinity. */
export function holdMix(before: ClassSchedule, fromNs: number, forNs: number): ClassSchedule {
  const planNs = (elapsedNs: number): number =>
    elapsedNs < fromNs ? elapsedNs : Math.max(fromNs, elapsedNs - forNs)
  return {
    classOf: (index, elapsedNs) => before.classOf(index, planNs(elapsedNs)),
    takenBy: (elapsedNs) => before.takenBy(planNs(elapsedNs)),
    nextChangeNs(elapsedNs) {
      const nextNs = before.nextChangeNs(planNs(elapsedNs))
      if (nextNs === undefined || nextNs <= fromNs) return nextNs
      return forNs === Number.POSITIVE_INFINITY ? undefined : nextNs + forNs
    },
    until: (ns) => holdMix(before.until(planNs(ns)), fromNs, forNs),
  }
}

function changesOf(load: LoadShape): MixChange[] {
  if (load.kind === 'constant-users' && load.mix !== undefined) {
    const { classes, overMs } = load.mix
    const usersBefore = load.fromUsers ?? 0
    const overNs = Math.round(overMs * 1e6)
    return [{ fromNs: 0, overNs, usersBefore, mix: new UserMix(classes) }]
  }
  if (load.kind !== 'ramping-users') return []
  const changes: MixChange[] = []
  let [atNs, usersBefore] = [0, load.startUsers]
  for (const { mix, durationMs, users } of load.stages) {
    if (mix !== undefined) {
      // Of those who come at the very beginning none has been anything else.
      const overNs = atNs === 0 ? 0 : Math.round(mix.overMs * 1e6)
      changes.push({ fromNs: atNs, overNs, usersBefore, mix: new UserMix(mix.classes) })
    }
    atNs += Math.round(durationMs * 1e6)
    usersBefore = users
  }
  return changes
}

function takenNs({ fromNs, overNs, usersBefore }: MixChange, index: number): number {
  if (overNs === 0 || index >= usersBefore) return fromNs
  return fromNs + floorMulDiv(overNs, index + 1, usersBefore)
}

function nextTakenNs(change: MixChange, elapsedNs: number): number | undefined {
  const taken = usersTaken(change, elapsedNs)
  return taken === Number.POSITIVE_INFINITY ? undefined : takenNs(change, taken)
}

/** Of those that were there the most k with ⌊over · k / n⌋ ≤ inside; Infinity when all have. */
function usersTaken({ fromNs, overNs, usersBefore }: MixChange, elapsedNs: number): number {
  const insideNs = elapsedNs - fromNs
  if (insideNs >= overNs || usersBefore === 0) return Number.POSITIVE_INFINITY
  return ceilMulDiv(insideNs + 1, usersBefore, overNs) - 1
}
