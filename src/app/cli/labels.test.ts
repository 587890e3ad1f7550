import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OnrushError } from '../../kernel/errors.ts'
import { labelsOf, labelsText } from './labels.ts'

test('labels come one after the other, or with commas between them', () => {
  expect(labelsOf(['region=eu,size=big', 'zone=1a'], '--label')).toEqual({
    region: 'eu',
    size: 'big',
    zone: '1a',
  })
  expect(labelsOf(undefined, '--label')).toEqual({})
})

test.each([
  'region',
  '=eu',
  'region=',
  'a b=c',
  'region=eu,',
  'region=eu,region=us',
  '',
  '__proto__=',
])('"%s" is refused', (typed) => {
  expect(() => labelsOf([typed], '--on')).toThrow(OnrushError)
})

test('what is shown can be typed again; anything else is refused with a problem', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 12 })), (typed) => {
      try {
        const labels = labelsOf(typed, '--on')
        const shown = labelsText(labels)
        expect(labelsOf(shown === '' ? [] : [shown], '--on')).toEqual(labels)
      } catch (error) {
        expect(error).toBeInstanceOf(OnrushError)
      }
    }),
  )
})
