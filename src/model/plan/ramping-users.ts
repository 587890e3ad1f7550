/**
 * Closed load that follows stages: a line from one number of users to the next, a jump where a stage takes no time. Going
 * up the number is the floor of the line, going down its ceiling, so a user comes when it is whole and goes when the next is
 * reached. Step k of n is at ⌊duration · k / n⌋ ns of its stage, computed from k, and all answers agree with these instants.
 * Cost: one binary search over the stages.
 */
import { ceilMulDiv, floorMulDiv } from './exact.ts'
import { lastAtMost } from './stages.ts'

export interface UserStageNs {
  readonly users: number
  readonly durationNs: number
}

interface Line {
  readonly fromUsers: number
  readonly toUsers: number
  readonly durationNs: number
}

export class RampingUsers {
  readonly #startsNs: number[] = []
  readonly #lines: Line[] = []
  readonly #startUsers: number

  constructor(startUsers: number, stages: readonly UserStageNs[]) {
    this.#startUsers = startUsers
    let startNs = 0
    let fromUsers = startUsers
    for (const { users, durationNs } of stages) {
      this.#startsNs.push(startNs)
      this.#lines.push({ fromUsers, toUsers: users, durationNs })
      startNs += durationNs
      fromUsers = users
    }
  }

  usersAt(elapsedNs: number): number {
    if (elapsedNs < 0) return 0
    // Of several stages that start at one instant the last one counts: the others are jumps.
    const stage = lastAtMost(this.#startsNs, elapsedNs)
    if (stage < 0) return this.#startUsers
    const line = this.#lines[stage]!
    const steps = stepsBy(line, elapsedNs - this.#startsNs[stage]!)
    return line.fromUsers + (line.toUsers > line.fromUsers ? steps : -steps)
  }

  nextChangeNs(elapsedNs: number): number | undefined {
    if (elapsedNs < 0) return this.usersAt(0) > 0 ? 0 : this.nextChangeNs(0)
    const users = this.usersAt(elapsedNs)
    let atNs = this.#nextStepNs(elapsedNs)
    // Steps at one instant can cancel each other out: up to a number and at once back.
    while (atNs !== undefined && this.usersAt(atNs) === users) atNs = this.#nextStepNs(atNs)
    return atNs
  }

  /** The next instant at which a step is taken or a stage begins. */
  #nextStepNs(elapsedNs: number): number | undefined {
    const stage = lastAtMost(this.#startsNs, elapsedNs)
    if (stage < 0) return undefined
    const line = this.#lines[stage]!
    const startNs = this.#startsNs[stage]!
    const distance = distanceOf(line)
    const steps = stepsBy(line, elapsedNs - startNs)
    if (steps < distance) return startNs + floorMulDiv(line.durationNs, steps + 1, distance)
    return this.#startsNs[stage + 1]
  }
}

function distanceOf(line: Line): number {
  return Math.abs(line.toUsers - line.fromUsers)
}

/** Steps taken `insideNs` into the stage: the most k with ⌊duration · k / n⌋ ≤ inside. */
function stepsBy(line: Line, insideNs: number): number {
  const distance = distanceOf(line)
  if (insideNs >= line.durationNs || distance === 0) return distance
  return ceilMulDiv(insideNs + 1, distance, line.durationNs) - 1
}
