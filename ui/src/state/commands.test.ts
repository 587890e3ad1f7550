import { expect, it } from 'vitest'
import { type Command, matching } from './commands.ts'

const command = (kind: string, label: string): Command => ({ kind, label, act: () => {} })
const ALL = [
  command('request', 'GET /cart'),
  command('action', 'Pause the run'),
  command('run', 'cart of Tuesday'),
]
const labels = (text: string) => matching(ALL, text).map(({ label }) => label)

it('words stand in any order and any case, in label or kind', () => {
  expect(labels('CART get')).toEqual(['GET /cart'])
  expect(labels('run pause')).toEqual(['Pause the run'])
  expect(labels('nothing like it')).toEqual([])
})
it('what begins with the words comes first, and without words everything is there', () => {
  expect(labels('cart')).toEqual(['cart of Tuesday', 'GET /cart'])
  expect(labels(' ')).toHaveLength(3)
})
