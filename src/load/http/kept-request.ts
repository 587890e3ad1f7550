/**
 * One request that is kept until its window ends, as it was: strings and heads that exist anyway, and of a large body only the beginning.
 * Most are replaced by slower ones before anybody sees them, so text is made of it last of all (`show`). What was sent is that of the
 * last attempt, after redirects and retries. Costs about a microsecond to make, and some tens to show.
 */
import type { ExemplarSource, ShownRequest, ShowOptions } from '../../contracts/exemplar.ts'
import {
  EXEMPLAR_HEAD_CHARS_MAX,
  EXEMPLAR_HELD_BODY_BYTES_MAX,
  EXEMPLAR_URL_CHARS_MAX,
} from '../../kernel/limits.ts'
import { maskAddress } from '../../kernel/mask-address.ts'
import type { Flight } from './flight.ts'
import { bufferOf, type ReceivedBody } from './received-body.ts'
import type { Head } from './response-parser-head.ts'
import type { Series } from './series.ts'
import { maskedField, maskedHead, shownBody } from './shown-message.ts'

export class KeptRequest implements ExemplarSource {
  readonly #worker: Flight['shared']['worker']
  readonly #mapStack: (stack: string) => string
  readonly #userId: number
  readonly #series: Series
  readonly #startedMs: number
  readonly #latencyUs: number
  readonly #lateUs: number
  readonly #phasesUs: Float64Array
  readonly #status: number
  readonly #requestLine: string
  readonly #url: string
  readonly #reused: boolean
  readonly #bytesIn: number
  readonly #bytesOut: number
  readonly #head: string
  readonly #fields: Flight['http2Fields']
  readonly #sent: string | Uint8Array | undefined
  readonly #isStream: boolean
  readonly #responseHead: Head | undefined
  readonly #received: ReceivedBody
  readonly #receivedBytes: number

  constructor(flight: Flight) {
    const context = flight.session!._context
    this.#worker = flight.shared.worker
    this.#mapStack = (stack) => context.mapStack(stack)
    this.#userId = context.userId
    this.#series = flight.series!
    this.#startedMs = flight.startedMs
    this.#latencyUs = flight.totalUs
    this.#lateUs = flight.lateUs
    this.#phasesUs = flight.phasesUs.slice()
    this.#status = flight.status
    this.#requestLine = `${flight.method} ${flight.path}`
    this.#url = flight.url
    this.#reused = flight.reused
    this.#bytesIn = flight.bytesReceived
    this.#bytesOut = flight.bytesSent
    this.#head = flight.head
    this.#fields = flight.http2Fields
    this.#sent = flight.prepared?.data
    this.#isStream = flight.prepared?.open !== undefined
    this.#responseHead = flight.responseHead
    this.#received = beginning(flight.received)
    this.#receivedBytes = flight.bodySize
  }

  show(how: ShowOptions): ShownRequest {
    const request = this.#request(how)
    return {
      userId: this.#userId,
      startMs: this.#startedMs - this.#worker.startedAtMs,
      latencyMs: this.#latencyUs / 1_000,
      responseMs: (this.#latencyUs + this.#lateUs) / 1_000,
      phasesMs: Array.from(this.#phasesUs, (us) => us / 1_000),
      status: this.#status,
      url: how.hide(maskAddress(this.#url), EXEMPLAR_URL_CHARS_MAX),
      isNewConnection: !this.#reused && this.#bytesOut > 0,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      place: this.#series.placeBy(this.#mapStack),
      traceId: /^traceparent: [0-9a-f]{2}-([0-9a-f]{32})-/im.exec(request.head)?.[1] ?? '',
      request,
      response: this.#response(how),
    }
  }

  #request(how: ShowOptions): ShownRequest['request'] {
    const lines =
      this.#fields === undefined
        ? this.#head === ''
          ? [`${this.#requestLine} (not sent)`]
          : this.#head.trimEnd().split('\r\n')
        : http2Lines(this.#fields)
    const head = how.hide(maskedHead(lines), EXEMPLAR_HEAD_CHARS_MAX)
    if (this.#isStream) return { head, body: '', bodyBytes: 0, note: 'a stream' }
    const type = lines.find((line) => /^content-type:/i.test(line)) ?? ''
    const bytes = this.#sent
    const sent = { bytes, type, codings: '', bytesInAll: bytes?.length ?? 0, isWhole: true }
    return { head, ...shownBody(sent, how) }
  }

  #response(how: ShowOptions): ShownRequest['response'] {
    const head = this.#responseHead
    if (head === undefined) return null
    const fields = head.pairs.map(([name, value]) => maskedField(name, value))
    const bytes = this.#received === '' ? undefined : bufferOf(this.#received)
    return {
      head: how.hide(
        [`${this.#status} ${head.reason}`.trimEnd(), ...fields].join('\n'),
        EXEMPLAR_HEAD_CHARS_MAX,
      ),
      ...shownBody(
        {
          bytes,
          type: head.first('content-type') ?? '',
          codings: head.all('content-encoding').join(','),
          bytesInAll: this.#receivedBytes,
          isWhole: bytes?.length === this.#receivedBytes,
        },
        how,
      ),
    }
  }
}

/** Of a large body a copy of its first bytes, so that the rest can go. */
function beginning(body: ReceivedBody): ReceivedBody {
  const size =
    typeof body === 'string' ? body.length : body.reduce((sum, { length }) => sum + length, 0)
  if (size <= EXEMPLAR_HELD_BODY_BYTES_MAX) return body
  if (typeof body === 'string') return [bufferOf(body.slice(0, EXEMPLAR_HELD_BODY_BYTES_MAX))]
  return [bufferOf(body).subarray(0, EXEMPLAR_HELD_BODY_BYTES_MAX)]
}

/** `:method` and the like as the first line, as HTTP/1.1 has it. */
function http2Lines(fields: Readonly<Record<string, string | readonly string[]>>): string[] {
  const lines = [`${fields[':method']} ${fields[':path']} HTTP/2`, `host: ${fields[':authority']}`]
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith(':')) continue
    for (const each of [value].flat()) lines.push(`${name}: ${each}`)
  }
  return lines
}
