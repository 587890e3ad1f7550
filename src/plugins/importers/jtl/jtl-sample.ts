/** One sample of JMeter, from its columns or attributes, as a request or a transaction. */
import type { ForeignSample } from '../../../contracts/foreign.ts'
import {
  type FailureKind,
  TRANSACTION_KIND,
  TRANSACTION_METHOD,
} from '../../../contracts/measure.ts'
import { RowMistake } from '../../../kernel/row-mistake.ts'

/** As text, by the names of the CSV columns; undefined: the file has it not. */
export interface JtlFields {
  readonly timeStamp: string | undefined
  readonly elapsed: string | undefined
  readonly label: string | undefined
  readonly responseCode: string | undefined
  readonly responseMessage: string | undefined
  readonly failureMessage: string | undefined
  readonly success: string | undefined
  readonly bytes: string | undefined
  readonly sentBytes: string | undefined
  readonly Latency: string | undefined
  readonly Connect: string | undefined
  readonly method: string | undefined
}

const TRANSACTION = /^Number of samples in transaction\b/
const HTTP_STATUS = /^[1-5]\d\d$/
/** Java's exceptions → why a request failed. The first that is found in the code counts. */
const EXCEPTIONS: readonly (readonly [part: string, kind: FailureKind])[] = [
  ['UnknownHost', 'dns'],
  ['ConnectTimeout', 'connect-timeout'],
  ['SocketTimeout', 'timeout'],
  ['ConnectException', 'refused'],
  ['HttpHostConnect', 'refused'],
  ['SSL', 'tls'],
  ['NoHttpResponse', 'closed'],
  ['SocketException', 'reset'],
]

/** Throws `RowMistake` without a time. */
export function toSample(fields: JtlFields): ForeignSample {
  const startEpochMs = numberOf(fields.timeStamp, 'timeStamp')
  const latencyMs = numberOf(fields.elapsed, 'elapsed')
  const code = fields.responseCode ?? ''
  const isWhole = isTransaction(fields.responseMessage)
  const firstByteMs = Math.min(latencyMs, Number(fields.Latency ?? 0) || 0)
  const connectMs = Math.min(firstByteMs, Number(fields.Connect ?? 0) || 0)
  return {
    kind: isWhole ? TRANSACTION_KIND : kindOf(code),
    method: isWhole ? TRANSACTION_METHOD : (fields.method ?? ''),
    name: fields.label ?? '',
    startEpochMs,
    latencyMs,
    status: HTTP_STATUS.test(code) ? Number(code) : 0,
    bytesIn: Number(fields.bytes ?? 0) || 0,
    bytesOut: Number(fields.sentBytes ?? 0) || 0,
    phasesMs: [0, connectMs, 0, 0, firstByteMs - connectMs, latencyMs - firstByteMs],
    ...(fields.success?.toLowerCase() === 'false' && { error: errorOf(fields, isWhole) }),
  }
}

/** What a transaction controller wrote: the sum of requests that stand beside it or in it. */
export const isTransaction = (message: string | undefined): boolean =>
  TRANSACTION.test(message ?? '')

/** Other samplers use codes of their own, or none. */
const kindOf = (code: string): string =>
  HTTP_STATUS.test(code) || code.startsWith('Non HTTP') ? 'http' : 'sample'

function errorOf(
  { responseCode = '', responseMessage, failureMessage }: JtlFields,
  isWhole: boolean,
): NonNullable<ForeignSample['error']> {
  if (isWhole) return { kind: 'other', message: 'a sample in it failed' }
  if (failureMessage) return { kind: 'check', message: failureMessage }
  if (HTTP_STATUS.test(responseCode) && Number(responseCode) >= 400) {
    return { kind: 'status', message: `status ${responseCode}` }
  }
  const kind = EXCEPTIONS.find(([part]) => responseCode.includes(part))?.[1] ?? 'other'
  return {
    kind,
    message: [responseCode, responseMessage].filter(Boolean).join(' ') || 'marked as failed',
  }
}

function numberOf(text: string | undefined, column: string): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  throw new RowMistake(
    `${column} is ${text === undefined ? 'missing' : `"${text}"`}, not a number of ms`,
  )
}
