import { expect, test } from 'vitest'
import { exemplar, failed } from '../metrics/exemplar.test-kit.ts'
import { isWanted, readSampleQuery, withoutMessages } from './samples.ts'

const slow = exemplar({ startMs: 1_000, latencyMs: 500, responseMs: 600, tags: { region: 'eu' } })
const of = (text: string) => readSampleQuery((key) => new URLSearchParams(text).get(key))
const wanted = (text: string, each = slow): boolean => {
  const query = of(text)
  return typeof query !== 'string' && isWanted(each, query)
}

test('a request belongs to the time at which it ended, as it was counted', () => {
  expect(wanted('from=1500&to=1501')).toBe(true)
  expect(wanted('from=1000&to=1500')).toBe(false)
  expect(wanted('')).toBe(true)
})

test('it is found by response time, reason, and any part of its name with tags', () => {
  expect(wanted('low=600&high=601')).toBe(true)
  expect(wanted('low=601')).toBe(false)
  expect(wanted('why=slow')).toBe(true)
  expect(wanted('why=slow', failed('status 500'))).toBe(false)
  expect(wanted('series=get+/ITEMS')).toBe(true)
  expect(wanted('series=eu')).toBe(true)
  expect(wanted('series=/pay')).toBe(false)
})

test('what cannot be read is said, and not ignored', () => {
  expect(of('from=soon')).toBe('from is a number of milliseconds')
  expect(of('low=-1')).toBe('low is a number of milliseconds')
  expect(of('high=')).toBe('high is a number of milliseconds')
  expect(of('why=curious')).toBe('why is slow or error')
})

test('a line has everything but what was sent and received', () => {
  expect(Object.keys(slow).filter((key) => !(key in withoutMessages(slow)))).toEqual([
    'request',
    'response',
  ])
})
