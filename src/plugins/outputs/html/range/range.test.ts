import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RunResult } from '../../../../contracts/result.ts'
import type { Window } from '../../../../contracts/window.ts'
import { toSeriesResults } from '../../../../model/metrics/summary.ts'
import { RunTotals } from '../../../../model/metrics/window.ts'
import { resultOfWindows, windowsOf } from '../report.test-kit.ts'
import { figuresOf } from '../result-figures.ts'
import type { SeriesFigures } from '../series-columns.ts'
import { packRange } from './pack-range.ts'
import { RangeBook } from './range-book.ts'
import {
  ALL_REQUESTS,
  decodeRange,
  encodeRange,
  figuresOfPart,
  type Part,
  type RangeData,
} from './range-data.ts'

const NAMES = ['/', '/cart', '/pay']
const windows = windowsOf({ seconds: 320, names: NAMES, requestsPerSec: 12 })
const whole = resultOfWindows(windows)

function bookOf(all: readonly Window[]): RangeBook {
  const book = new RangeBook()
  for (const window of all) book.add(window)
  return book
}
const again = (data: RangeData, coarseness = 0): RangeData =>
  decodeRange(encodeRange(data, coarseness))

/** What the result would have said if the run had been these windows. */
function expected(all: readonly Window[]) {
  const sum = new RunTotals()
  for (const window of all) sum.add(window)
  return toSeriesResults(sum.series, all.length * 1_000)
}
function expectAlike(figures: SeriesFigures, wanted: SeriesFigures, errorRatio = 0): void {
  for (const key of ['requests', 'failures', 'bytesIn', 'statuses'] as const) {
    expect(figures[key], key).toEqual(wanted[key])
  }
  expect(figures.ratePerSec).toBeCloseTo(wanted.ratePerSec, 6)
  figures.phasesMs.forEach((ms, phase) => void expect(ms).toBeCloseTo(wanted.phasesMs[phase]!, 3))
  for (const key of ['p50Ms', 'p95Ms', 'p99Ms', 'maxMs'] as const) {
    const [is, should] = [figures[key], wanted[key]]
    if (should === null) expect(is, key).toBeNull()
    else {
      expect(is!, key).toBeGreaterThanOrEqual(should - 0.001)
      expect(is!, key).toBeLessThanOrEqual(should * (1 + errorRatio) + 0.001)
    }
  }
}

test('any part of a run has the figures that a run of that part alone would have had', () => {
  const book = bookOf(windows)
  const data = again(book.finish(whole))
  const { series: indexOf } = book.indexOf(whole)
  // More than 240 seconds: four to a slice.
  expect([data.spanMs, data.slices.length]).toEqual([4_000, 80])
  const bounds = fc.tuple(fc.nat(79), fc.nat(79))
  fc.assert(
    fc.property(bounds, ([a, b]) => {
      const part: Part = { from: Math.min(a, b), to: Math.max(a, b) + 1 }
      const { totals, series } = expected(windows.slice(part.from * 4, part.to * 4))
      expectAlike(figuresOfPart(data, ALL_REQUESTS, part), figuresOf(totals))
      for (const each of series) {
        expectAlike(figuresOfPart(data, indexOf(each)!, part), figuresOf(each))
      }
    }),
    { numRuns: 10 },
  )
})

test('coarser histograms are too high by no more than what is said of them, and never too low', () => {
  const data = bookOf(windows).finish(whole)
  const { totals } = expected(windows)
  const all: Part = { from: 0, to: data.slices.length }
  let before = Number.POSITIVE_INFINITY
  for (const coarseness of [0, 1, 2, 3, 4]) {
    const bytes = encodeRange(data, coarseness)
    expect(bytes.length).toBeLessThan(before)
    before = bytes.length
    const figures = figuresOfPart(decodeRange(bytes), ALL_REQUESTS, all)
    expectAlike(figures, figuresOf(totals), 0.004 * 2 ** coarseness)
  }
})

