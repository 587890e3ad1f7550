/**
 * All workers of a run: who is there, who is lost, and who therefore owns what. A closed channel is noticed at once, a
 * silent worker after `WORKER_SILENT_MS`. A lost worker never comes back into the share, even if it wakes up: what
 * it owned belongs to others by then. It is told to stop, and what it still reports is counted, because it happened.
 */
import type { Clock } from '../../contracts/clock.ts'
import type { Share } from '../../contracts/plan.ts'
import type { Whereabouts } from '../../contracts/result.ts'
import type { Channel, Command, Report, WorkerFacts } from '../../contracts/wire.ts'
import { weightsOf } from '../../model/plan/weights.ts'
import { asReport } from '../wire/messages.ts'
import { WORKER_SILENT_MS } from '../wire/timing.ts'
import { RemoteWorker } from './remote-worker.ts'

export interface WorkerSetEvents {
  /** All pings are back: its clock is known. */
  onMeasured(worker: RemoteWorker): void
  onReport(worker: RemoteWorker, report: Report): void
  /** Called once per lost worker, with the sentence why. */
  onLost(worker: RemoteWorker, why: string): void
}

export class WorkerSet {
  readonly workers: RemoteWorker[] = []
  /** In the order of their loss: part of the share. */
  readonly lost: number[] = []
  readonly #clock: Clock
  readonly #events: WorkerSetEvents
  readonly #count: number
  #weights: readonly number[] | undefined

  constructor(count: number, clock: Clock, events: WorkerSetEvents) {
    this.#count = count
    this.#clock = clock
    this.#events = events
  }

  add(channel: Channel<Report, Command>, index: number, facts?: WorkerFacts): void {
    const onMeasured = (): void => {
      if (worker.live) this.#events.onMeasured(worker)
    }
    const worker = new RemoteWorker(index, channel, this.#clock, onMeasured, facts)
    this.workers.push(worker)
    channel.onMessage((message) => {
      const report = asReport(message)
      if (report === undefined) return
      worker.heardAtMs = this.#clock.nowMs()
      if (report.type === 'pong') worker.onPong(report.id, report.epochMs)
      else this.#events.onReport(worker, report)
    })
    void channel.closed.then((end) => this.lose(worker, end.detail))
  }

  get live(): RemoteWorker[] {
    return this.workers.filter((worker) => worker.live)
  }

  /** Indices of workers whose load may be on. */
  get liveIndices(): number[] {
    return this.live.map((worker) => worker.index)
  }

  /** Of all workers, from the moment on that all of them are there. */
  get weights(): readonly number[] {
    if (this.workers.length < this.#count) return new Array<number>(this.#count).fill(1)
    this.#weights ??= weightsOf(this.workers.map(({ facts }) => facts?.power))
    return this.#weights
  }

  /** By worker index, for the result. */
  get whereabouts(): ReadonlyMap<number, Whereabouts> {
    const { weights } = this
    const areAlike = weights.every((each) => each === weights[0])
    return new Map(
      this.workers.map(({ index, whereabouts }) => [
        index,
        areAlike ? whereabouts : { ...whereabouts, weight: weights[index]! },
      ]),
    )
  }

  shareOf(index: number): Share {
    return { index, weights: this.weights, lost: [...this.lost] }
  }

  broadcast(command: Command): void {
    for (const worker of this.live) worker.send(command)
  }

  everyLive(state: RemoteWorker['state']): boolean {
    return this.workers.length === this.#count && this.live.every((each) => each.state === state)
  }

  /** Declares those lost that said nothing for too long. */
  loseSilent(): void {
    const nowMs = this.#clock.nowMs()
    for (const worker of this.live) {
      const silentMs = nowMs - worker.heardAtMs
      if (silentMs >= WORKER_SILENT_MS) {
        this.lose(worker, `said nothing for ${(silentMs / 1_000).toFixed(1)} s`)
      }
    }
  }

  /** Nothing can be heard of anybody, for reasons of our own. */
  hearAll(): void {
    for (const worker of this.live) worker.heardAtMs = this.#clock.nowMs()
  }

  /** For `ms` nothing could be heard, for reasons of our own. */
  forgive(ms: number): void {
    for (const worker of this.live) worker.heardAtMs += ms
  }

  lose(worker: RemoteWorker, why: string): void {
    if (!worker.live) return
    worker.state = 'lost'
    this.lost.push(worker.index)
    worker.send({ type: 'stop', reason: 'killed', graceMs: 0 })
    this.#events.onLost(worker, why)
  }
}
