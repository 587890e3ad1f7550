/**
 * Which class the k-th user has at an instant, where stages change the mix. At each change the users that exist take the new mix
 * one after the other, the first to come first, evenly over the time the stage gives them (at once when it gives none); whoever
 * comes later has it from the beginning. Users whose class is the same in both are not touched. A pure function of the plan,
 * k and the time, so it is the same on any number of workers.
 *
 *     user k of the n there, counted from 0, takes the change at   from + ⌊over · (k + 1) / n⌋ ns
 */
import type { UserShare } from '../../contracts/plan.ts'
import { ceilMulDiv, floorMulDiv } from './exact.ts'
import type { ClosedLoad, UserSchedule } from './shape.ts'
import { lastAtMost } from './stages.ts'
import { UserMix } from './user-mix.ts'

export interface MixChange {
  readonly fromNs: number
  readonly overNs: number
  /** Users that the plan wants when it begins. */
  readonly usersBefore: number
  readonly classes: readonly UserShare[]
}

export class MixSchedule {
  readonly #first: UserMix
  /** By time; of two at one instant the later one counts. */
  readonly #changes: readonly MixChange[]
  readonly #startsNs: readonly number[]
  readonly #mixes: readonly UserMix[]

  constructor(first: readonly UserShare[], changes: readonly MixChange[]) {
    this.#first = new UserMix(first)
    this.#changes = changes
    this.#startsNs = changes.map(({ fromNs }) => fromNs)
    this.#mixes = changes.map(({ classes }) => new UserMix(classes))
  }

  /** Undefined when the mix has no class for it: only fixed counts were asked for. */
  classOf(index: number, elapsedNs: number): string | undefined {
    for (let last = lastAtMost(this.#startsNs, elapsedNs); last >= 0; last--) {
      if (takenNs(this.#changes[last]!, index) <= elapsedNs)
        return this.#mixes[last]!.classOf(index)
    }
    return this.#first.classOf(index)
  }

  /** The users below this index have taken the change that is under way; 0 before the first. */
  takenBy(elapsedNs: number): { readonly change: number; readonly users: number } {
    const change = lastAtMost(this.#startsNs, elapsedNs)
    if (change < 0) return { change, users: 0 }
    return { change, users: usersTaken(this.#changes[change]!, elapsedNs) }
  }

  /** The first instant after `elapsedNs` at which a user takes a change; undefined when none does. */
  nextChangeNs(elapsedNs: number): number | undefined {
    const at = lastAtMost(this.#startsNs, elapsedNs)
    const next = this.#startsNs[at + 1]
    const change = this.#changes[at]
    if (change === undefined) return next
    const taken = usersTaken(change, elapsedNs)
    if (taken >= change.usersBefore) return next
    return Math.min(takenNs(change, taken), next ?? Number.POSITIVE_INFINITY)
  }
}

/** The mix of a scenario along its load. */
export function mixSchedule(classes: readonly UserShare[], load: ClosedLoad): MixSchedule {
  return new MixSchedule(classes, load.kind === 'ramping-users' ? changesOf(load) : [])
}

function changesOf(load: ClosedLoad & { readonly kind: 'ramping-users' }): MixChange[] {
  const changes: MixChange[] = []
  let [atNs, users] = [0, load.startUsers]
  for (const stage of load.stages) {
    if (stage.mix !== undefined) {
      // Of those who come at the very beginning none has been anything else.
      const overNs = atNs === 0 ? 0 : Math.round(stage.mix.overMs * 1e6)
      changes.push({ fromNs: atNs, overNs, usersBefore: users, classes: stage.mix.classes })
    }
    atNs += Math.round(stage.durationMs * 1e6)
    users = stage.users
  }
  return changes
}

/** When the next of both is due. */
export function nextOf(users: UserSchedule, mix: MixSchedule, elapsedNs: number) {
  const [a, b] = [users.nextChangeNs(elapsedNs), mix.nextChangeNs(elapsedNs)]
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

function takenNs({ fromNs, overNs, usersBefore }: MixChange, index: number): number {
  if (overNs === 0 || index >= usersBefore) return fromNs
  return fromNs + floorMulDiv(overNs, index + 1, usersBefore)
}

/** Of those that were there: the most k with ⌊over · k / n⌋ ≤ inside. */
function usersTaken({ fromNs, overNs, usersBefore }: MixChange, elapsedNs: number): number {
  const insideNs = elapsedNs - fromNs
  if (insideNs >= overNs || usersBefore === 0) return usersBefore
  return ceilMulDiv(insideNs + 1, usersBefore, overNs) - 1
}
