import fc from 'fast-check'
import { expect, test } from 'vitest'
import { datagrams } from './udp-carrier.ts'

test('datagrams hold whole lines, in order, as many as fit', () => {
  const line = fc.string({ minLength: 1, maxLength: 900, unit: 'grapheme-ascii' })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const message = Buffer.from(lines.map((each) => `${each}\n`).join(''))
      const parts = datagrams(message).map((each) => Buffer.from(each))
      expect(Buffer.concat(parts).equals(message)).toBe(true)
      for (const part of parts) expect(part.at(-1)).toBe(10)
      parts.forEach((part, index) => {
        expect(part.length).toBeLessThanOrEqual(1_432)
        const next = parts[index + 1]
        if (next !== undefined) expect(part.length + next.indexOf(10) + 1).toBeGreaterThan(1_432)
      })
    }),
  )
})
test('a line longer than a datagram goes alone', () => {
  const message = Buffer.from(`a\n${'b'.repeat(2_000)}\nc\n`)
  expect(datagrams(message).map((each) => each.length)).toEqual([2, 2_001, 2])
})
