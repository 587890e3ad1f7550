import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  allBytes,
  closing,
  type Expectation,
  type ExpectedResponse,
  type ResponseCase,
  responseCases,
  splitPoints,
  TOPICS,
} from '../../../test/fixtures/http1/load.ts'
import { DEFAULT_LIMITS, type Heard, Listener } from './response-parser.test-kit.ts'
import type { ParserLimits } from './response-parser.ts'

// Every response case of the corpus on the parser alone, whole, byte by byte and cut at every point, always from
// one buffer that is overwritten as soon as the parser returns.

for (const topic of TOPICS) {
  const cases = responseCases(topic)
  if (cases.length === 0) continue
  describe(topic, () => {
    for (const each of cases) {
      it(`${each.id}: ${each.title}`, () => {
        const bytes = allBytes(each.serverBytes)
        const whole = play(each, bytes, [])
        check(each, whole)
        const splits = splitPoints(bytes.length)
        if (bytes.length <= 300_000) {
          expectSame(play(each, bytes, everyByte(bytes.length)), whole, 'byte by byte')
        }
        for (const at of splits) expectSame(play(each, bytes, [at]), whole, `cut at ${at}`)
      })
    }
  })
}

const shared = Buffer.alloc(9 * 1024 * 1024)

function play(each: ResponseCase, bytes: Buffer, cuts: readonly number[]): Heard {
  const limits: ParserLimits = { ...DEFAULT_LIMITS, ...each.client }
  const listener = new Listener(limits)
  const headers = each.request.headers ?? []
  const has = (name: string, value: RegExp) =>
    headers.some(([key, text]) => key.toLowerCase() === name && value.test(text))
  listener.parser.begin(each.request.method, has('upgrade', /./), has('connection', /close/i))
  let from = 0
  for (const to of [...cuts, bytes.length]) {
    bytes.copy(shared, 0, from, to)
    listener.feed(shared, 0, to - from)
    shared.fill(0x58, 0, to - from)
    from = to
  }
  if (closing(each.serverBytes) === 'fin') listener.parser.finish()
  return listener.heard()
}

function check(each: ResponseCase, heard: Heard): void {
  const expectation = each.expect
  if (expectation.error !== undefined) {
    const { kind, when } = expectation.error
    if (kind === 'reset' || kind === 'timeout') {
      // The parser's part is to be waiting there; a drip that is merely too slow would complete.
      expect(heard.error).toBeUndefined()
      if (each.id === 't-drip-beyond-head' || each.id === 'i-endless') return
      expect(heard).toMatchObject({ complete: false, busy: true, stage: when })
    } else {
      expect(heard.error).toMatchObject({ kind, when })
      expect(heard.complete).toBe(false)
    }
    return
  }
  const wanted = expectation.responses ?? anyResponses(expectation)
  expect(wanted).toHaveLength(1)
  const response = wanted[0] as ExpectedResponse
  expect(heard.error).toBeUndefined()
  expect(heard.complete).toBe(true)
  expect(heard.status).toBe(response.status)
  if (response.reason !== undefined) expect(heard.reason).toBe(response.reason)
  expect(heard.headers).toEqual(response.headers)
  expect(heard.trailers).toEqual(response.trailers ?? [])
  expect(heard.informational).toEqual(response.informational ?? [])
  expect(heard.keepAlive).toBe(response.keepAlive)
  expect(heard.body.length).toBe(response.bodyLength)
  expect(sha256(heard.body)).toBe(response.bodySha256)
  const left = expectation.tunnelBytes?.length ?? expectation.unexpectedBytes ?? 0
  expect(heard.left.length).toBe(left)
  if (expectation.tunnelBytes !== undefined) {
    expect(heard.upgraded).toBe(true)
    expect(sha256(heard.left)).toBe(expectation.tunnelBytes.sha256)
  }
}

function anyResponses(expectation: Expectation) {
  return expectation.anyOf?.find((one) => one.responses !== undefined)?.responses ?? []
}

function expectSame(actual: Heard, whole: Heard, how: string): void {
  const { body, left, ...rest } = actual
  const { body: wholeBody, left: wholeLeft, ...wholeRest } = whole
  if (JSON.stringify(rest) !== JSON.stringify(wholeRest)) expect(rest, how).toEqual(wholeRest)
  if (!body.equals(wholeBody)) expect.fail(`${how}: another body`)
  if (!left.equals(wholeLeft)) expect.fail(`${how}: other bytes left over`)
}

function everyByte(size: number): number[] {
  return Array.from({ length: Math.max(0, size - 1) }, (_, i) => i + 1)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
