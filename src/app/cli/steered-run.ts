/**
 * A running load in a person's hands: keys of the terminal to the run's steering, and what steering made of the plan back to
 * the screen. Without a terminal nothing is listened to, and nothing is shown.
 */
import { describeLoad } from '../../model/plan/shape-format.ts'
import type { ConsoleOutput } from '../../plugins/outputs/console/console-output.ts'
import type { LiveStatus } from '../../plugins/outputs/console/live-view.ts'
import { runEndMs } from '../../run/coordinator/plan-end.ts'
import type { RunHandle } from '../../run/coordinator/run-handle.ts'
import { SteerKeys } from './steer-keys.ts'
import type { Terminal } from './terminal.ts'

export class SteeredRun {
  readonly #run: RunHandle
  readonly #keys: SteerKeys
  readonly #stopListening: (() => void) | undefined

  constructor(run: RunHandle, screen: ConsoleOutput, terminal: Terminal) {
    this.#run = run
    this.#keys = new SteerKeys({
      run,
      interrupt: () => terminal.interrupt(),
      say: (text) => screen.say(text),
      onChange: () => screen.redraw(),
    })
    this.#stopListening = terminal.keys((typed) => this.#keys.press(typed))
  }

  status(): LiveStatus {
    const { courses, paused } = this.#run.steering
    return {
      load: courses.map(({ load }) => describeLoad(load)).join(' + '),
      durationMs: runEndMs(courses),
      paused,
      ...(this.#stopListening !== undefined && { keys: this.#keys.line() }),
    }
  }

  close(): void {
    this.#stopListening?.()
  }
}
