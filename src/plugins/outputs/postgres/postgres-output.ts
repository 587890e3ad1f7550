/** `--output postgres=postgres://…`: every second as rows, for SQL, Grafana and TimescaleDB. */
import type { Output, RunInfo } from '../../../contracts/output.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { Window } from '../../../contracts/window.ts'
import type { Outbox } from '../../../run/outbound/outbox.ts'
import { secondRows } from './second-rows.ts'

export class PostgresOutput implements Output {
  readonly name = 'postgres'
  readonly #outbox: Outbox
  #run: RunInfo | undefined

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  start(run: RunInfo): void {
    this.#run = run
  }

  onWindow(window: Window, thresholds: readonly ThresholdResult[]): void {
    if (this.#run === undefined) return
    this.#outbox.put(Buffer.from(JSON.stringify(secondRows(window, thresholds, this.#run))))
  }

  stop(): Promise<void> {
    return this.#outbox.flush()
  }

  close(): void {
    this.#outbox.close()
  }
}
