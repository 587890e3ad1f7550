import { expect, test } from 'vitest'
import { HTTP_TAG_SETS_MAX } from '../../kernel/limits.ts'
import { WorkerRecorder } from '../../model/metrics/recorder.ts'
import type { TagsInput } from './http-options.ts'
import { SeriesTable } from './series.ts'

test('tags of a request are added to those of its user, and win', () => {
  const recorder = new WorkerRecorder(0)
  const all = new SeriesTable(recorder)
  const gold = all.with({ tier: 'gold', region: 'eu' })
  expect(gold.with({ region: 'us', n: 3 }).tags).toEqual({ tier: 'gold', region: 'us', n: '3' })
  expect(gold.with({ region: undefined }).tags).toEqual({ tier: 'gold', region: 'eu' })
  expect(all.with({}).find('GET', '/')).toBe(all.find('GET', '/'))
})

test('equal tags share their series, however they are written', () => {
  const all = new SeriesTable(new WorkerRecorder(0))
  const one = all.with({ a: 1, b: true }).find('GET', '/')
  expect(all.with({ b: 'true', a: '1' }).find('GET', '/')).toBe(one)
  expect(all.with({ a: 1 }).with({ b: true }).find('GET', '/')).toBe(one)
  expect(all.with({ a: 1 }).find('GET', '/').id).not.toBe(one.id)
  expect(all.find('GET', '/').id).not.toBe(one.id)
})

test('more sets of tags than are remembered are still counted right', () => {
  const recorder = new WorkerRecorder(0)
  const all = new SeriesTable(recorder)
  const count = HTTP_TAG_SETS_MAX + 20
  const ids = Array.from({ length: count }, (_, i) => all.with({ n: i }).find('GET', '/').id)
  expect(new Set(ids).size).toBe(count)
  expect(all.with({ n: count - 1 }).find('GET', '/').id).toBe(ids.at(-1))
})

test.each([
  [{ 'a b': 'x' }, 'not a word'],
  [{ scenario: 'x' }, 'by itself'],
  ['eu', 'an object'],
])('%j is a mistake of the script', (given, why) => {
  const all = new SeriesTable(new WorkerRecorder(0))
  expect(() => all.with(given as TagsInput)).toThrow(TypeError)
  expect(() => all.with(given as TagsInput)).toThrow(why)
})
