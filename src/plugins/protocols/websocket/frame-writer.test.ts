import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BINARY, encodeClose, encodeFrame, TEXT } from './frame-writer.ts'
import { readClientFrames } from './websocket.test-kit.ts'

const mask = fc.integer({ min: 0, max: 0xffff_ffff })

test('a frame is masked and read back as what was sent, whatever the mask', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), mask, (text, key) => {
      const { frames, rest } = readClientFrames(encodeFrame(TEXT, text, key))
      expect(rest).toHaveLength(0)
      expect(frames).toEqual([
        { opcode: TEXT, last: true, masked: true, payload: Buffer.from(text) },
      ])
    }),
  )
})
test.each([0, 125, 126, 65_535, 65_536, 100_000])('%i bytes have a length that says so', (size) => {
  const payload = Buffer.alloc(size, 0xa5)
  const { frames, rest } = readClientFrames(encodeFrame(BINARY, payload, 0x01020304))
  expect(rest).toHaveLength(0)
  expect(frames[0]!.payload.equals(payload)).toBe(true)
})
test('the payload of the script is not changed by masking', () => {
  const payload = Uint8Array.of(1, 2, 3)
  encodeFrame(BINARY, payload, 0xffff_ffff)
  expect([...payload]).toEqual([1, 2, 3])
})
test('a reason too long for a control frame is cut between two characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), mask, (reason, key) => {
      const { payload } = readClientFrames(encodeClose(1000, reason, key)).frames[0]!
      expect(payload.length).toBeLessThanOrEqual(125)
      expect(payload.readUInt16BE(0)).toBe(1000)
      expect(reason.startsWith(payload.subarray(2).toString())).toBe(true)
    }),
  )
})
