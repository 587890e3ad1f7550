/** Kept requests as bytes, the last section of a snapshot: field by field, so that whatever is read has the right shape. */
import { EXEMPLAR_REASONS, type Exemplar, type ShownMessage } from '../../contracts/exemplar.ts'
import { EXEMPLARS_OF_RUN_MAX, SERIES_TAGS_MAX } from '../../kernel/limits.ts'
import { type ByteReader, type ByteWriter, SnapshotError } from './byte-stream.ts'

const PHASES_MAX = 16
const TAGS_MAX = 3 * SERIES_TAGS_MAX + 1

export function writeExemplars(out: ByteWriter, exemplars: readonly Exemplar[]): void {
  out.list(exemplars, (each) => writeExemplar(out, each))
}

export function readExemplars(input: ByteReader): Exemplar[] {
  return input.list(EXEMPLARS_OF_RUN_MAX, () => readExemplar(input))
}

function writeExemplar(out: ByteWriter, each: Exemplar): void {
  out.byte(EXEMPLAR_REASONS.indexOf(each.why))
  const { id, kind, method, name, url, place, traceId } = each
  for (const text of [id, kind, method, name, url, place, traceId]) out.text(text)
  out.list(Object.entries(each.tags ?? {}), ([key, value]) => {
    out.text(key)
    out.text(value)
  })
  const { worker, userId, startMs, latencyMs, responseMs, status, bytesIn, bytesOut } = each
  const numbers = [worker, userId, startMs, latencyMs, responseMs, status, bytesIn, bytesOut]
  for (const value of numbers) out.number(value)
  out.byte(each.isNewConnection ? 1 : 0)
  out.list(each.phasesMs, (ms) => out.number(ms))
  out.list(each.error === null ? [] : [each.error], (error) => {
    out.text(error.kind)
    out.text(error.message)
  })
  writeMessage(out, each.request)
  out.list(each.response === null ? [] : [each.response], (response) => writeMessage(out, response))
}

function readExemplar(input: ByteReader): Exemplar {
  const why = EXEMPLAR_REASONS[input.byte()]
  if (why === undefined) throw new SnapshotError('a request was kept for an unknown reason')
  const head = {
    why,
    id: input.text(),
    kind: input.text(),
    method: input.text(),
    name: input.text(),
    url: input.text(),
    place: input.text(),
    traceId: input.text(),
  }
  const tags = input.list(TAGS_MAX, (): [string, string] => [input.text(), input.text()])
  return {
    ...head,
    ...(tags.length > 0 && { tags: Object.fromEntries(tags) }),
    worker: input.number(),
    userId: input.number(),
    startMs: input.number(),
    latencyMs: input.number(),
    responseMs: input.number(),
    status: input.number(),
    bytesIn: input.number(),
    bytesOut: input.number(),
    isNewConnection: input.byte() === 1,
    phasesMs: input.list(PHASES_MAX, () => input.number()),
    error: input.list(1, () => ({ kind: input.text(), message: input.text() }))[0] ?? null,
    request: readMessage(input),
    response: input.list(1, () => readMessage(input))[0] ?? null,
  }
}

function writeMessage(out: ByteWriter, { head, body, bodyBytes, note }: ShownMessage): void {
  out.text(head)
  out.text(body)
  out.number(bodyBytes)
  out.text(note)
}

const readMessage = (input: ByteReader): ShownMessage => ({
  head: input.text(),
  body: input.text(),
  bodyBytes: input.number(),
  note: input.text(),
})
