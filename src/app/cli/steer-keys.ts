/**
 * The keys of a terminal on a running load: Locust's `w W s S` for one or ten users (or arrivals) more or fewer, arrows for ten
 * per cent, `p` to pause and go on, `a` for a note, `q` to stop, Tab for the next scenario. What they do is the run's steering;
 * here is only what a key means, and the line at the bottom of the screen that says so.
 */
import type { Problem } from '../../contracts/problem.ts'
import { NOTE_CHARS_MAX } from '../../kernel/limits.ts'
import type { Course } from '../../model/plan/course.ts'
import { type LoadRequest, rateAt, usersBefore } from '../../model/plan/load-change.ts'
import type { RunHandle } from '../../run/coordinator/run-handle.ts'

const BY = 'keys'
const CTRL_C = '\x03'
const ESCAPE = '\x1b'
const STEPS: Readonly<Record<string, number>> = { w: 1, W: 10, s: -1, S: -10 }
/** Arrow up, arrow down. */
const FACTORS: Readonly<Record<string, number>> = { '\x1b[A': 0.1, '\x1b[B': -0.1 }
const ENTER = /^[\r\n]$/
const BACKSPACE = /^[\x7f\b]$/

export interface KeysDeps {
  readonly run: Pick<RunHandle, 'steering' | 'stop' | 'nowMs' | 'state'>
  /** As if the system had sent it: with raw keys the terminal does not. */
  interrupt(): void
  /** A line of text above the live view. */
  say(text: string): void
  /** The line has changed. */
  onChange(): void
}

export class SteerKeys {
  readonly #deps: KeysDeps
  #selected = 0
  /** Of a note that is being written. */
  #note: string | undefined

  constructor(deps: KeysDeps) {
    this.#deps = deps
  }

  /** What was typed, one key or several at once. */
  press(typed: string): void {
    const keys = typed.startsWith(ESCAPE) ? [typed] : [...typed]
    for (const key of keys) {
      if (key === CTRL_C) this.#deps.interrupt()
      else if (this.#note !== undefined) this.#write(this.#note, key)
      else this.#do(key)
    }
    this.#deps.onChange()
  }

  /** At most one line, without colours. */
  line(): string {
    const { steering } = this.#deps.run
    if (this.#note !== undefined) return ` note: ${this.#note}_   (Enter keeps it, Esc does not)`
    const what = this.#course.arrivals === undefined ? 'users' : 'arrivals'
    const pause = steering.paused ? 'p go on' : 'p pause'
    const { length } = steering.courses
    const which = length > 1 ? ` of ${this.#course.scenario.name} (Tab: next)` : ''
    return ` w/s ${what} ±1  W/S ±10  ↑↓ ±10 %${which}  ${pause}  a note  q stop`
  }

  #do(key: string): void {
    const { run } = this.#deps
    const { steering } = run
    const [step, factor] = [STEPS[key], FACTORS[key]]
    if (step !== undefined) this.#to((now) => now + step)
    // By one at least.
    else if (factor !== undefined)
      this.#to((now) => now + Math.sign(factor) * Math.max(1, Math.round(now * Math.abs(factor))))
    else if (key === 'p') this.#explain(steering.paused ? steering.resume(BY) : steering.pause(BY))
    else if (key === 'a') this.#note = ''
    else if (key === 'q') run.stop('user')
    else if (key === '\t') this.#selected = (this.#selected + 1) % steering.courses.length
  }

  #write(note: string, key: string): void {
    if (key === ESCAPE) this.#note = undefined
    else if (BACKSPACE.test(key)) this.#note = note.slice(0, -1)
    else if (ENTER.test(key)) {
      this.#note = undefined
      if (note.trim() !== '') this.#explain(this.#deps.run.steering.note(note, BY))
    } else if (key >= ' ' && !key.startsWith(ESCAPE))
      this.#note = `${note}${key}`.slice(0, NOTE_CHARS_MAX)
  }

  /** Users of a closed scenario; of an open one arrivals in the unit it has. */
  #to(next: (now: number) => number): void {
    const course = this.#course
    const scenario = course.scenario.name
    const request: LoadRequest =
      course.arrivals === undefined
        ? { scenario, users: Math.max(0, next(this.#users(course))) }
        : { scenario, arrivals: this.#rate(course, next) }
    this.#explain(this.#deps.run.steering.change(request, BY))
  }

  /** What a change on its way will have made of it counts: keys may come faster than changes take place. */
  #users(course: Course): number {
    const { load } = course
    return load.kind === 'constant-users' && load.fromUsers !== undefined
      ? load.users
      : usersBefore(course, this.#deps.run.nowMs())
  }

  #rate(course: Course, next: (now: number) => number): string {
    const [now = '', unit = 's'] = rateAt(course, this.#deps.run.nowMs()).split('/')
    return `${rounded(Math.max(0, next(Number(now))))}/${unit}`
  }

  #explain(problems: readonly Problem[]): void {
    for (const { path, what, why } of problems) this.#deps.say(`${path}: ${what}: ${why}`)
  }

  get #course(): Course {
    return this.#deps.run.steering.courses[this.#selected]!
  }
}

/** Rates are read to three decimals. */
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000
