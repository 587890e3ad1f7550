/**
 * Workers in this process: channels are queues on a `Clock`. With a virtual clock a run of minutes takes
 * milliseconds and the same seed gives the same run, including everything that goes wrong on the way: delay,
 * reordering, duplicates and loss of the messages named by `faults.affects`, and death (`kill`) or silence
 * (`freeze`) of a worker. Messages are cloned, so no side can lean on sharing memory. Not for real load: worker and
 * coordinator would share one event loop.
 */
import type { Clock } from '../../../contracts/clock.ts'
import type {
  Channel,
  ChannelEnd,
  Command,
  Report,
  Transport,
  WorkerFacts,
} from '../../../contracts/wire.ts'
import { Prng } from '../../../kernel/prng.ts'

export interface MemoryOptions {
  readonly clock: Clock
  /** What runs at the far end: usually `serveWorker` with its dependencies bound. */
  serve(channel: Channel<Command, Report>, index: number): void
  readonly faults?: MemoryFaults
}

export interface MemoryFaults {
  readonly seed: number
  /** Every message takes a time drawn from [min, max], ms; order within a direction is kept unless `reorder`. */
  readonly delayMs: readonly [min: number, max: number]
  readonly reorder: boolean
  /** Chances in [0, 1] for the messages `affects` accepts; all others arrive exactly once. */
  readonly lossRatio: number
  readonly duplicateRatio: number
  affects(message: Command | Report): boolean
}

export interface MemoryTransport extends Transport {
  /** The worker dies as with SIGKILL: its messages under way still arrive, then its channel is seen closed. */
  kill(index: number): void
  /** Nothing passes in either direction any more, and nobody is told. */
  freeze(index: number): void
  /** One more worker dials in. */
  join(facts?: WorkerFacts): void
}

export function memoryTransport(options: MemoryOptions): MemoryTransport {
  const pairs: Pair[] = []
  let connect: ((facts?: WorkerFacts) => void) | undefined
  return {
    name: 'memory',
    async start(count, onWorker) {
      connect = (facts) => {
        const index = pairs.length
        const pair = new Pair(options.clock, options.faults, index)
        pairs.push(pair)
        onWorker(pair.coordinatorEnd, index, facts)
        options.serve(pair.workerEnd, index)
      }
      for (let index = 0; index < count; index++) connect()
    },
    join(facts) {
      connect?.(facts)
    },
    async close() {
      for (const pair of pairs) pair.end({ clean: true, detail: 'transport closed' })
    },
    kill(index) {
      pairs[index]?.end({ clean: false, detail: 'killed' })
    },
    freeze(index) {
      pairs[index]?.freeze()
    },
  }
}

/** Both ends of one worker's line. */
class Pair {
  readonly coordinatorEnd: End<Report, Command>
  readonly workerEnd: End<Command, Report>

  constructor(clock: Clock, faults: MemoryFaults | undefined, index: number) {
    const close = (): void => this.end({ clean: true, detail: 'closed' })
    const prng = faults && Prng.of(faults.seed, `channel ${index}`)
    const toCoordinator = new Line<Report>(clock, faults, prng)
    const toWorker = new Line<Command>(clock, faults, prng)
    this.coordinatorEnd = new End(toCoordinator, toWorker, close)
    this.workerEnd = new End(toWorker, toCoordinator, close)
  }

  /** Nothing new is accepted; what was sent before still arrives, and only then is the channel seen closed. */
  end(how: ChannelEnd): void {
    this.coordinatorEnd.finish(how)
    this.workerEnd.finish(how)
  }

  freeze(): void {
    this.coordinatorEnd.incoming.frozen = true
    this.workerEnd.incoming.frozen = true
  }
}

class End<In, Out> implements Channel<In, Out> {
  readonly incoming: Line<In>
  readonly closed: Promise<ChannelEnd>
  readonly close: () => void
  readonly #outgoing: Line<Out>
  #resolve!: (end: ChannelEnd) => void

  constructor(incoming: Line<In>, outgoing: Line<Out>, close: () => void) {
    this.incoming = incoming
    this.#outgoing = outgoing
    this.close = close
    this.closed = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  get backlog(): number {
    return this.#outgoing.waiting
  }

  send(message: Out): void {
    this.#outgoing.send(message)
  }

  onMessage(handle: (message: In) => void): void {
    this.incoming.listen(handle)
  }

  finish(how: ChannelEnd): void {
    this.incoming.finish(() => this.#resolve(how))
  }
}

/** One direction: what is sent arrives later, on the clock. */
class Line<M> {
  waiting = 0
  frozen = false
  readonly #clock: Clock
  readonly #faults: MemoryFaults | undefined
  readonly #prng: Prng | undefined
  #handle: ((message: M) => void) | undefined
  #early: M[] | undefined = []
  #lastArrivalMs = Number.NEGATIVE_INFINITY
  #onFinished: (() => void) | undefined
  #ended = false

  constructor(clock: Clock, faults: MemoryFaults | undefined, prng: Prng | undefined) {
    this.#clock = clock
    this.#faults = faults
    this.#prng = prng
  }

  send(message: M): void {
    if (this.#ended) return
    const copies = this.#copies(message)
    for (let i = 0; i < copies; i++) {
      this.waiting++
      this.#clock.at(this.#arrivalMs(), (copy: M) => this.#arrive(copy), structuredClone(message))
    }
  }

  listen(handle: (message: M) => void): void {
    this.#handle = handle
    const early = this.#early ?? []
    this.#early = undefined
    for (const message of early) handle(message)
  }

  finish(onFinished: () => void): void {
    if (this.#ended) return
    this.#ended = true
    this.#onFinished = onFinished
    this.#finishWhenEmpty()
  }

  #arrive(message: M): void {
    this.waiting--
    if (!this.frozen) {
      if (this.#handle === undefined) this.#early?.push(message)
      else this.#handle(message)
    }
    this.#finishWhenEmpty()
  }

  #finishWhenEmpty(): void {
    if (this.#ended && this.waiting === 0) this.#onFinished?.()
  }

  #copies(message: M): number {
    const faults = this.#faults
    if (faults === undefined || this.#prng === undefined) return 1
    if (!faults.affects(message as Command | Report)) return 1
    if (this.#prng.next() < faults.lossRatio) return 0
    return this.#prng.next() < faults.duplicateRatio ? 2 : 1
  }

  #arrivalMs(): number {
    const nowMs = this.#clock.nowMs()
    if (this.#faults === undefined || this.#prng === undefined) return nowMs
    const [min, max] = this.#faults.delayMs
    const dueMs = nowMs + min + (max - min) * this.#prng.next()
    if (this.#faults.reorder) return dueMs
    this.#lastArrivalMs = Math.max(dueMs, this.#lastArrivalMs)
    return this.#lastArrivalMs
  }
}
