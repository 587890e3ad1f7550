import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS, type Heard, Listener } from './response-parser.test-kit.ts'

// Random responses, damaged and not, against the parser inside Node (llhttp, strict). Where the two may differ is
// written in the corpus; here only what both take for a complete message must be the same message.

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,11}$/).map((name) => `X-${name}`)
const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/)
const fields = fc.array(fc.tuple(token, value), { maxLength: 6 })
const body = fc.stringMatching(/^[ -~\r\n]{0,40}$/)
const status = fc.integer({ min: 200, max: 599 }).filter((code) => code !== 204 && code !== 304)

const counted = fc.tuple(status, fields, body).map(([code, extra, text]) => {
  const lines = extra.map(([name, text]) => `${name}: ${text}\r\n`).join('')
  return `HTTP/1.1 ${code} Some Reason\r\n${lines}Content-Length: ${text.length}\r\n\r\n${text}`
})
const chunked = fc
  .tuple(status, fields, fc.array(body, { maxLength: 4 }), fields)
  .map(([code, extra, chunks, trailers]) => {
    const line = ([name, text]: [string, string]) => `${name}: ${text}\r\n`
    const data = chunks
      .filter((text) => text !== '')
      .map((text) => `${text.length.toString(16)};a="b"\r\n${text}\r\n`)
    const head = `HTTP/1.1 ${code} OK\r\nTransfer-Encoding: chunked\r\n${extra.map(line).join('')}`
    return `${head}\r\n${data.join('')}0\r\n${trailers.map(line).join('')}\r\n`
  })
const wellFormed = fc.oneof(counted, chunked)

/** A few bytes overwritten, inserted or removed, mostly with what matters to a parser. */
const damage = fc.array(
  fc.record({
    at: fc.nat(400),
    drop: fc.nat(3),
    put: fc.oneof(
      fc.constantFrom('\r', '\n', '\r\n', ' ', '\t', '\0', ':', ';', ',', '0', 'f', '"', '\x80'),
      fc.string({ maxLength: 3 }),
    ),
  }),
  { minLength: 1, maxLength: 4 },
)
const damaged = fc.tuple(wellFormed, damage).map(([text, changes]) => {
  let result = text
  for (const { at, drop, put } of changes) {
    const from = at % (result.length + 1)
    result = result.slice(0, from) + put + result.slice(from + drop)
  }
  return result
})
const garbage = fc
  .tuple(
    fc.constantFrom('', 'HTTP/1.1 200', 'HTTP/1.1 200 OK\r\n'),
    fc.uint8Array({ maxLength: 80 }),
  )
  .map(([start, bytes]) => start + Buffer.from(bytes).toString('latin1'))

// `npm run verify` asks for the long mode; a tenth is enough while working.
const share = process.env['ONRUSH_LONG'] === '1' ? 1 : 0.1
const runs = (count: number) => ({ numRuns: count * share, seed: 20_261_121 })

