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
import type { LoadShape, UserShare } from '../../contracts/plan.ts'
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
}

export interface MixChange {
  readonly fromNs: number
  readonly overNs: number
  /** Users that the plan wants when it begins. */
  readonly usersBefore: number
  readonly classes: readonly UserShare[]
}

/** Changes by time; of two at one instant the later one counts. */
export class MixSchedule implements ClassSchedule {
  readonly #first: UserMix
  readonly #changes: readonly MixChange[]
  readonly #startsNs: readonly number[]
  readonly #mixes: readonly UserMix[]

  constructor(first: UserMix, changes: readonly MixChange[]) {
    this.#first = first
    this.#changes = changes
    this.#startsNs = changes.map(({ fromNs }) => fromNs)
    this.#mixes = changes.map(({ classes }) => new UserMix(classes))
  }

  classOf(index: number, elapsedNs: number): string | undefined {
    for (let last = lastAtMost(this.#startsNs, elapsedNs); last >= 0; last--) {
      if (takenNs(this.#changes[last]!, index) <= elapsedNs) {
        return this.#mixes[last]!.classOf(index)
      }
    }
    return this.#first.classOf(index)
  }

  takenBy(elapsedNs: number): { readonly mix: UserMix; readonly users: number } {
    const at = lastAtMost(this.#startsNs, elapsedNs)
    if (at < 0) return { mix: this.#first, users: Number.POSITIVE_INFINITY }
    return { mix: this.#mixes[at]!, users: usersTaken(this.#changes[at]!, elapsedNs) }
  }

  nextChangeNs(elapsedNs: number): number | undefined {
    const at = lastAtMost(this.#startsNs, elapsedNs)
    const next = this.#startsNs[at + 1]
    const change = this.#changes[at]
    if (change === undefined) return next
    const taken = usersTaken(change, elapsedNs)
    if (taken === Number.POSITIVE_INFINITY) return next
    return Math.min(takenNs(change, taken), next ?? Number.POSITIVE_INFINITY)
  }
}

/** Along a load of the closed model that begins with the mix `first`. */
export function mixSchedule(first: UserMix, load: LoadShape): MixSchedule {
  return new MixSchedule(first, changesOf(load))
}

/** `before` until `fromNs`, then the mixes of `load`, whose own time begins there. A change that is under way is over then. */
export function spliceMix(before: ClassSchedule, fromNs: number, load: LoadShape): ClassSchedule {
  const after = mixSchedule(before.takenBy(fromNs - 1).mix, load)
  const of = (elapsedNs: number): [ClassSchedule, number] =>
    elapsedNs < fromNs ? [before, elapsedNs] : [after, elapsedNs - fromNs]
  return {
    classOf: (index, elapsedNs) => {
      const [mix, ownNs] = of(elapsedNs)
      return mix.classOf(index, ownNs)
    },
    takenBy: (elapsedNs) => {
      const [mix, ownNs] = of(elapsedNs)
      return mix.takenBy(ownNs)
    },
    nextChangeNs: (elapsedNs) => {
      if (elapsedNs < fromNs) return Math.min(before.nextChangeNs(elapsedNs) ?? fromNs, fromNs)
      const nextNs = after.nextChangeNs(elapsedNs - fromNs)
      return nextNs === undefined ? undefined : nextNs + fromNs
    },
  }
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
  }
}

function changesOf(load: LoadShape): MixChange[] {
  if (load.kind === 'constant-users' && load.mix !== undefined) {
    const { classes, overMs } = load.mix
    const usersBefore = load.fromUsers ?? 0
    return [{ fromNs: 0, overNs: Math.round(overMs * 1e6), usersBefore, classes }]
  }
  if (load.kind !== 'ramping-users') return []
  const changes: MixChange[] = []
  let [atNs, usersBefore] = [0, load.startUsers]
  for (const { mix, durationMs, users } of load.stages) {
    if (mix !== undefined) {
      // Of those who come at the very beginning none has been anything else.
      const overNs = atNs === 0 ? 0 : Math.round(mix.overMs * 1e6)
      changes.push({ fromNs: atNs, overNs, usersBefore, classes: mix.classes })
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

/** Of those that were there the most k with ⌊over · k / n⌋ ≤ inside; Infinity when all have. */
function usersTaken({ fromNs, overNs, usersBefore }: MixChange, elapsedNs: number): number {
  const insideNs = elapsedNs - fromNs
  if (insideNs >= overNs || usersBefore === 0) return Number.POSITIVE_INFINITY
  return ceilMulDiv(insideNs + 1, usersBefore, overNs) - 1
}
