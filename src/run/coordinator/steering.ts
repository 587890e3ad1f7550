/**
 * Changes of a running load: other users, other arrivals, a load over time, a pause, a note. Each is dated a little ahead
 * (`STEER_LEAD_MS`), so that all workers know of it before it takes place and it happens everywhere at one instant; each is
 * written into the run with its author. While the run is paused, changes of the load wait until it goes on. Keeps the
 * `Course` of every scenario, which is what the run was asked to do: the coordinator compares with it.
 */
import type { RunEvent } from '../../contracts/output.ts'
import type { LoadPlan, Steer } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import type { Command } from '../../contracts/wire.ts'
import { problem } from '../../kernel/errors.ts'
import { NOTE_CHARS_MAX, STEERINGS_MAX } from '../../kernel/limits.ts'
import { Course } from '../../model/plan/course.ts'
import { changedLoad, type LoadRequest, usersBefore } from '../../model/plan/load-change.ts'
import { describeLoad } from '../../model/plan/shape-format.ts'
import { STEER_LEAD_MS } from '../wire/timing.ts'
import { runEndMs } from './plan-end.ts'

/** What a person, a program or a shape may do to a run. Each answers with what was wrong; nothing: it was done. */
export interface Steering {
  readonly paused: boolean
  /** As steered so far, one per scenario. */
  readonly courses: readonly Course[]
  /** `fromMs`: on the run clock, when it has to be a certain instant; early enough for all to hear of it. */
  change(request: LoadRequest, by: string, fromMs?: number): readonly Problem[]
  pause(by: string): readonly Problem[]
  resume(by: string): readonly Problem[]
  note(text: string, by: string): readonly Problem[]
  /** Part of a time of the run clock in which the run stood still, ms. */
  pausedMs(fromMs: number, toMs: number): number
  /** What the run was to do, as steered: users at the end of a time of the run clock, arrivals due in it. */
  planned(fromMs: number, toMs: number): { readonly users: number; readonly arrivals: number }
}

export interface SteeringDeps {
  readonly plan: LoadPlan
  /** Run clock, ms; NaN before the start was agreed. */
  nowMs(): number
  readonly isRunning: () => boolean
  send(command: Command): void
  say(event: Pick<RunEvent, 'kind' | 'text'> & { readonly by: string }): void
  /** The end of the plan may be another one now. */
  onChanged(): void
}

/** Of the run clock; `toMs` is Infinity while it lasts. */
interface Pause {
  readonly fromMs: number
  toMs: number
}

export class RunSteering implements Steering {
  readonly courses: readonly Course[]
  readonly #deps: SteeringDeps
  readonly #pauses: Pause[] = []
  /** Of a paused run. */
  readonly #waiting: { readonly request: LoadRequest; readonly by: string }[] = []
  #changes = 0
  #lastMs = 0

  constructor(deps: SteeringDeps) {
    this.#deps = deps
    this.courses = deps.plan.scenarios.map((scenario) => new Course(scenario))
  }

  get paused(): boolean {
    return this.#pauses.at(-1)?.toMs === Number.POSITIVE_INFINITY
  }
  /** Its load was changed, or it stood still. */
  get steered(): boolean {
    return this.#changes > 0
  }

  /** When the last scenario ends; null when nobody knows. */
  get endMs(): number | null {
    return runEndMs(this.courses)
  }

  change(request: LoadRequest, by: string, fromMs?: number): readonly Problem[] {
    const found = this.#courseOf(request)
    if ('code' in found) return [found]
    if (this.paused) {
      this.#waiting.push({ request, by })
      this.#deps.say({ kind: 'steer', by, text: 'A change waits until the run goes on.' })
      return []
    }
    return this.#change(found, request, by, fromMs ?? this.#nextMs())
  }

  pause(by: string): readonly Problem[] {
    const refused = this.#refusal() ?? (this.paused ? already('paused') : undefined)
    if (refused !== undefined) return [refused]
    const fromMs = this.#nextMs()
    this.#pauses.push({ fromMs, toMs: Number.POSITIVE_INFINITY })
    this.#tellAll({ kind: 'pause', fromMs })
    const text = `Paused from ${seconds(fromMs)} on: no iteration begins, connections stay.`
    this.#deps.say({ kind: 'steer', by, text })
    return []
  }

