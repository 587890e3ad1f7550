/**
 * Lets a `LoadTestShape` steer a run: it is asked before each full second of the run clock, early enough that its answer takes place at that
 * second on all workers, and only a changed answer is one. Nothing waits for a ramp to end, so no stage is skipped however
 * short it is. An answer that takes its time costs the seconds it takes. While the run is paused nobody asks.
 */
import type { Clock } from '../../contracts/clock.ts'
import type { UserShare } from '../../contracts/plan.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { STEER_LEAD_MS } from '../wire/timing.ts'
import type { RunHandle } from './run-handle.ts'

const SECOND_MS = 1_000
/** So long before its second it is asked: the way to the workers, and a little for the answer. */
const AHEAD_MS = STEER_LEAD_MS + 50
/** How often a run is looked at that has not begun, or is paused. */
const LOOK_MS = 20

export interface ShapePilot {
  /** What it decided for second 0, which the plan begins with. */
  readonly first: Decision
  ask(runTimeSec: number, users: number): Promise<Decision | null>
}
export interface Decision {
  readonly users: number
  readonly spawnRatePerSec: number
  /** From then on; without them the mix stays. */
  readonly classes?: readonly UserShare[]
}

/** Until the run ends or the shape ends it. `by`: whose changes they are. */
export function followShape(run: RunHandle, shape: ShapePilot, clock: Clock, by: string): void {
  void new Pilot(run, shape, clock, by).fly()
}

/** The same classes in another order, or none named, are no change. */
export function isSameDecision(next: Decision, last: Decision): boolean {
  return (
    next.users === last.users &&
    next.spawnRatePerSec === last.spawnRatePerSec &&
    haveSameClasses(next, last)
  )
}

const haveSameClasses = (next: Decision, last: Decision): boolean =>
  next.classes === undefined || textOf(next.classes) === textOf(last.classes ?? [])

const textOf = (classes: readonly UserShare[]): string =>
  classes
    .map(({ className, weight, fixedCount }) => `${className} ${weight} ${fixedCount}`)
    .sort()
    .join()

class Pilot {
  readonly #run: RunHandle
  readonly #shape: ShapePilot
  readonly #clock: Clock
  readonly #by: string
  #last: Decision

  constructor(run: RunHandle, shape: ShapePilot, clock: Clock, by: string) {
    this.#run = run
    this.#shape = shape
    this.#clock = clock
    this.#by = by
    this.#last = shape.first
  }

  async fly(): Promise<void> {
    try {
      for (let atMs = await this.#next(); atMs !== undefined; atMs = await this.#next()) {
        const runTimeSec = (atMs - this.#run.steering.pausedMs(0, atMs)) / SECOND_MS
        const decision = await this.#shape.ask(runTimeSec, this.#run.users)
        if (decision === null) return await this.#end(atMs)
        this.#follow(decision, atMs)
      }
    } catch (error) {
      const problems =
        error instanceof OnrushError
          ? error.problems
          : [problem('E_BUG', 'shape', String(error), '', '')]
      for (const each of problems) this.#run.fail(each)
    }
  }

  #follow(decision: Decision, atMs: number): void {
    if (isSameDecision(decision, this.#last)) return
    const { users, spawnRatePerSec } = decision
    // Told only when they change: what is under way goes on.
    const classes = haveSameClasses(decision, this.#last) ? undefined : decision.classes
    this.#last = { ...this.#last, ...decision }
    // An answer that took too long takes place as soon as it can.
    const inTime = atMs - this.#run.nowMs() >= STEER_LEAD_MS / 2
    const request = { users, spawnRate: spawnRatePerSec, ...(classes && { classes }) }
    const problems = this.#run.steering.change(request, this.#by, inTime ? atMs : undefined)
    if (this.#run.state === 'running') for (const each of problems) this.#run.fail(each)
  }

  async #end(atMs: number): Promise<void> {
    await this.#until(atMs)
    if (this.#run.state === 'running') this.#run.stop('finished')
  }

  /** The next full second on the run clock when it is time to ask for it; undefined when the run is over. */
  async #next(): Promise<number | undefined> {
    const run = this.#run
    while (run.state === 'idle' || run.state === 'preparing') await this.#sleep(LOOK_MS)
    while (run.state === 'running') {
      const second = Math.floor((Math.max(0, run.nowMs()) + AHEAD_MS) / SECOND_MS) + 1
      await this.#until(second * SECOND_MS - AHEAD_MS)
      if (!run.steering.paused) break
      await this.#sleep(LOOK_MS)
    }
    return run.state === 'running'
      ? Math.round((run.nowMs() + AHEAD_MS) / SECOND_MS) * SECOND_MS
      : undefined
  }

  async #until(runMs: number): Promise<void> {
    const waitMs = runMs - this.#run.nowMs()
    if (waitMs > 0) await this.#sleep(waitMs)
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.at(this.#clock.nowMs() + ms, resolve, undefined)
    })
  }
}
