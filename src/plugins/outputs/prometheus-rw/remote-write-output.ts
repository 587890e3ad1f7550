/**
 * `--output prometheus-rw=http://…/api/v1/write`: how the run stands, every `PUSH_WINDOWS` seconds and once at the end, with the time of
 * the window it stands after. Sums are told, so a lost message costs resolution and no number, and late numbers enter with the next.
 */
import type { Clock } from '../../../contracts/clock.ts'
import type { Output, RunInfo } from '../../../contracts/output.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { Window } from '../../../contracts/window.ts'
import { PushTimes } from '../../../model/export/push-times.ts'
import { RunMeter } from '../../../model/export/run-meter.ts'
import type { Outbox } from '../../../run/outbound/outbox.ts'
import { snappy } from './snappy.ts'
import { writeRequests } from './write-request.ts'

export const REMOTE_WRITE_HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
}

export class RemoteWriteOutput implements Output {
  readonly name = 'prometheus-rw'
  readonly #outbox: Outbox
  readonly #times: PushTimes
  #meter: RunMeter | undefined

  constructor(outbox: Outbox, clock: Clock) {
    this.#outbox = outbox
    this.#times = new PushTimes(clock)
  }

  start(run: RunInfo): void {
    this.#meter = new RunMeter(run)
  }

  onWindow(window: Window, thresholds: readonly ThresholdResult[]): void {
    this.#meter?.add(window, thresholds)
    if (this.#times.isDue(window.window)) this.#push()
  }

  stop(): Promise<void> {
    this.#push()
    return this.#outbox.flush()
  }

  close(): void {
    this.#outbox.close()
  }

  #push(): void {
    if (this.#meter === undefined) return
    const epochMs = this.#times.next(this.#meter.epochMs)
    for (const request of writeRequests(this.#meter.families(), epochMs)) {
      this.#outbox.put(snappy(request))
    }
  }
}
