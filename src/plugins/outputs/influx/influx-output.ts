/** `--output influx=…`: every window as line protocol, over HTTP (`/api/v2/write?org=…&bucket=…`, `/write?db=…`) or UDP. */
import type { Output, RunInfo } from '../../../contracts/output.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { Window } from '../../../contracts/window.ts'
import type { Outbox } from '../../../run/outbound/outbox.ts'
import { lineProtocol } from './line-protocol.ts'

export class InfluxOutput implements Output {
  readonly name = 'influx'
  readonly #outbox: Outbox
  #run: Pick<RunInfo, 'id' | 'startedAtEpochMs'> = { id: '', startedAtEpochMs: 0 }

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  start(run: RunInfo): void {
    this.#run = run
  }

  onWindow(window: Window, thresholds: readonly ThresholdResult[]): void {
    this.#outbox.put(Buffer.from(lineProtocol(window, thresholds, this.#run)))
  }

  stop(): Promise<void> {
    return this.#outbox.flush()
  }

  close(): void {
    this.#outbox.close()
  }
}
