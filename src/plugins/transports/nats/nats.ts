/**
 * Workers on any number of machines, over a NATS server with JetStream that all of them and the coordinator dial. A run has a
 * stream of its own, deleted at its end; what it holds is forgotten after ten minutes, so that a run whose coordinator died
 * can be finished (`left-behind.ts`). Who may connect to the server is the server's business: credentials and TLS are those of the link.
 *
 * While the line to the server is down nobody is lost: `interrupted` says so, and workers stop by themselves in time.
 */
import type { Msg } from '@nats-io/transport-node'
import type { Clock } from '../../../contracts/clock.ts'
import type { Command, Labels, OnWorker, Report, Transport } from '../../../contracts/wire.ts'
import { OnrushError, problem } from '../../../kernel/errors.ts'
import { JOINED_WORKERS_MAX } from '../../../kernel/limits.ts'
import { asReport } from '../../../run/wire/messages.ts'
import { Inbox } from './inbox.ts'
import { describeStream } from './left-behind.ts'
import type { Link } from './link.ts'
import { Parcels } from './parcels.ts'
import { claimWorker, findWorkers, hasLabels, type PoolWorker } from './pool.ts'
import { PostChannel } from './post-channel.ts'
import { PrepareWriter } from './prepare-parcel.ts'
import { newRunKey } from './seal.ts'
import { newId, STREAM_PREFIX, sessionSubjects, slotOf } from './subjects.ts'

const KEPT_NS = 600e9
/** A message that is sent again is known as such for so long: no outage that a run survives takes it. */
const REPEATS_KNOWN_NS = 120e9
/** Streams of coordinators that died: empty, read by nobody, and older than this. */
const FORGOTTEN_AFTER_MS = 600_000
/** A coordinator hears its own beat, too: missing so many of them it is cut off, and knows that before it misses a worker. */
const BEAT_MS = 250
const UNHEARD_BEATS = 3
/** From the start message to the start, at least, and so much more per worker: measured with a thousand of them. */
const START_LEAD_MS = 100
const START_LEAD_MS_PER_WORKER = 0.5
/** Who comes later is found within this. */
const LATE_EVERY_MS = 1_000
/** Answers to one question come within this. */
const FIND_MS = 300

export interface NatsOptions {
  readonly link: Link
  readonly clock: Clock
  /** Of this program: other workers are not taken. */
  readonly version: string
  /** Workers without one of them are left alone. */
  readonly labels?: Labels
  /** Workers that come while the run goes on are taken, too. */
  readonly takesLate?: boolean
  /** For people: who asks for workers. */
  readonly by: string
  /** Something is wrong with the line; goes on by itself where it can. */
  onTrouble(text: string): void
}

/** Who was there when it was asked. */
export interface PoolState {
  readonly taken: readonly PoolWorker[]
  readonly busy: readonly PoolWorker[]
  /** Free, and of another version. */
  readonly others: readonly PoolWorker[]
  /** Free or not, without the labels that were asked for. */
  readonly unlike: readonly PoolWorker[]
}

export interface NatsTransport extends Transport {
  /**
   * Takes `count` free workers, or with `null` all that are there, at least one and at most `most`. Resolves with fewer when they
   * are not there after `waitMs`. Who was taken is freed by `close`.
   */
  claim(count: number | null, waitMs: number, most: number): Promise<PoolState>
}

export function natsTransport(options: NatsOptions): NatsTransport {
  return new NatsCoordinator(options)
}

type CoordinatorEnd = PostChannel<Report, Command>

class NatsCoordinator implements NatsTransport {
  readonly name = 'nats'
  readonly #options: NatsOptions
  readonly #session: string
  readonly #subjects: ReturnType<typeof sessionSubjects>
  readonly #parcels: Parcels
  readonly #runKey = newRunKey()
  readonly #writer: PrepareWriter
  readonly #taken: { readonly worker: PoolWorker; readonly channel: CoordinatorEnd }[] = []
  /** By the number that stands in subjects. Some of those asked were taken by somebody else meanwhile. */
  readonly #asked: CoordinatorEnd[] = []
  #inbox: Inbox | undefined
  #beat: NodeJS.Timeout | undefined
  #unheardBeats = 0
  #isNamed = false
  #closed = false

