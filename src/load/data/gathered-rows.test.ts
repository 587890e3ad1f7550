import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OnrushError } from '../../kernel/errors.ts'
import { ROW_BYTES_MAX } from '../../kernel/limits.ts'
import { gatherRows } from './gathered-rows.ts'

async function* inBatches(rows: readonly unknown[], size: number) {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\n', '\r\n', '"', '\u2028', '', ' '),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 4 }),
  fc.date({ noInvalidDate: true }),
  fc.jsonValue(),
)
const rows = fc.array(fc.dictionary(fc.string({ maxLength: 5 }), value, { maxKeys: 4 }), {
  maxLength: 100,
})

test('rows are the same, wherever they are kept and however they came', async () => {
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 2_000 }),
      async (given, size, bytes) => {
        const kept = await gatherRows(inBatches(given, 1), 'q', Number.POSITIVE_INFINITY)
        const other = await gatherRows(inBatches(given, size), 'q', bytes)
        expect(other.count).toBe(given.length)
        for (let index = given.length - 1; index >= 0; index--) {
          expect(other.at(index)).toEqual(kept.at(index))
          expect(Object.keys(other.at(index) as object)).toEqual(Object.keys(given[index]!))
        }
        other.close()
      },
    ),
    { numRuns: 60 },
  )
})

test('what JSON has no form for becomes text', async () => {
  const row = { a: 2n ** 60n, b: 7n, c: Number.NaN, d: new Uint8Array([0, 255]), e: new Date(0) }
  const kept = await gatherRows(inBatches([row], 1), 'q', 1_000)
  const e = '1970-01-01T00:00:00.000Z'
  expect(kept.at(0)).toEqual({ a: '1152921504606846976', b: 7, c: 'NaN', d: 'AP8=', e })
})

test('a row beyond the limit is a mistake that says so', async () => {
  const row = { text: 'x'.repeat(ROW_BYTES_MAX) }
  await expect(gatherRows(inBatches([row], 1), 'shop.db', 0)).rejects.toThrow(OnrushError)
  await expect(gatherRows(inBatches([row], 1), 'shop.db', 0)).rejects.toThrow(/more than 1 MB/)
})
