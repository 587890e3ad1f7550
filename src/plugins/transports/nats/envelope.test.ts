import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Report } from '../../../contracts/wire.ts'
import {
  envelope,
  farewellLetter,
  messageLetter,
  openEnvelope,
  openLetter,
  parcelLetter,
} from './envelope.ts'

const report: fc.Arbitrary<Report> = fc.oneof(
  fc.record({ type: fc.constant('log'), level: fc.constant('info'), text: fc.string() }),
  fc.record({ type: fc.constant('pong'), id: fc.nat(), epochMs: fc.nat() }),
  fc.record({
    type: fc.constant('snapshot'),
    sequence: fc.nat(),
    bytes: fc.uint8Array({ maxLength: 2_000 }),
  }),
) as fc.Arbitrary<Report>

test('what goes into an envelope comes out of it, in order', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(report), (number, reports) => {
      const opened = openEnvelope(envelope(number, reports.map(messageLetter)))
      const letters = reports.map((message) => ({ kind: 'message', message }))
      expect(opened).toEqual({ number, letters })
    }),
  )
})

test('parcels and farewells are told from messages', () => {
  const bytes = envelope(3, [parcelLetter('ab12'), farewellLetter('stopped ⏹')])
  expect(openEnvelope(bytes).letters).toEqual([
    { kind: 'parcel', hash: 'ab12' },
    { kind: 'farewell', why: 'stopped ⏹' },
  ])
  expect(openLetter(parcelLetter('ab12'))).toEqual({ kind: 'parcel', hash: 'ab12' })
})

test('a snapshot keeps its bytes when the buffer it came in is used again', () => {
  const bytes = envelope(0, [
    messageLetter({ type: 'snapshot', sequence: 1, bytes: new Uint8Array([1, 2]) }),
  ])
  const [letter] = openEnvelope(bytes).letters
  bytes.fill(9)
  expect(letter).toMatchObject({ message: { bytes: new Uint8Array([1, 2]) } })
})

test('foreign bytes are refused with an error or are no letters: never something else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        for (const letter of openEnvelope(bytes).letters) {
          expect(['message', 'parcel', 'farewell']).toContain(letter.kind)
        }
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
  )
})

test('a cut envelope is refused', () => {
  const whole = envelope(1, [farewellLetter('gone')])
  for (let length = 5; length < whole.length; length++) {
    expect(() => openEnvelope(whole.subarray(0, length))).toThrow()
  }
})