  constructor(options: NatsOptions) {
    this.#options = options
    this.#session = newId()
    this.#subjects = sessionSubjects(this.#session)
    this.#parcels = new Parcels(options.link)
    this.#writer = new PrepareWriter(this.#parcels, this.#runKey)
  }

  get interrupted(): boolean {
    return !this.#options.link.up || this.#unheardBeats >= UNHEARD_BEATS
  }

  get startLeadMs(): number {
    return START_LEAD_MS + START_LEAD_MS_PER_WORKER * this.#taken.length
  }

  async claim(count: number | null, waitMs: number, most: number): Promise<PoolState> {
    const { link, clock, labels = {}, onTrouble } = this.#options
    const fits = (each: PoolWorker): boolean => hasLabels(each, labels)
    const mine = (each: PoolWorker): boolean => this.#isMine(each)
    await this.#open()
    const wanted = Math.min(count ?? most, most)
    const untilMs = clock.nowMs() + waitMs
    for (;;) {
      const missing = wanted - this.#taken.length
      const all = await findWorkers(
        link,
        FIND_MS,
        (each) => count !== null && each.filter(mine).length >= missing,
        onTrouble,
      )
      const found = all.filter(fits)
      await this.#take(found.filter(mine).slice(0, missing))
      const isEnough = this.#taken.length >= (count ?? 1)
      if (isEnough || clock.nowMs() >= untilMs || link.closed) {
        const ids = new Set(this.#taken.map(({ worker }) => worker.id))
        this.#taken.sort((one, other) => compare(one.worker.name, other.worker.name))
        return {
          taken: this.#taken.map(({ worker }) => worker),
          busy: found.filter((each) => each.servedBy !== null && !ids.has(each.id)),
          others: found.filter((each) => each.servedBy === null && !mine(each)),
          unlike: all.filter((each) => !fits(each)),
        }
      }
    }
  }

  async start(count: number, onWorker: OnWorker): Promise<void> {
    if (this.#taken.length < count) throw new Error(`only ${this.#taken.length} were taken`)
    for (const [index, { channel, worker }] of this.#taken.entries())
      onWorker(channel, index, worker)
    if (this.#options.takesLate === true) void this.#takeLate(count, onWorker)
  }

  /** Asks again and again, until the run is over. */
  async #takeLate(count: number, onWorker: OnWorker): Promise<void> {
    const { link, onTrouble } = this.#options
    for (let index = count; !this.#closed; ) {
      await link.pause(LATE_EVERY_MS)
      if (this.#closed || !link.up || index >= JOINED_WORKERS_MAX) continue
      const found = await findWorkers(link, FIND_MS, () => false, onTrouble)
      if (this.#closed) return
      await this.#take(found.filter((each) => this.#isMine(each)))
      for (; index < this.#taken.length && !this.#closed; index++) {
        const { channel, worker } = this.#taken[index]!
        onWorker(channel, index, worker)
      }
    }
  }

  #isMine(worker: PoolWorker): boolean {
    const { version, labels = {} } = this.#options
    return worker.servedBy === null && worker.version === version && hasLabels(worker, labels)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#beat)
    const { link } = this.#options
    await Promise.all(this.#taken.map(({ channel }) => channel.drained()))
    if (link.up) link.connection.publish(this.#subjects.beat, 'the run is over')
    for (const channel of this.#asked) channel.close()
    this.#inbox?.close()
    if (link.up && this.#inbox !== undefined) {
      await link.jsm.streams.delete(this.#subjects.stream).catch((error: Error) => {
        this.#options.onTrouble(`the run's messages could not be deleted: ${error.message}`)
      })
    }
    await link.close()
  }

  async #open(): Promise<void> {
    if (this.#inbox !== undefined) return
    const { link, onTrouble } = this.#options
    await this.#addStream()
    this.#inbox = new Inbox({
      link,
      stream: this.#subjects.stream,
      subject: this.#subjects.postOf('from', '*'),
      onMessage: (subject, bytes) => this.#asked[slotOf(subject)]?.take(bytes),
      onTrouble,
    })
    const hearPulse = ({ subject }: Msg): void => this.#asked[slotOf(subject)]?.beat()
    const hearOwnBeat = (): void => {
      this.#unheardBeats = 0
    }
    link.listen(this.#subjects.pulse('from', '*'), hearPulse, onTrouble)
    link.listen(this.#subjects.beat, hearOwnBeat, onTrouble)
    this.#beat = setInterval(() => {
      this.#unheardBeats++
      if (link.up) link.connection.publish(this.#subjects.beat)
    }, BEAT_MS)
  }

  /** Throws `OnrushError`: the disk is full, or this account may not. */
  async #addStream(): Promise<void> {
    const { jsm, connection } = this.#options.link
    try {
      await this.#forgetOld()
      await jsm.streams.add({
        name: this.#subjects.stream,
        subjects: [this.#subjects.post],
        storage: 'file',
        max_age: KEPT_NS,
        duplicate_window: REPEATS_KNOWN_NS,
      })
    } catch (error) {
      const cannot = problem(
        'E_JOIN',
        connection.getServer(),
        'the NATS server keeps no messages for this run',
        (error as Error).message,
        'see that its disk has room, and that this account may use $JS.API.>',
      )
      throw new OnrushError([cannot], { cause: error })
    }
  }

  async #take(workers: readonly PoolWorker[]): Promise<void> {
    const { link, by } = this.#options
    await Promise.all(
      workers.map(async (worker) => {
        // Before it is asked: its first word may come sooner than its answer.
        const slot = this.#asked.length
        const channel = this.#newChannel(slot)
        this.#asked.push(channel)
        const claim = { session: this.#session, slot, by }
        const isMine = await claimWorker(link, worker, claim, this.#runKey)
        if (isMine) this.#taken.push({ worker, channel })
      }),
    )
  }

  #newChannel(slot: number): CoordinatorEnd {
    const { link, onTrouble } = this.#options
    return new PostChannel<Report, Command>({
      link,
      parcels: this.#parcels,
      subject: this.#subjects.postOf('to', slot),
      pulse: this.#subjects.pulse('to', slot),
      sender: `${this.#session}/to/${slot}`,
      onTrouble,
      read: asReport,
      write: (command) => {
        if (command.type === 'prepare') this.#nameStream(command.runId)
        return this.#writer.write(command)
      },
    })
  }

  /** Whose run it is, for who finds it when this process has died. */
  #nameStream(runId: string): void {
    if (this.#isNamed) return
    this.#isNamed = true
    const { link, onTrouble } = this.#options
    const description = describeStream(runId)
    link.jsm.streams.update(this.#subjects.stream, { description }).catch((error: Error) => {
      onTrouble(`the run could not be recovered if this process died: ${error.message}`)
    })
  }

  async #forgetOld(): Promise<void> {
    const { link, clock } = this.#options
    for await (const { config, state, created } of link.jsm.streams.list()) {
      if (!config.name.startsWith(STREAM_PREFIX)) continue
      const ageMs = clock.epochMs() - Date.parse(created)
      const isDead = state.messages === 0 && state.consumer_count === 0
      if (isDead && ageMs > FORGOTTEN_AFTER_MS) await link.jsm.streams.delete(config.name)
    }
  }
}

/** box-2 before box-10. */
const { compare } = new Intl.Collator('en', { numeric: true })
