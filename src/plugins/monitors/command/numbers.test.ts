import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseNumbers } from './numbers.ts'

it.each([
  ['queue 12', { metric: 'queue', unit: '', value: 12 }],
  ['heap 83.5MB', { metric: 'heap', unit: 'bytes', value: 83_500_000 }],
  ['heap: 1KiB', { metric: 'heap', unit: 'bytes', value: 1_024 }],
  ['busy = 40 %', { metric: 'busy', unit: '%', value: 40 }],
  ['pool.wait 1.5s', { metric: 'pool.wait', unit: 'ms', value: 1_500 }],
  ['jobs -2.5e1/s', { metric: 'jobs', unit: '/s', value: -25 }],
])('%s is a name and a number', (line, figure) => {
  expect(parseNumbers(`# of now\n\n${line}\n`)).toEqual([figure])
})

it.each(['queue', 'queue twelve', '12', 'queue 12 furlongs', 'queue 1 2'])(
  '"%s" is refused, and said',
  (line) => {
    expect(() => parseNumbers(`fine 1\n${line}\n`)).toThrow(`"${line}" is not a name and a number`)
  },
)

it('nothing at all is refused', () => {
  expect(() => parseNumbers('# nothing yet\n')).toThrow('it printed no number')
})

it('any text gives finite numbers or one sentence', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        for (const { value } of parseNumbers(text)) expect(value).not.toBeNaN()
      } catch (error) {
        expect((error as Error).message).toMatch(/is not a name and a number$|no number$/)
      }
    }),
  )
})
