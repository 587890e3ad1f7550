import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS, Listener } from './response-parser.test-kit.ts'
import { type ParseStage, ResponseParser, type ResponseSink } from './response-parser.ts'
import { Head } from './response-parser-head.ts'

const OK = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')

/** Calls `act` with the parser in each callback. */
class Acting implements ResponseSink {
  readonly calls: string[] = []
  readonly act: (call: string, parser: ResponseParser) => void
  readonly parser = new ResponseParser(this, DEFAULT_LIMITS)
  constructor(act: (call: string, parser: ResponseParser) => void) {
    this.act = act
  }
  onInformational(): void {
    this.#call('informational')
  }
  onHead(): void {
    this.#call('head')
  }
  onBody(): void {
    this.#call('body')
  }
  onComplete(): void {
    this.#call('complete')
  }
  onError(kind: string, when: ParseStage): void {
    this.#call(`${kind}@${when}`)
  }
  #call(name: string): void {
    this.calls.push(name)
    this.act(name, this.parser)
  }
}

describe('ResponseParser', () => {
  it('consumes nothing when idle', () => {
    const { parser } = new Listener()
    expect(parser.execute(OK, 0, OK.length)).toBe(0)
    parser.finish()
    expect(parser.busy).toBe(false)
  })
  it('leaves bytes behind the message alone even when the next request begins in onComplete', () => {
    const sink = new Acting((call, parser) => {
      if (call === 'complete') parser.begin('GET', false, false)
    })
    sink.parser.begin('GET', false, false)
    const two = Buffer.concat([OK, OK])
    expect(sink.parser.execute(two, 0, two.length)).toBe(OK.length)
    expect(sink.calls).toEqual(['head', 'body', 'complete'])
    expect(sink.parser.busy).toBe(true)
    expect(sink.parser.execute(two, OK.length, two.length)).toBe(two.length)
    expect(sink.calls).toHaveLength(6)
  })
  for (const stop of ['informational', 'head', 'body']) {
    it(`says nothing more when aborted in ${stop}`, () => {
      const sink = new Acting((call, parser) => {
        if (call === stop) parser.abort()
      })
      sink.parser.begin('GET', false, false)
      const bytes = Buffer.concat([Buffer.from('HTTP/1.1 103 X\r\n\r\n'), OK])
      sink.parser.execute(bytes, 0, bytes.length)
      sink.parser.finish()
      expect(sink.calls.at(-1)).toBe(stop)
      sink.calls.length = 0
      sink.parser.begin('HEAD', false, false)
      sink.parser.execute(OK, 0, OK.length)
      expect(sink.calls).toEqual(stop === 'head' ? ['head'] : ['head', 'complete'])
    })
  }
  it('knows where it waits', () => {
    const { parser } = new Listener()
    parser.begin('GET', false, false)
    const stages: string[] = [parser.stage]
    const pieces = [
      'HT',
      'TP/1.1 200 OK\r\nTransfer',
      '-Encoding: chunked\r\n\r\n',
      '5',
      '\r\nhel',
      'lo\r\n0\r\n',
    ]
    for (const piece of pieces) {
      parser.execute(Buffer.from(piece), 0, piece.length)
      stages.push(parser.stage)
    }
    expect(stages).toEqual([
      'before-response',
      'status-line',
      'header',
      'chunk-size',
      'chunk-size',
      'chunk-data',
      'trailer',
    ])
  })
  it('shows which fields the session must look at', () => {
    const { parser } = new Listener()
    parser.begin('GET', false, false)
    const text =
      'HTTP/1.1 302 Found\r\nset-cookie: a=1\r\nLOCATION: /x\r\nContent-Encoding: br\r\n' +
      'WWW-Authenticate: Basic\r\nKeep-Alive: timeout=5, max=7\r\nContent-Length: 0\r\n\r\n'
    parser.execute(Buffer.from(text), 0, text.length)
    expect(parser).toMatchObject({
      hasSetCookie: true,
      hasLocation: true,
      hasContentEncoding: true,
      hasWwwAuthenticate: true,
      keepAliveTimeoutSec: 5,
      keepAliveMax: 7,
      contentLength: 0,
    })
    parser.begin('GET', false, false)
    parser.execute(OK, 0, OK.length)
    expect(parser).toMatchObject({ hasSetCookie: false, hasLocation: false, contentLength: 2 })
  })
  it('allows copyHead only inside a head callback', () => {
    const { parser } = new Listener()
    expect(() => parser.copyHead()).toThrow()
  })
  it('takes a plain Uint8Array as well', () => {
    const listener = new Listener()
    listener.parser.begin('GET', false, false)
    listener.feed(new Uint8Array(OK), 0, OK.length)
    expect(listener.heard()).toMatchObject({ complete: true, reason: 'OK' })
  })
})

describe('Head', () => {
  it('finds fields without regard to case, first or all', () => {
    const head = new Head('HTTP/1.1 200\r\nA: 1\r\nb:2\r\na: 3\n\r\n', true)
    expect(head.first('a')).toBe('1')
    expect(head.all('a')).toEqual(['1', '3'])
    expect(head.first('c')).toBeUndefined()
    expect(head.reason).toBe('')
  })
  it('takes a long run of white space in linear time', () => {
    const head = new Head(`HTTP/1.1 200 OK\r\nA: x${' \t'.repeat(30_000)}y\r\n \r\n\r\n`, true)
    expect(head.first('a')).toHaveLength(60_002)
  })
})
