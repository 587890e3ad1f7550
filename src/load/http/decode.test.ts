import { createHash } from 'node:crypto'
import { brotliCompressSync, crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  allBytes,
  type ExpectedResponse,
  responseCases,
} from '../../../test/fixtures/http1/load.ts'
import { decodeBody } from './decode.ts'
import { xxh64Low32 } from './decode-xxh64.ts'
import { decodeZstdPortable } from './decode-zstd.ts'
import { Listener } from './response-parser.test-kit.ts'

const limits = { maxDecodedBytes: 1_000_000, maxContentCodings: 5 }
const broken = { kind: 'decode', when: 'content-encoding' }

// Made with `zstd --check --stream-size`: content size and checksum are in the frame.
const zstdHello = Buffer.from('KLUv/SQFKQAAaGVsbG+jbZ+I', 'base64')
const zstdDigits = Buffer.from('KLUv/STIjQAAUDAxMjM0NTY3ODkBALtSBQl+TFXB', 'base64')

describe('content-encoding cases of the corpus', () => {
  const cases = [...responseCases('content-encoding'), ...responseCases('bodyless')]
  for (const each of cases) {
    const response = each.expect.responses?.[0] as ExpectedResponse | undefined
    if (response?.decoded === undefined) continue
    const wanted = response.decoded
    it(`${each.id}: ${each.title}`, () => {
      const listener = new Listener()
      listener.parser.begin(each.request.method, false, false)
      const bytes = allBytes(each.serverBytes)
      listener.feed(bytes, 0, bytes.length)
      listener.parser.finish()
      const heard = listener.heard()
      const codings = heard.headers.filter(([name]) => name.toLowerCase() === 'content-encoding')
      const decoded = decodeBody(heard.body, codings.map(([, value]) => value).join(','), {
        ...limits,
        ...each.client,
      })
      if (wanted === null) expect(decoded).toBeUndefined()
      else if ('error' in wanted) expect(decoded).toMatchObject(wanted.error)
      else {
        const content = decoded as Uint8Array
        expect(content).toBeInstanceOf(Uint8Array)
        expect(content.length).toBe(wanted.length)
        expect(createHash('sha256').update(content).digest('hex')).toBe(wanted.sha256)
      }
    })
  }
})

describe('decodeBody', () => {
  const text = Buffer.from('hello '.repeat(40))
  const gzip = gzipSync(text)

  it('undoes codings in reverse order', () => {
    const body = brotliCompressSync(deflateSync(gzip))
    expect(decodeBody(body, 'gzip, deflate, br', limits)).toEqual(text)
  })
  it('returns the same array without a coding', () => {
    expect(decodeBody(text, ' , identity', limits)).toBe(text)
  })
  it('reads raw deflate', () => {
    expect(decodeBody(deflateRawSync(text), 'deflate', limits)).toEqual(text)
  })
  it('ignores zero padding behind gzip and refuses it with junk behind', () => {
    expect(decodeBody(Buffer.concat([gzip, Buffer.alloc(9)]), 'gzip', limits)).toEqual(text)
    const junk = Buffer.concat([gzip, Buffer.from([0, 0, 1])])
    expect(decodeBody(junk, 'gzip', limits)).toMatchObject(broken)
  })
  it('reads a gzip header with extra field, name, comment and checksum', () => {
    const head = Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 7, 7, 97, 0, 98, 0])
    const sum = Buffer.alloc(2)
    sum.writeUInt16LE(crc16(head))
    expect(decodeBody(Buffer.concat([head, sum, gzip.subarray(10)]), 'gzip', limits)).toEqual(text)
    sum[0]! ^= 1
    const wrong = Buffer.concat([head, sum, gzip.subarray(10)])
    expect(decodeBody(wrong, 'gzip', limits)).toMatchObject(broken)
  })
  it('refuses bytes behind deflate and brotli', () => {
    for (const [coding, body] of [
      ['deflate', deflateSync(text)],
      ['deflate', deflateRawSync(text)],
      ['br', brotliCompressSync(text)],
    ] as const) {
      expect(decodeBody(Buffer.concat([body, Buffer.from('x')]), coding, limits)).toMatchObject(
        broken,
      )
    }
  })
  it('refuses every cut of every coding', () => {
    const bodies = {
      gzip,
      deflate: deflateSync(text),
      br: brotliCompressSync(text),
      zstd: zstdHello,
    }
    for (const [coding, body] of Object.entries(bodies)) {
      for (let size = 1; size < body.length; size++) {
        expect(
          decodeBody(body.subarray(0, size), coding, limits),
          `${coding} ${size}`,
        ).toMatchObject(broken)
      }
    }
  })
  it('allows exactly the limit', () => {
    const exact = { ...limits, maxDecodedBytes: text.length }
    const less = { ...limits, maxDecodedBytes: text.length - 1 }
    expect(decodeBody(gzip, 'gzip', exact)).toEqual(text)
    expect(decodeBody(gzip, 'gzip', less)).toMatchObject({
      kind: 'too-large',
      when: 'decoded-body',
    })
    expect(decodeBody(Buffer.concat([gzip, gzip]), 'gzip', exact)).toMatchObject({
      kind: 'too-large',
    })
  })
  it('refuses more codings than the limit', () => {
    expect(decodeBody(text, 'gzip,gzip,gzip,gzip,gzip,gzip', limits)).toMatchObject({
      kind: 'too-large',
      when: 'content-encoding',
    })
  })
})

describe('zstd without help from Node', () => {
  it('reads several frames and skips skippable ones', () => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9])
    const body = Buffer.concat([zstdHello, skippable, zstdHello])
    expect(Buffer.from(decodeZstdPortable(body, 100)).toString()).toBe('hellohello')
  })
  it('refuses a wrong checksum, a wrong length and bytes behind the frame', () => {
    for (const at of [zstdHello.length - 1, 5]) {
      const wrong = Buffer.from(zstdHello)
      wrong[at]! ^= 1
      expect(() => decodeZstdPortable(wrong, 100)).toThrow(/differs|damaged/)
    }
    expect(() => decodeZstdPortable(Buffer.concat([zstdHello, Buffer.from('x')]), 100)).toThrow(
      /cut/,
    )
  })
  it('refuses a promised size and a window beyond the limits before it allocates', () => {
    expect(() => decodeZstdPortable(zstdHello, 4)).toThrow()
    const window = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 1, 0, 0])
    expect(() => decodeZstdPortable(window, 100)).toThrow(/window/)
  })
})

describe('xxh64', () => {
  it('gives the published values', () => {
    expect(xxh64Low32(new Uint8Array(0))).toBe(0x51d8e999)
    expect(xxh64Low32(Buffer.from('a'))).toBe(0xa98c6e5b)
    expect(xxh64Low32(Buffer.from('abc'))).toBe(0xad770999)
  })
  it('agrees with the zstd tool on more than one stripe', () => {
    expect(Buffer.from(decodeZstdPortable(zstdDigits, 200)).toString()).toBe(
      '0123456789'.repeat(20),
    )
  })
})

function crc16(bytes: Uint8Array): number {
  return crc32(bytes) & 0xffff
}
