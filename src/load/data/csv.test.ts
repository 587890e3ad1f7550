import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCsvRow } from '../../kernel/csv-row.ts'
import { RowMistake } from '../../kernel/row-mistake.ts'
import { RowScanner } from '../../kernel/row-scanner.ts'
import { CsvFormat } from './row-format.ts'

/** Rows of a text that comes in pieces of `chunkBytes`: fields, line, offset. */
function read(text: string, chunkBytes = 1 << 20, delimiter = ',') {
  const rows: { fields: string[]; line: number; offset: number }[] = []
  const scanner = new RowScanner(delimiter, (bytes, offset, line) => {
    rows.push({ fields: parseCsvRow(bytes.toString('utf8'), delimiter), line, offset })
  })
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    scanner.push(bytes.subarray(at, at + chunkBytes))
  }
  scanner.end()
  return rows
}
const fieldsOf = (text: string, delimiter?: string) =>
  read(text, undefined, delimiter).map((row) => row.fields)

test.each([
  [
    'plain fields',
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'no line end after the last row',
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'CRLF',
    'a,b\r\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'empty fields',
    ',\na,\n,b\n',
    [
      ['', ''],
      ['a', ''],
      ['', 'b'],
    ],
  ],
  ['blank lines are no rows', '\na\n\r\n\nb\n', [['a'], ['b']]],
  ['an empty field in quotes is a row', 'a\n""\nb', [['a'], [''], ['b']]],
  [
    'delimiters and line ends in quotes',
    '"a,b","c\r\nd"\n1,2',
    [
      ['a,b', 'c\r\nd'],
      ['1', '2'],
    ],
  ],
  ['doubled quotes', '"say ""hi""",""""\n', [['say "hi"', '"']]],
  [
    'a quote in the middle is a character',
    '5" pipe,b"c"\nd,e',
    [
      ['5" pipe', 'b"c"'],
      ['d', 'e'],
    ],
  ],
  ['spaces are kept', ' a , b \n', [[' a ', ' b ']]],
])('CSV: %s', (_name, text, rows) => {
  expect(fieldsOf(text)).toEqual(rows)
})

test('another delimiter leaves commas alone', () => {
  expect(fieldsOf('a,b;"c;d"\n', ';')).toEqual([['a,b', 'c;d']])
})

test('lines count line ends, also those inside of quotes', () => {
  expect(read('a\n"b\nc"\n\nd').map((row) => row.line)).toEqual([1, 2, 5])
})

test('text after a closing quote and a quote that never closes are mistakes', () => {
  expect(() => parseCsvRow('"a"b,c', ',')).toThrow('field 1 goes on after its closing quote')
  expect(() => parseCsvRow('a,"b', ',')).toThrow('field 2 opens a quote that never ends')
})

const field = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', 'ü', '😀') }),
)
const quoted = (text: string, always: boolean): string =>
  always || text === '' || /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

test('what is written is read again, whatever the pieces, and offsets are where rows begin', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom(',', ';'),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      (rows, lineEnd, delimiter, chunkBytes, always) => {
        const lines = rows.map((row) => row.map((each) => quoted(each, always)).join(delimiter))
        const text = lines.join(lineEnd)
        const found = read(text, chunkBytes, delimiter)
        expect(found.map((row) => row.fields)).toEqual(rows.map((row) => row.map(wellFormed)))
        const starts = lines.map((_, n) =>
          Buffer.byteLength(
            lines
              .slice(0, n)
              .map((line) => line + lineEnd)
              .join(''),
          ),
        )
        expect(found.map((row) => row.offset)).toEqual(starts)
      },
    ),
  )
})
/** Half a surrogate pair cannot be written as UTF-8. */
const wellFormed = (text: string): string => Buffer.from(text).toString('utf8')

test('any bytes are either rows or a mistake', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') }), (text) => {
      try {
        const all = fieldsOf(text).flat().join('')
        expect(all.replaceAll('"', '').length).toBeLessThanOrEqual(text.length)
      } catch (error) {
        expect((error as Error).name).toBe('RowMistake')
      }
    }),
  )
})

test('columns become what types says, all others stay text', () => {
  const format = new CsvFormat(',', ['name', 'age', 'vip'], { age: 'number', vip: 'boolean' })
  expect(format.read('Ann,-1.5e3,true')).toEqual({ name: 'Ann', age: -1500, vip: true })
  expect(format.read('7,0,false')).toEqual({ name: '7', age: 0, vip: false })
  for (const row of ['Ann,,true', 'Ann,x,true', 'Ann,1,yes', 'Ann,1', 'Ann,1,true,4']) {
    expect(() => format.read(row), row).toThrow(RowMistake)
  }
  expect(() => format.read('Ann,x,true')).toThrow('age is "x", which is not a number')
  expect(() => format.read('Ann,1')).toThrow('it has 2 field(s), the header has 3')
})

test('a header must name every column once, and all that types names', () => {
  expect(() => new CsvFormat(',', ['a', 'a'], {})).toThrow('two columns are called "a"')
  expect(() => new CsvFormat(',', ['a', ''], {})).toThrow('column 2 of the header has no name')
  expect(() => new CsvFormat(',', ['a'], { b: 'number' })).toThrow('types names b')
})

test('a column may have a name that objects know', () => {
  const row = new CsvFormat(',', ['__proto__', 'constructor'], {}).read('a,b') as object
  expect(Object.entries(row)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
})
