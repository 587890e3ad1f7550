import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MockRun } from '../../mock/mock-run.ts'
import type { SeriesResult } from '../api/types.ts'
import { matches, suggestions, tokensOf } from './series-filter.ts'

const run = new MockRun('1', { model: 'users', users: 10 })
run.tick()
const base = run.view().result.series[0]!
const of = (change: Partial<SeriesResult>): SeriesResult => ({
  ...base,
  ...{ kind: 'http', method: 'GET', name: '/cart', failures: 0, statuses: { '200': 5 } },
  ...change,
})
const ROWS = [
  of({}),
  of({ name: '/pay', failures: 2, statuses: { '200': 3, '503': 2 }, tags: { region: 'EU west' } }),
  of({ kind: 'websocket', method: 'WS', name: 'chat', statuses: {}, tags: { scenario: 'browse' } }),
]
const found = (filter: string): string[] =>
  ROWS.filter((row) => matches(row, tokensOf(filter))).map(({ name }) => name)

it('words stand in any order, tokens say where to look, and all must hold', () => {
  expect(found('')).toEqual(['/cart', '/pay', 'chat'])
  expect(found('CART get')).toEqual(['/cart'])
  expect(found('name:http')).toEqual([])
  expect(found('kind:http name:/pay')).toEqual(['/pay'])
})
it('a status is one, a hundred of them, or failed', () => {
  expect(found('status:503')).toEqual(['/pay'])
  expect(found('status:2xx')).toEqual(['/cart', '/pay'])
  expect(found('status:failed')).toEqual(['/pay'])
  expect(found('status:5')).toEqual([])
})
it('tags are asked for by name or by value, with quotes around blanks; the scenario is one of them', () => {
  expect(found('tag:region="eu west"')).toEqual(['/pay'])
  expect(found('tag:region')).toEqual(['/pay'])
  expect(found('tag:region=us')).toEqual([])
  expect(found('scenario:browse')).toEqual(['chat'])
})
it('what is suggested finds something', () => {
  const all = suggestions(ROWS)
  expect(all).toContain('"tag:region=EU west"')
  expect(all).toContain('scenario:browse')
  for (const token of all) expect(found(token), token).not.toEqual([])
})
it('half a token finds everything that the rest finds, and nothing that is written is an error', () => {
  expect(found('status: cart')).toEqual(['/cart'])
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(found(text).length).toBeLessThanOrEqual(3)
    }),
  )
})
