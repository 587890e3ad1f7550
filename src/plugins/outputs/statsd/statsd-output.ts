/** `--output statsd=host:8125`: counts and levels of every window as datagrams. */
import type { Output } from '../../../contracts/output.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { Window } from '../../../contracts/window.ts'
import { UnseenPart } from '../../../model/export/unseen-part.ts'
import type { Outbox } from '../../../run/outbound/outbox.ts'
import { statsdLines } from './statsd-lines.ts'

export class StatsdOutput implements Output {
  readonly name = 'statsd'
  readonly #outbox: Outbox
  readonly #style: 'names' | 'tags'
  readonly #unseen = new UnseenPart()

  constructor(outbox: Outbox, style: 'names' | 'tags') {
    this.#outbox = outbox
    this.#style = style
  }

  onWindow(window: Window, thresholds: readonly ThresholdResult[]): void {
    const unseen = this.#unseen.of(window)
    this.#outbox.put(Buffer.from(statsdLines(unseen, window, thresholds, this.#style)))
  }

  stop(): Promise<void> {
    return this.#outbox.flush()
  }

  close(): void {
    this.#outbox.close()
  }
}
