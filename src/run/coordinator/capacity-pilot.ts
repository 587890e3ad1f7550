/**
 * Lets a search for the limit steer a run: it hands every window to the `Conductor` and makes its orders happen at the beginning of a second
 * on all workers, so that each window was measured under one load. An output like any other, only that what it hears has
 * consequences; a mistake of its own ends the run instead of leaving the load where it is.
 */
import type { Output } from '../../contracts/output.ts'
import type { Window } from '../../contracts/window.ts'
import { problem } from '../../kernel/errors.ts'
import type { Conductor } from '../../model/capacity/conductor.ts'
import type { LoadRequest } from '../../model/plan/load-change.ts'
import { STEER_LEAD_MS, WINDOW_MS } from '../wire/timing.ts'
import type { RunHandle } from './run-handle.ts'

const BY = 'capacity'
/** Beside the time the workers need to hear of it. */
const MARGIN_MS = 50

export class CapacityPilot implements Output {
  readonly name = 'capacity'
  readonly #conductor: Conductor
  readonly #requestOf: (load: number) => LoadRequest
  #run: RunHandle | undefined
  #lastWindow = -1
  /** Why the target was given up; '' when it was not. */
  endedBecause = ''

  /** `requestOf`: a load as a change of the plan. */
  constructor(conductor: Conductor, requestOf: (load: number) => LoadRequest) {
    this.#conductor = conductor
    this.#requestOf = requestOf
  }

  fly(run: RunHandle): void {
    this.#run = run
  }

  onWindow(window: Window): void {
    const run = this.#run
    // A window that is sent again brings what came late, which is in no trial then.
    if (run === undefined || run.state !== 'running' || window.window <= this.#lastWindow) return
    this.#lastWindow = window.window
    try {
      this.#obey(run, this.#conductor.onWindow(window))
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      run.fail(problem('E_BUG', BY, 'the search for the limit broke', text, 'please report it'))
    }
  }

  #obey(run: RunHandle, order: ReturnType<Conductor['onWindow']>): void {
    if (order === undefined) return
    if (order.kind === 'end') {
      this.endedBecause = order.why
      run.stop('finished')
      return
    }
    const second = Math.ceil((run.nowMs() + STEER_LEAD_MS + MARGIN_MS) / WINDOW_MS)
    const problems = run.steering.change(this.#requestOf(order.load), BY, second * WINDOW_MS)
    for (const each of problems) run.fail(each)
    this.#conductor.takesPlaceIn(second)
  }
}
