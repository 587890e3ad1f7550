import { expect, it } from 'vitest'
import { MockRun } from '../../mock/mock-run.ts'
import { failureRatio, nameOf, nextOrder, orderOf, rowsOf } from './series-rows.ts'

const run = new MockRun('1', { model: 'users', users: 100, spawnRate: 50 })
for (let second = 0; second < 30; second++) run.tick()
const { series } = run.view().result
const names = (filter: string, order: string | null) =>
  rowsOf(series, filter, orderOf(order)).map(nameOf)

it('words of the filter stand in any order and case, in name, method or kind', () => {
  expect(names('', null)).toEqual(series.map(nameOf))
  expect(names('CART post', null)).toEqual(['POST /cart'])
  expect(names('transaction', null)).toEqual(['TX checkout'])
  expect(names('nothing such', null)).toEqual([])
})
it('columns sort both ways, and what was not measured is last either way', () => {
  const up = rowsOf(series, '', orderOf('p95')).map((row) => row.responseMs.p95)
  expect(up).toEqual([...up].sort((a, b) => a! - b!))
  const none = { ...series[0]!, name: 'none', responseMs: { ...series[0]!.responseMs, p95: null } }
  for (const order of ['p95', '-p95'])
    expect(rowsOf([none, ...series], '', orderOf(order)).at(-1)?.name).toBe('none')
})
it('an order that is no column is that of the result; the result itself is never reordered', () => {
  expect(orderOf('-nonsense')).toBeUndefined()
  expect(orderOf('toString')).toBeUndefined()
  const before = series.map(nameOf)
  rowsOf(series, '', orderOf('-name'))
  expect(series.map(nameOf)).toEqual(before)
})
it('a click sorts figures highest first, names from A, and again turns it round', () => {
  expect([
    nextOrder('p95', undefined),
    nextOrder('p95', orderOf('-p95')),
    nextOrder('name', undefined),
  ]).toEqual(['-p95', 'p95', 'name'])
})
it('failures without requests are failures of everything', () => {
  expect([
    failureRatio({ requests: 0, failures: 0 }),
    failureRatio({ requests: 0, failures: 2 }),
    failureRatio({ requests: 4, failures: 1 }),
  ]).toEqual([null, 1, 0.25])
})
