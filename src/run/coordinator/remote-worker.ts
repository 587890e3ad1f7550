/**
 * One worker as its coordinator sees it: who it is, how its clock differs, when it was last heard. A protocol of five pings
 * finds the offset: of the quickest exchange, half the round trip is the best guess for the way. When both clocks may as well be the same
 * one, as they are on one machine, they are taken for it: the guess would only add its own error.
 *
 *   connecting ── hello, pings ──▶ preparing ── ready ──▶ ready ── start ──▶ running ── done ──▶ done
 *        any of them ── channel closed, silence, timeout ──▶ lost
 */
import type { Clock } from '../../contracts/clock.ts'
import type { Whereabouts } from '../../contracts/result.ts'
import type { Channel, Command, Report, WorkerFacts } from '../../contracts/wire.ts'
import { PINGS } from '../wire/timing.ts'

export type WorkerState = 'connecting' | 'preparing' | 'ready' | 'running' | 'done' | 'lost'

export class RemoteWorker {
  readonly index: number
  /** Absent of one on this machine. */
  readonly facts: WorkerFacts | undefined
  state: WorkerState = 'connecting'
  /** Worker's wall clock − ours, ms. */
  offsetMs = 0
  /** Of the quickest ping. */
  roundTripMs = Number.POSITIVE_INFINITY
  heardAtMs: number
  /** Its machine, as it says. */
  host = ''
  readonly #channel: Channel<Report, Command>
  readonly #clock: Clock
  readonly #onMeasured: () => void
  #pingId = 0
  #pingSentMs = 0
  #pingSentEpochMs = 0

  /** `onMeasured` is called once, when the last ping came back. */
  constructor(
    index: number,
    channel: Channel<Report, Command>,
    clock: Clock,
    onMeasured: () => void,
    facts?: WorkerFacts,
  ) {
    this.index = index
    this.facts = facts
    this.#channel = channel
    this.#clock = clock
    this.#onMeasured = onMeasured
    this.heardAtMs = clock.nowMs()
  }

  /** Its load may be on: it is neither lost nor done. */
  get live(): boolean {
    return this.state !== 'lost' && this.state !== 'done'
  }

  /** Where it runs and how its clock differs, for the result. */
  get whereabouts(): Whereabouts {
    const { host, offsetMs, roundTripMs, facts } = this
    const labels = facts?.labels ?? {}
    return {
      ...(Number.isFinite(roundTripMs) && { host, clockOffsetMs: offsetMs, roundTripMs }),
      ...(Object.keys(labels).length > 0 && { labels }),
    }
  }

  send(command: Command): void {
    this.#channel.send(command)
  }

  close(): void {
    this.#channel.close()
  }

  measureOffset(): void {
    this.#pingSentMs = this.#clock.nowMs()
    this.#pingSentEpochMs = this.#clock.epochMs()
    this.send({ type: 'ping', id: this.#pingId })
  }

  onPong(id: number, epochMs: number): void {
    if (id !== this.#pingId) return
    const roundTripMs = this.#clock.nowMs() - this.#pingSentMs
    if (roundTripMs < this.roundTripMs) {
      this.roundTripMs = roundTripMs
      const offsetMs = epochMs - (this.#pingSentEpochMs + roundTripMs / 2)
      this.offsetMs = Math.abs(offsetMs) <= roundTripMs / 2 ? 0 : offsetMs
    }
    this.#pingId++
    if (this.#pingId < PINGS) this.measureOffset()
    else if (this.#pingId === PINGS) this.#onMeasured()
  }
}
