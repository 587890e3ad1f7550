import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SERIES_TAGS_MAX } from '../../kernel/limits.ts'
import { WorkerRecorder } from './recorder.ts'
import { addSeries, type SeriesTotals } from './series-totals.ts'
import { toSeriesResult } from './summary.ts'
import { TaggedRecorder } from './tagged-recorder.ts'
import { hasTags, mergeTags, readTags, sortedTags, taggedName, tagsKey } from './tags.ts'

const HEALTH = { cpuRatio: 0, loopUtilisation: 0, loopDelayMsP99: 0, rssBytes: 0, openSockets: 0 }
const keys = fc.constantFrom('a', 'b', 'region', 'constructor', 'toString', 'x-1')
const tagsOf = fc.dictionary(keys, fc.constantFrom('1', 'eu', 'a\0b', ' '), { minKeys: 1 })

describe('tags', () => {
  test('have one key whatever their order, and another one when any is different', () => {
    fc.assert(
      fc.property(tagsOf, tagsOf, (one, other) => {
        const turned = Object.fromEntries(Object.entries(one).reverse())
        expect(tagsKey(turned)).toBe(tagsKey(one))
        const isSame = JSON.stringify(sortedTags(one)) === JSON.stringify(sortedTags(other))
        expect(tagsKey(one) === tagsKey(other)).toBe(isSame)
        expect(hasTags(one, other) && hasTags(other, one)).toBe(isSame)
      }),
    )
    expect(tagsKey(undefined)).toBe('')
  })

  test('the later of two wins', () => {
    expect(mergeTags({ a: '1', b: '1' }, { b: '2' })).toEqual({ a: '1', b: '2' })
    expect(mergeTags(undefined, undefined)).toBeUndefined()
  })

  test('a series is shown with them, by key', () => {
    expect(taggedName('/cart', { tier: 'gold', region: 'eu' })).toBe('/cart {region=eu, tier=gold}')
    expect(taggedName('/cart', undefined)).toBe('/cart')
  })

  test('are texts; numbers and booleans become one, and what is undefined is left out', () => {
    expect(readTags({ region: 'eu', n: 3, on: false, none: undefined })).toEqual({
      region: 'eu',
      n: '3',
      on: 'false',
    })
    expect(readTags({ none: undefined })).toBeUndefined()
  })

  test.each([
    ['eu', 'an object'],
    [['eu'], 'an object'],
    [null, 'an object'],
    [{ 'a b': 1 }, 'not a word'],
    [JSON.parse('{"__proto__": "x"}'), 'not a word'],
    [{ scenario: 'x' }, 'by itself'],
    [{ name: 'x' }, 'by itself'],
    [{ region: ' ' }, 'takes a text'],
    [{ region: {} }, 'takes a text'],
    [
      Object.fromEntries(Array.from({ length: SERIES_TAGS_MAX + 1 }, (_, i) => [`t${i}`, i])),
      'more than',
    ],
  ])('%j is refused', (given, why) => {
    expect(readTags(given)).toContain(why)
  })
})

test('a tagged recorder counts in the same recorder, under its tags', () => {
  const inner = new WorkerRecorder(0)
  const recorder = new TaggedRecorder(inner, { scenario: 'buy', team: 'shop' })
  const id = recorder.series('http', 'GET', '/', { team: 'search' })
  recorder.begin(1)
  recorder.end(3)
  recorder.record(id, 2_000, 500, 200, 10, 20, 1)
  recorder.phases(id, 1, 2, 3, 4, 5, 6)
  recorder.fail(id, 1_000, 0, 500, 1, 2, 1, recorder.error('status', 'status 500'))
  recorder.sample(recorder.error('status', 'status 500'), 'seen')
  recorder.check(recorder.checkId('fine'), true)
  const { series, errors, checks, health } = inner.flush(0, 3, HEALTH)
  expect(series[0]).toMatchObject({
    tags: { scenario: 'buy', team: 'search' },
    requests: 2,
    failures: 1,
    bytesIn: 11,
    bytesOut: 22,
    phaseSumsUs: [1, 2, 3, 4, 5, 6],
  })
  expect(series[0]!.response.maxUs).toBe(2_500)
  expect(errors[0]).toMatchObject({ count: 1, sample: 'seen' })
  expect(checks).toEqual([{ name: 'fine', scenario: 'buy', passes: 1, failures: 0 }])
  expect(health).toMatchObject({ inFlight: 0, inFlightMs: 2 })
})

test('only series of the same tags are added up, and the result says whose they are', () => {
  const recorder = new WorkerRecorder(0)
  for (const tags of [undefined, { region: 'eu' }, { region: 'us' }]) {
    recorder.record(recorder.series('http', 'GET', '/', tags), 5, 0, 200, 0, 0, 1)
  }
  const into = new Map<string, SeriesTotals>()
  const { series } = recorder.flush(0, 0, HEALTH)
  addSeries(into, series)
  addSeries(into, series)
  const results = [...into.values()].map((each) => toSeriesResult(each, 1_000))
  expect(results.map(({ tags, requests }) => [tags, requests])).toEqual([
    [undefined, 2],
    [{ region: 'eu' }, 2],
    [{ region: 'us' }, 2],
  ])
  expect(Object.hasOwn(results[0]!, 'tags')).toBe(false)
})
