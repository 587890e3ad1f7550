import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { append, bufferOf, type ReceivedBody } from './received-body.ts'

const MIB = 1_048_576

function keep(pieces: readonly Uint8Array[]): ReceivedBody {
  let body: ReceivedBody = ''
  for (const piece of pieces) {
    const shared = Buffer.concat([Buffer.from('<'), piece, Buffer.from('>')])
    body = append(body, shared, 1, 1 + piece.length)
    shared.fill(0) // the next read overwrites it
  }
  return body
}

describe('a received body', () => {
  it('is the bytes that came, in any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (pieces) => {
        expect(bufferOf(keep(pieces))).toEqual(Buffer.concat(pieces))
      }),
      { seed: 20_261_121 },
    )
  })
  it('leaves the heap beyond 1 MiB and loses nothing on the way', () => {
    const pieces = Array.from({ length: 40 }, (_, n) => Buffer.alloc(65_536, n))
    const body = keep(pieces)
    expect(typeof body).toBe('object')
    expect(bufferOf(body).equals(Buffer.concat(pieces))).toBe(true)
    expect(typeof keep([Buffer.alloc(MIB)])).toBe('string')
    expect(bufferOf(keep([Buffer.alloc(MIB + 1, 7)]))).toEqual(Buffer.alloc(MIB + 1, 7))
  })
  it('gives the script a copy each time', () => {
    const body = keep([Buffer.from('abc')])
    bufferOf(body).fill(0)
    expect(bufferOf(body).toString()).toBe('abc')
  })
})
