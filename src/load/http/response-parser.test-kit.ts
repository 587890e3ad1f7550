/** Listens to one parser and copies all it hears, for tests. */
import type { FailureKind } from '../../contracts/measure.ts'
import {
  type ParserLimits,
  type ParseStage,
  ResponseParser,
  type ResponseSink,
} from './response-parser.ts'
import type { FieldPair } from './response-parser-head.ts'

export const DEFAULT_LIMITS: ParserLimits = {
  maxHeadBytes: 65_536,
  maxHeaderFields: 1_024,
  maxInformational: 64,
  maxChunkLineBytes: 4_096,
  maxBodyBytes: Number.MAX_SAFE_INTEGER,
}

export interface Heard {
  readonly status: number
  readonly reason: string
  readonly headers: readonly FieldPair[]
  readonly trailers: readonly FieldPair[]
  readonly informational: readonly { status: number; headers: readonly FieldPair[] }[]
  readonly complete: boolean
  readonly upgraded: boolean
  readonly keepAlive: boolean
  readonly error: { kind: FailureKind; when: ParseStage; message: string } | undefined
  readonly busy: boolean
  readonly stage: ParseStage
  readonly body: Buffer
  readonly left: Buffer
}

export class Listener implements ResponseSink {
  readonly parser: ResponseParser
  heads = 0
  completions = 0
  errors = 0
  #reason = ''
  #headers: readonly FieldPair[] = []
  #informational: { status: number; headers: readonly FieldPair[] }[] = []
  #error: Heard['error']
  #body: Buffer[] = []
  #left: Buffer[] = []

  /** `used`: a parser that others have listened to before. */
  constructor(limits: ParserLimits = DEFAULT_LIMITS, used?: ResponseParser) {
    this.parser = used ?? new ResponseParser(this, limits)
    this.parser.reportTo(this)
  }

  /** Bytes left over behind an error are nobody's and not kept. */
  feed(bytes: Uint8Array, start: number, end: number): void {
    const at = this.parser.execute(bytes, start, end)
    if (at < start || at > end) throw new Error(`consumed up to ${at} of [${start}, ${end})`)
    if (at < end && this.#error === undefined) this.#left.push(Buffer.from(bytes.subarray(at, end)))
  }

  heard(): Heard {
    const parser = this.parser
    return {
      status: parser.status,
      reason: this.#reason,
      headers: this.#headers,
      trailers: parser.trailers?.pairs ?? [],
      informational: this.#informational,
      complete: this.completions === 1,
      upgraded: parser.upgraded,
      keepAlive: parser.keepAlive,
      error: this.#error,
      busy: parser.busy,
      stage: parser.stage,
      body: Buffer.concat(this.#body),
      left: Buffer.concat(this.#left),
    }
  }

  onInformational(parser: ResponseParser): void {
    this.#informational.push({ status: parser.status, headers: parser.copyHead().pairs })
  }
  onHead(parser: ResponseParser): void {
    this.heads++
    const head = parser.copyHead()
    this.#reason = head.reason
    this.#headers = head.pairs
  }
  onBody(bytes: Uint8Array, start: number, end: number): void {
    this.#body.push(Buffer.from(bytes.subarray(start, end)))
  }
  onComplete(): void {
    this.completions++
  }
  onError(kind: FailureKind, when: ParseStage, message: string): void {
    this.errors++
    this.#error = { kind, when, message }
  }
}