describe('ResponseParser, on random responses', () => {
  it('reads every well-formed response as llhttp does', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        const ours = hear(text, [])
        const theirs = llhttp(text)
        expect(theirs.complete).toBe(true)
        expect(ours).toMatchObject({ complete: true, status: theirs.status })
        expect(ours.headers.flat()).toEqual(theirs.headers)
        expect(ours.body.toString('latin1')).toBe(theirs.body)
      }),
      runs(1_500),
    )
  })
  it('reads a damaged response as llhttp does, where both take it', () => {
    let both = 0
    fc.assert(
      fc.property(damaged, (text) => {
        const ours = hear(text, [])
        const theirs = llhttp(text)
        if (!ours.complete || !theirs.complete) return
        both++
        expect(ours.status).toBe(theirs.status)
        expect(ours.body.toString('latin1')).toBe(theirs.body)
      }),
      runs(4_000),
    )
    expect(both).toBeGreaterThan(400 * share)
  })
  it('gives the same for any cut as for none, and one end at most', () => {
    const cuts = fc.array(fc.nat(500), { maxLength: 6 })
    fc.assert(
      fc.property(fc.oneof(wellFormed, damaged, garbage), cuts, (text, points) => {
        const whole = hear(text, [])
        expect(hear(text, points)).toEqual(whole)
        expect(whole.complete && whole.error !== undefined).toBe(false)
        // FIN came: nothing may be left waiting.
        expect(whole.busy).toBe(false)
        expect(whole.complete || whole.error !== undefined).toBe(true)
      }),
      runs(4_000),
    )
  })
  it('says of each response what a fresh parser says, whatever it read before', () => {
    // Many repeats, with a date that moves, a cut or some damage between them: what the memory of the last head must survive.
    const dated = fc.tuple(fc.constantFrom('', 'x'), fc.nat(2)).map(([body, second]) => {
      const head = `HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 12:00:0${second} GMT\r\n`
      return `${head}Content-Length: ${body.length}\r\n\r\n${body}`
    })
    const others = fc.oneof(
      wellFormed,
      damaged,
      dated.map((text) => `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${text}`),
    )
    const text = fc.oneof({ weight: 4, arbitrary: dated }, { weight: 1, arbitrary: others })
    const cut = fc.option(fc.nat(200), { freq: 4 })
    const aligned = fc.boolean()
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, cut, aligned), { minLength: 2, maxLength: 12 }),
        (all) => {
          const used = new Listener(SMALL_LIMITS).parser
          for (const [text, cut, aligned] of all) {
            const points = cut === null ? [] : [cut]
            const from = aligned ? 0 : 10
            expect(hear(text, points, from, used)).toEqual(hear(text, points, from))
          }
        },
      ),
      runs(1_500),
    )
  })
})

const SMALL_LIMITS = { ...DEFAULT_LIMITS, maxHeadBytes: 300, maxBodyBytes: 1_000 }

/** Feeds from the middle of a buffer of traps and ends with FIN. `used`: a parser that has read before. */
function hear(text: string, points: readonly number[], at = 10, used?: Listener['parser']): Heard {
  const bytes = Buffer.from(text, 'latin1')
  const listener = new Listener(SMALL_LIMITS, used)
  listener.parser.begin('GET', false, false)
  const cuts = points.map((point) => point % (bytes.length + 1)).sort((a, b) => a - b)
  let from = 0
  for (const to of [...cuts, bytes.length]) {
    const shared = Buffer.alloc(to - from + 20, '\r\n')
    bytes.copy(shared, at, from, to)
    listener.feed(shared, at, at + to - from)
    shared.fill(0x7a)
    from = to
  }
  listener.parser.finish()
  expect(listener.completions + listener.errors).toBe(1)
  return listener.heard()
}

interface NodeParser {
  initialize(type: number, resource: object): void
  execute(bytes: Uint8Array): number | Error
  finish(): undefined | Error
  [callback: number]: (...values: unknown[]) => unknown
}

/** Not public, and there since Node 0.x: good enough for a second opinion in a test. */
const { HTTPParser } = createRequire(import.meta.url)('node:_http_common') as {
  HTTPParser: (new () => NodeParser) & Record<string, number>
}

function llhttp(text: string) {
  const parser = new HTTPParser()
  const seen = { status: 0, headers: [] as unknown[], body: '', complete: false }
  parser.initialize(HTTPParser['RESPONSE']!, {})
  parser[HTTPParser['kOnHeaders']!] = () => undefined
  parser[HTTPParser['kOnHeadersComplete']!] = (...values) => {
    if (seen.complete) return
    seen.headers = (values[2] as unknown[] | undefined) ?? []
    seen.status = values[5] as number
  }
  parser[HTTPParser['kOnBody']!] = (bytes) => {
    if (!seen.complete) seen.body += (bytes as Buffer).toString('latin1')
  }
  parser[HTTPParser['kOnMessageComplete']!] = () => {
    if (seen.status >= 200) seen.complete = true
  }
  const result = parser.execute(Buffer.from(text, 'latin1'))
  if (!(result instanceof Error)) parser.finish()
  return seen
}
