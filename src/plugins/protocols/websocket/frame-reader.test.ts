import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FrameReader, type FrameSink } from './frame-reader.ts'
import { closeFrame, rawFrame, textFrame } from './websocket.test-kit.ts'

/** What was told, in order. */
class Told implements FrameSink {
  readonly lines: string[] = []
  readonly messages: (string | Uint8Array)[] = []
  wireBytes = 0

  onMessage(message: string | Uint8Array, wireBytes: number): void {
    this.messages.push(message)
    this.wireBytes += wireBytes
    this.lines.push(typeof message === 'string' ? `text ${message}` : `bytes ${[...message]}`)
  }
  onPing(payload: Uint8Array): void {
    this.lines.push(`ping ${[...payload]}`)
  }
  onPong(payload: Uint8Array): void {
    this.lines.push(`pong ${[...payload]}`)
  }
  onClose(code: number, reason: string): void {
    this.lines.push(`close ${code} ${reason}`)
  }
  onProblem(kind: string, closeCode: number, message: string): void {
    this.lines.push(`${kind} ${closeCode}: ${message}`)
  }
}

function read(pieces: readonly Uint8Array[], maxMessageBytes = 1_000_000): Told {
  const told = new Told()
  const reader = new FrameReader(told, maxMessageBytes)
  for (const piece of pieces) reader.push(piece)
  return told
}
const heard = (...frames: readonly Uint8Array[]): string[] => read(frames).lines

describe('messages', () => {
  test('text and bytes come whole, in order', () => {
    expect(heard(textFrame('héllo'), rawFrame(0x82, Uint8Array.of(1, 2)), textFrame(''))).toEqual([
      'text héllo',
      'bytes 1,2',
      'text ',
    ])
  })
  test('fragments are one message; a ping between them is told at once', () => {
    expect(
      heard(rawFrame(0x01, 'he'), rawFrame(0x00, ''), rawFrame(0x89, 'p'), rawFrame(0x80, 'llo')),
    ).toEqual(['ping 112', 'text hello'])
  })
  test('a character cut between two fragments is whole again', () => {
    const bytes = Buffer.from('€')
    expect(heard(rawFrame(0x01, bytes.subarray(0, 1)), rawFrame(0x80, bytes.subarray(1)))).toEqual([
      'text €',
    ])
  })
  test('bytes handed out do not change when the buffer they came in is used again', () => {
    const buffer = rawFrame(0x82, Uint8Array.of(7, 8, 9))
    const told = read([buffer])
    buffer.fill(0)
    expect([...(told.messages[0] as Uint8Array)]).toEqual([7, 8, 9])
  })
  test.each([125, 126, 65_535, 65_536, 200_000])(
    '%i bytes are one frame and one message',
    (size) => {
      const told = read([rawFrame(0x82, Buffer.alloc(size, 5))])
      expect(told.messages.map((each) => each.length)).toEqual([size])
      expect(told.wireBytes).toBe(rawFrame(0x82, Buffer.alloc(size)).length)
    },
  )
})

describe('what a server must not send', () => {
  test.each([
    [
      'a reserved bit',
      rawFrame(0xc1, 'x'),
      'malformed 1002: a frame has reserved bits set, and no extension was agreed on',
    ],
    ['an unknown data opcode', rawFrame(0x83), 'malformed 1002: a frame has the unknown opcode 3'],
    [
      'an unknown control opcode',
      rawFrame(0x8b),
      'malformed 1002: a frame has the unknown opcode 11',
    ],
    [
      'a mask',
      Buffer.from([0x81, 0x80, 1, 2, 3, 4]),
      'malformed 1002: a frame of the server is masked',
    ],
    ['a fragmented ping', rawFrame(0x09), 'malformed 1002: a control frame is fragmented'],
    [
      'a long ping',
      rawFrame(0x89, Buffer.alloc(126)),
      'malformed 1002: a control frame is longer than 125 bytes',
    ],
    [
      'a continuation of nothing',
      rawFrame(0x80, 'x'),
      'malformed 1002: a message is continued that never began',
    ],
    [
      'a message within a message',
      Buffer.concat([rawFrame(0x01, 'a'), textFrame('b')]),
      'malformed 1002: a message begins before the one before it has ended',
    ],
    [
      'text that is not UTF-8',
      rawFrame(0x81, Uint8Array.of(0xff)),
      'malformed 1007: a text message is not UTF-8',
    ],
    [
      'a Close of one byte',
      rawFrame(0x88, 'x'),
      'malformed 1002: a Close frame has no code that may be sent',
    ],
    [
      'a Close with a code of nobody',
      closeFrame(1005),
      'malformed 1002: a Close frame has no code that may be sent',
    ],
    [
      'a reason that is not UTF-8',
      rawFrame(0x88, Uint8Array.of(3, 232, 0xff)),
      'malformed 1007: the reason of a Close frame is not UTF-8',
    ],
    [
      'a length beyond all numbers',
      Buffer.from([0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255]),
      'too-large 1009: a message is longer than maxMessageBytes, 1000000',
    ],
  ])('%s', (_name, bytes, line) => {
    expect(heard(bytes, textFrame('never read'))).toEqual([line])
  })
  test('a message that is too large is refused by its head, alone or as the sum of its fragments', () => {
    expect(read([rawFrame(0x82, '', 11)], 10).lines).toEqual([
      'too-large 1009: a message is longer than maxMessageBytes, 10',
    ])
    expect(read([rawFrame(0x02, 'abcdef'), rawFrame(0x80, 'ghijk')], 10).lines).toHaveLength(1)
    expect(read([rawFrame(0x02, 'abcdef'), rawFrame(0x80, 'ghij')], 10).messages).toHaveLength(1)
  })
})

test('Close is the end: code and reason are told, and nothing after it is read', () => {
  expect(heard(closeFrame(1001, 'later'), textFrame('x'))).toEqual(['close 1001 later'])
  expect(heard(rawFrame(0x88))).toEqual(['close 1005 '])
})

describe('whatever the pieces', () => {
  const frame = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => textFrame(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => rawFrame(0x82, bytes)),
    fc.uint8Array({ maxLength: 125 }).map((bytes) => rawFrame(0x89, bytes)),
    fc
      .array(fc.uint8Array({ maxLength: 50 }), { minLength: 2, maxLength: 5 })
      .map((parts) =>
        Buffer.concat(
          parts.map((part, i) =>
            rawFrame((i === 0 ? 2 : 0) + (i === parts.length - 1 ? 0x80 : 0), part),
          ),
        ),
      ),
  )
  test('a stream cut anywhere is read as the same stream in one piece', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.nat(40)), (frames, cuts) => {
        const whole = Buffer.concat(frames)
        const pieces: Buffer[] = []
        let at = 0
        for (let i = 0; at < whole.length; i++) {
          const size = cuts.length === 0 ? 1 : cuts[i % cuts.length]! + 1
          pieces.push(whole.subarray(at, at + size))
          at += size
        }
        const inPieces = read(pieces)
        expect(inPieces.lines).toEqual(read([whole]).lines)
        expect(inPieces.lines).toHaveLength(frames.length)
      }),
    )
  })
  test('noise never throws, and after the first problem or Close all is silence', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 })), (pieces) => {
        const { lines } = read(pieces, 1_000)
        const end = lines.findIndex((line) => /^(malformed|too-large|close) /.test(line))
        expect(end === -1 || end === lines.length - 1).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})
