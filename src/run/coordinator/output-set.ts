/**
 * Everything that listens to a run, called one after the other. An output that throws is said once and left out from then
 * on: no file or screen may end a run. Starting and stopping have deadlines on the run's clock for the same reason.
 */
import type { Clock } from '../../contracts/clock.ts'
import type { Output, RunEvent, RunInfo } from '../../contracts/output.ts'
import type { RunResult, ThresholdResult } from '../../contracts/result.ts'
import type { Window } from '../../contracts/window.ts'

const OUTPUT_MS_MAX = 10_000

export class OutputSet {
  readonly #clock: Clock
  readonly #onBroken: (text: string) => void
  #working: Output[]

  /** `onBroken` gets the sentence to show; it may be called from within any method. */
  constructor(outputs: readonly Output[], clock: Clock, onBroken: (text: string) => void) {
    this.#working = [...outputs]
    this.#clock = clock
    this.#onBroken = onBroken
  }

  async start(run: RunInfo): Promise<void> {
    await Promise.all(
      this.#working.map((each) => this.#wait(each, 'start', () => each.start?.(run))),
    )
  }

  window(window: Window, thresholds: readonly ThresholdResult[]): void {
    for (const each of this.#working) this.#call(each, () => each.onWindow?.(window, thresholds))
  }

  event(event: RunEvent): void {
    for (const each of this.#working) this.#call(each, () => each.onEvent?.(event))
  }

  async stop(result: RunResult): Promise<void> {
    await Promise.all(
      this.#working.map((each) => this.#wait(each, 'stop', () => each.stop?.(result))),
    )
  }

  #call(output: Output, run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#drop(output, messageOf(error))
    }
  }

  async #wait(output: Output, what: string, run: () => void | Promise<void>): Promise<void> {
    let fail: (error: Error) => void = () => {}
    const deadline = new Promise<never>((_, reject) => {
      fail = reject
    })
    const timer = this.#clock.at(
      this.#clock.nowMs() + OUTPUT_MS_MAX,
      (reject: typeof fail) => reject(new Error(`its ${what} took more than ${OUTPUT_MS_MAX} ms`)),
      fail,
    )
    try {
      await Promise.race([run(), deadline])
    } catch (error) {
      this.#drop(output, messageOf(error))
    } finally {
      this.#clock.cancel(timer)
    }
  }

  #drop(output: Output, why: string): void {
    if (!this.#working.includes(output)) return
    this.#working = this.#working.filter((each) => each !== output)
    this.#onBroken(`output ${output.name} is left out from now on: ${why}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
