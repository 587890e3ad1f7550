import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formsOf, hiddenStart } from './hidden-start.ts'

const secret = fc.string({ minLength: 3, maxLength: 20 }).filter((each) => !'•••'.includes(each))
const around = fc.string({ maxLength: 30 })
/** How a value may come back from a server. */
const carried = fc.constantFrom<(value: string) => string>(
  (value) => value,
  (value) => encodeURIComponent(value),
  (value) => new URLSearchParams({ v: value }).toString(),
  (value) => JSON.stringify({ v: value }),
  (value) => JSON.stringify({ echo: JSON.stringify({ v: value }) }),
  (value) => Buffer.from(value).toString('base64'),
)

test('whatever form a secret comes in, and wherever the text is cut, it is not shown', () => {
  fc.assert(
    fc.property(secret, carried, around, around, fc.nat(80), (value, carry, a, b, charsMax) => {
      const text = a + carry(value) + b
      const shown = hiddenStart(text, charsMax, formsOf([value]))
      expect(shown.includes(value)).toBe(false)
      expect(shown.includes(carry(value))).toBe(false)
    }),
  )
})

test('of a secret that the end cuts in two nothing is shown', () => {
  expect(hiddenStart('key=hunter2', 7, formsOf(['hunter2']))).toBe('key=•••')
  // The mask is shorter than what it hides, and pulls nothing in from behind the end.
  expect(hiddenStart('long-secret,hunter2', 15, formsOf(['long-secret', 'hunter2']))).toBe(
    '•••,•••',
  )
})

test('secrets that overlap leave nothing of either', () => {
  expect(hiddenStart('<abcdef>', 99, formsOf(['abcd', 'cdef']))).toBe('<•••>')
})

test('text without secrets is its own beginning, and an empty secret is none', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(20), (text, charsMax) => {
      expect(hiddenStart(text, charsMax, formsOf(['']))).toBe(text.slice(0, charsMax))
    }),
  )
})