test('a window that comes again replaces what it was; one that comes too late changes nothing', () => {
  const [first, second, ...rest] = windows.slice(0, 60)
  const twice = [{ ...first!, series: [] }, second!, first!, ...rest, { ...first!, series: [] }]
  expect(bookOf(twice).finish(whole)).toEqual(bookOf(windows.slice(0, 60)).finish(whole))
})

test('seconds that nobody told of are empty, and have no percentiles', () => {
  const data = again(bookOf([windows[0]!, windows[5]!]).finish(whole))
  expect(data.slices).toHaveLength(6)
  const gap = figuresOfPart(data, ALL_REQUESTS, { from: 1, to: 5 })
  expect(gap).toMatchObject({ requests: 0, p50Ms: null, maxMs: null, ratePerSec: 0 })
})

test('names beyond the bound still count among all requests', () => {
  const names = Array.from({ length: 130 }, (_, index) => `/${index}`)
  const many = windowsOf({ seconds: 3, names, requestsPerSec: 5 })
  const book = bookOf(many)
  const data = again(book.finish(resultOfWindows(many)))
  const { totals, series } = expected(many)
  const known = series.filter((each) => book.indexOf(whole).series(each) !== undefined)
  expect([known.length, data.cells.length]).toEqual([100, 101])
  expectAlike(figuresOfPart(data, ALL_REQUESTS, { from: 0, to: 3 }), figuresOf(totals))
})

test('errors and checks are counted by slice; a rate leaves out the time in which the run stood still', () => {
  const checks = [{ name: 'ok', passes: 3, failures: 1 }]
  const all = windows.slice(0, 4).map((window) => ({ ...window, checks }))
  const windowsOfResult = resultOfWindows(all).windows.map((each, index) =>
    index === 1 ? { ...each, paused: true as const } : each,
  )
  const result: RunResult = { ...resultOfWindows(all), windows: windowsOfResult }
  const book = bookOf(all)
  const data = again(book.finish(result))
  const index = book.indexOf(result)
  expect(data.checks[index.check('ok')!]).toEqual([
    [3, 1],
    [3, 1],
    [3, 1],
    [3, 1],
  ])
  expect(data.errors[index.error(result.errors[0]!)!]).toEqual([1, 1, 1, 1])
  expect(data.slices.map((each) => each.activeMs)).toEqual([1_000, 0, 1_000, 1_000])
  expect(data.slices[0]).toMatchObject({ usersMax: 10, due: 37, dropped: 1 })
  const { ratePerSec } = figuresOfPart(data, ALL_REQUESTS, { from: 0, to: 2 })
  expect(ratePerSec).toBe(72)
})

test('no bytes make the reader hang', () => {
  const bytes = encodeRange(bookOf(windows.slice(0, 3)).finish(whole), 0)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      const damaged = bytes.slice()
      damaged[at] = value
      try {
        decodeRange(damaged)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
  )
  expect(() => decodeRange(bytes.slice(0, 40))).toThrow('ends in the middle')
})

test('what does not fit is made coarser, then longer; the sums stay what they were', () => {
  const data = bookOf(windows).finish(whole)
  const roomy = packRange(data)!
  expect(roomy.errorPercent).toBe(0.4)
  const read = ({ text }: { readonly text: string }): RangeData =>
    decodeRange(inflateRawSync(Buffer.from(text, 'base64')))
  const { totals } = expected(windows)
  const sizes = [2, 5, 15].map((share) => {
    const charsMax = Math.floor(roomy.text.length / share)
    const packed = packRange(data, charsMax)!
    expect(packed.text.length).toBeLessThanOrEqual(charsMax)
    const less = read(packed)
    const all: Part = { from: 0, to: less.slices.length }
    const figures = figuresOfPart(less, ALL_REQUESTS, all)
    expectAlike(figures, figuresOf(totals), packed.errorPercent / 100)
    return less.slices.length
  })
  expect(sizes[0]).toBeGreaterThan(sizes[2]!)
  expect(packRange(data, 10)).toBeUndefined()
})
