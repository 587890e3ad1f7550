/**
 * All workers of a run: who is there, who is lost, and who therefore owns what. A closed channel is noticed at once, a
 * silent worker after `WORKER_SILENT_MS`. A lost worker never comes back into the share, even if it wakes up: what
 * it owned belongs to others by then. It is told to stop, and what it still reports is counted, because it happened.
 */
import type { Clock } from '../../contracts/clock.ts'
import type { Join, Share } from '../../contracts/plan.ts'
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
  /** Called once per lost worker, with the sentence why. `hadPart`: of the load; one that came late may not. */
  onLost(worker: RemoteWorker, why: string, hadPart: boolean): void
}

export class WorkerSet {
  readonly workers: RemoteWorker[] = []
  /** In the order of their loss: part of the share. */
  readonly lost: number[] = []
  /** In the order in which they got their part. */
  readonly joined: Join[] = []
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

  /** Those with which the run begins, as far as they are there. */
  get first(): RemoteWorker[] {
    return this.live.filter(({ index }) => index < this.#count)
  }

  /** Indices of all that have, or had, a part of the load. */
  get partners(): readonly number[] {
    const late = this.joined.map(({ worker }) => worker)
    return [...Array.from({ length: this.#count }, (_, index) => index), ...late]
  }

  /** Indices of workers whose load is on. */
  get loadedIndices(): number[] {
    return this.loaded.map((worker) => worker.index)
  }

  /** Without those that are lost or done, and those that came late and have no part yet. */
  get loaded(): RemoteWorker[] {
    return this.live.filter((worker) => worker.state === 'running')
  }

  /** Workers that came when the run had its number: what is theirs begins with `join`. */
  get late(): RemoteWorker[] {
    return this.live.filter((worker) => worker.index >= this.#count && worker.state !== 'running')
  }

  /** Of all workers, from the moment on that those are there with which the run begins; 0 of those that come later. */
  get weights(): readonly number[] {
    if (this.workers.length < this.#count) return new Array<number>(this.#count).fill(1)
    this.#weights ??= weightsOf(this.#powersOf(this.#count))
    const late = this.workers.length - this.#count
    return [...this.#weights, ...new Array<number>(late).fill(0)]
  }

  /** Its weight now, beside those of the others. */
  #weightOf(index: number): number {
    return (this.joined.at(-1)?.weights ?? this.weights)[index] ?? 0
  }

  #powersOf(count: number): readonly (number | undefined)[] {
    return this.workers.slice(0, count).map(({ facts }) => facts?.power)
  }

  /** Gives a late worker its part; all shares are others from now on. */
  join(worker: RemoteWorker): void {
    worker.state = 'running'
    const weights = weightsOf(this.#powersOf(this.workers.length)).map((weight, each) =>
      each === worker.index || this.#hasPart(each) ? weight : 0,
    )
    this.joined.push({ worker: worker.index, weights, lostBefore: this.lost.length })
  }

  /** Does it take part, or did it? */
  #hasPart(index: number): boolean {
    return this.partners.includes(index)
  }

  /** By worker index, for the result. */
  get whereabouts(): ReadonlyMap<number, Whereabouts> {
    const weights = this.workers.map(({ index }) => this.#weightOf(index))
    const areAlike = weights.every((each) => each === weights[0])
    return new Map(
      this.workers.map(({ index, whereabouts }) => [
        index,
        areAlike ? whereabouts : { ...whereabouts, weight: weights[index]! },
      ]),
    )
  }

  shareOf(index: number): Share {
    const { weights, joined } = this
    const share = { index, weights, lost: [...this.lost] }
    return joined.length === 0 ? share : { ...share, joined: [...joined] }
  }

  broadcast(command: Command): void {
    for (const worker of this.live) worker.send(command)
  }

  everyLive(state: RemoteWorker['state']): boolean {
    return this.workers.length >= this.#count && this.first.every((each) => each.state === state)
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
    const hadPart = this.#hasPart(worker.index)
    worker.state = 'lost'
    if (hadPart) this.lost.push(worker.index)
    worker.send({ type: 'stop', reason: 'killed', graceMs: 0 })
    this.#events.onLost(worker, why, hadPart)
  }
}
