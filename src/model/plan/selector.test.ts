import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSelector, printSelector } from './selector.ts'

test.each([
  ['', { series: '' }],
  ['http', { series: 'http' }],
  ['tag:region=eu', { series: '', tags: { region: 'eu' } }],
  ['scenario:browse', { series: '', tags: { scenario: 'browse' } }],
  ['GET /a, b, tag:region = eu', { series: 'GET /a, b, tag:region = eu' }],
  ['GET /a, b, tag:region=eu west', { series: 'GET /a, b', tags: { region: 'eu west' } }],
  [
    ` "x, y" ,tag:a="1, 2",  scenario:'b "c"' `,
    { series: 'x, y', tags: { a: '1, 2', scenario: 'b "c"' } },
  ],
  ['"tag:region=eu"', { series: 'tag:region=eu' }],
  ["'x, tag:region=eu'", { series: 'x, tag:region=eu' }],
])('%s', (text, selector) => {
  expect(parseSelector(text)).toEqual(selector)
})

test.each([
  ['tag:region', 'not a tag'],
  ['tag:=eu', 'not a tag'],
  ['tag:region=""', 'not a tag'],
  ['scenario:', 'not a tag'],
  ['scenario:a, http', 'not a tag'],
  ['tag:a=1, tag:a=2', 'said twice'],
  ['scenario:a, scenario:b', 'said twice'],
])('%s is refused', (text, why) => {
  expect(parseSelector(text)).toContain(why)
})

const piece = fc.constantFrom(
  ...['http', ' ', ',', '"', "'", 'tag:', 'scenario:', 'a', '=', 'eu', ', tag:a=', '="', "='", ')'],
)
const texts = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((each) => each.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

test('whatever is read is printed so that it is read as the same', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const first = parseSelector(text)
      if (typeof first === 'string') return
      const printed = printSelector(first)
      const inner = printed === '' ? '' : printed.slice(1, -1)
      expect(parseSelector(inner)).toEqual(first)
    }),
    { numRuns: 5_000 },
  )
})
