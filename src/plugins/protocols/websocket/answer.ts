/** What became of one message: sent, answered, or why not. A failure is data, as everywhere. */
import { Buffer } from 'node:buffer'
import type { FailureKind } from '../../../contracts/measure.ts'

/** A text message is a string, a binary one is bytes. */
export type Message = string | Uint8Array

export interface SocketError {
  readonly kind: FailureKind
  readonly message: string
}

export class Answer {
  /** `undefined` when it was sent and, for a request, answered. */
  readonly error: SocketError | undefined
  /** The answer to a request; `undefined` when none came, and for a plain send. */
  readonly message: Message | undefined
  /** Until the answer came; for a send until the kernel took it. */
  readonly latencyMs: number

  constructor(error: SocketError | undefined, message: Message | undefined, latencyMs: number) {
    this.error = error
    this.message = message
    this.latencyMs = latencyMs
  }

  get ok(): boolean {
    return this.error === undefined
  }
  /** The answer as text; '' when there is none. */
  text(): string {
    return textOf(this.message ?? '')
  }
  /** The answer as JSON. Throws a SyntaxError that says what came instead. */
  json<T = unknown>(): T {
    const text = this.text()
    try {
      return JSON.parse(text) as T
    } catch (cause) {
      const what = text === '' ? 'it is empty' : `it begins ${JSON.stringify(text.slice(0, 60))}`
      throw new SyntaxError(`the message is not JSON: ${what}`, { cause })
    }
  }
}

export function textOf(message: Message): string {
  if (typeof message === 'string') return message
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString('utf8')
}