  resume(by: string): readonly Problem[] {
    const refused = this.#refusal() ?? (this.paused ? undefined : already('running'))
    if (refused !== undefined) return [refused]
    const fromMs = this.#nextMs()
    this.#pauses.at(-1)!.toMs = fromMs
    this.#tellAll({ kind: 'resume', fromMs })
    this.#deps.say({ kind: 'steer', by, text: `Goes on from ${seconds(fromMs)} on.` })
    const problems = this.#waiting.splice(0).flatMap(({ request, by: author }) => {
      const found = this.#courseOf(request)
      return 'code' in found ? [found] : this.#change(found, request, author, fromMs)
    })
    for (const each of problems) this.#deps.say({ kind: 'steer', by, text: sentence(each) })
    return problems
  }

  note(text: string, by: string): readonly Problem[] {
    const note = text.trim().slice(0, NOTE_CHARS_MAX)
    if (note === '') return [problem('E_STEER', 'note', 'the note is empty', 'it has no text', '')]
    this.#deps.say({ kind: 'note', by, text: note })
    return []
  }

  pausedMs(fromMs: number, toMs: number): number {
    return this.#pauses.reduce(
      (sum, pause) =>
        sum + Math.max(0, Math.min(pause.toMs, toMs) - Math.max(pause.fromMs, fromMs)),
      0,
    )
  }

  planned(fromMs: number, toMs: number): { users: number; arrivals: number } {
    let [users, arrivals] = [0, 0]
    for (const course of this.courses) {
      const { endMs } = course
      if (endMs === null || toMs <= endMs) users += usersBefore(course, toMs)
      // The first arrival is due at 0; each belongs to the window in which it is due.
      const [fromNs, toNs] = [course.elapsedNs(fromMs), course.elapsedNs(toMs)]
      if (course.arrivals !== undefined)
        arrivals += course.arrivals.countBy(toNs - 1) - course.arrivals.countBy(fromNs - 1)
    }
    return { users, arrivals }
  }

  #change(course: Course, request: LoadRequest, by: string, fromMs: number): readonly Problem[] {
    const load = changedLoad(course, request, fromMs)
    if (Array.isArray(load)) return load
    const change = { kind: 'load', load, fromMs } as Steer & { kind: 'load' }
    const before = describeLoad(course.load)
    course.apply(change)
    const scenario = this.courses.indexOf(course)
    this.#deps.send({ type: 'steer', scenario, change })
    this.#changed(fromMs)
    const text = `${course.scenario.name}: ${before} becomes ${describeLoad(change.load)} from ${seconds(fromMs)} on.`
    this.#deps.say({ kind: 'steer', by, text })
    return []
  }

  #tellAll(change: Steer): void {
    for (const course of this.courses) course.apply(change)
    this.#deps.send({ type: 'steer', scenario: null, change })
    this.#changed(change.fromMs)
  }

  #changed(fromMs: number): void {
    this.#changes++
    this.#lastMs = Math.max(this.#lastMs, fromMs)
    this.#deps.onChanged()
  }

  /** Changes take place in the order they were made. */
  #nextMs(): number {
    return Math.max(Math.ceil(this.#deps.nowMs()) + STEER_LEAD_MS, this.#lastMs)
  }

  #courseOf({ scenario }: LoadRequest): Course | Problem {
    const refused = this.#refusal()
    if (refused !== undefined) return refused
    const found = this.courses.find((each) => each.scenario.name === scenario)
    if (found !== undefined) return found
    if (scenario === undefined && this.courses.length === 1) return this.courses[0]!
    const names = this.courses.map((each) => each.scenario.name).join(', ')
    const what =
      scenario === undefined ? 'no scenario is named' : `there is no scenario ${scenario}`
    return problem('E_STEER', 'scenario', what, `the run has ${names}`, 'Name one of them.')
  }

  #refusal(): Problem | undefined {
    if (!this.#deps.isRunning() || Number.isNaN(this.#deps.nowMs())) {
      const why = 'only a running load can be changed'
      return problem('E_STEER', 'run', 'the run is not running', why, 'Start it again.')
    }
    if (this.#changes < STEERINGS_MAX) return undefined
    const why = `a run takes ${STEERINGS_MAX} changes`
    return problem('E_STEER', 'run', 'too many changes', why, 'Use a load over time.')
  }
}

const already = (state: string): Problem =>
  problem('E_STEER', 'run', `the run is ${state} already`, 'nothing would change', '')
const sentence = ({ what, path, why }: Problem): string => `${path}: ${what} (${why}).`
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
