// HOT: one per message sent, until it is sent or answered.
/** One message on its way, from the call to its answer: what has to be known when it ends. */
import type { TimerHandle } from '../../../contracts/clock.ts'
import type { SeriesId } from '../../../contracts/measure.ts'
import type { Answer, Message, SocketError } from './answer.ts'
import type { Outbox } from './outbox.ts'

export class Outgoing {
  readonly outbox: Outbox
  readonly method: 'SEND' | 'REQUEST'
  readonly name: string
  readonly series: SeriesId
  readonly startMs: number
  readonly lateUs: number
  readonly match: ((message: Message) => boolean) | undefined
  readonly resolve: (answer: Answer) => void
  /** Bytes of its frame; 0 when it was never written. */
  bytesOut = 0
  /** When the kernel took it. */
  sentMs = Number.NaN
  /** Limit of a request, or the turn of the loop in which a send fails that could not be tried. */
  timer: TimerHandle = -1
  /** Why it fails when `timer` fires. */
  failure: SocketError | undefined = undefined
  ended = false

  constructor(
    outbox: Outbox,
    method: 'SEND' | 'REQUEST',
    name: string,
    series: SeriesId,
    startMs: number,
    lateUs: number,
    match: ((message: Message) => boolean) | undefined,
    resolve: (answer: Answer) => void,
  ) {
    this.outbox = outbox
    this.method = method
    this.name = name
    this.series = series
    this.startMs = startMs
    this.lateUs = lateUs
    this.match = match
    this.resolve = resolve
  }
}
