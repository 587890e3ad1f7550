import { expect, test } from 'vitest'
import { windowOf } from '../../../../test/contracts/store.test-kit.ts'
import type { Window } from '../../../contracts/window.ts'
import { SLOWEST_MAX } from '../../../kernel/limits.ts'
import { exemplar, failed } from '../exemplar.test-kit.ts'
import { RunExemplars } from '../run-exemplars.ts'
import { toSeriesResults } from '../summary.ts'
import { RunTotals } from '../window.ts'
import { decodeWindow, encodeWindow } from '../window-codec.ts'
import { overviewOf } from './overview.ts'
import { WindowMerger } from './window-merger.ts'

const mergedOf = (windows: readonly Window[], first = 0, span = 16): Window => {
  const merger = new WindowMerger()
  for (const each of windows) merger.add(each)
  return merger.merged(first, span)
}

test('counts, histograms and percentiles of a stretch are those of its windows', () => {
  const windows = [windowOf(32, 100, 10, 2), windowOf(33, 50, 900, 1), windowOf(40, 7, 3, 2)]
  const totals = new RunTotals()
  for (const each of windows) totals.add(each)
  const merged = mergedOf(windows, 32)
  expect(merged).toMatchObject({ window: 32, startMs: 32_000, durationMs: 16_000, complete: true })
  expect(toSeriesResults(merged.series, 1)).toEqual(toSeriesResults(totals.series, 1))
  expect(merged.checks).toEqual([{ name: 'greets', passes: 314, failures: 0 }])
})

test('levels are those of the last window, and a worker is as busy as at its worst', () => {
  const [first, last] = [windowOf(0, 1), windowOf(1, 1)]
  const [, health] = first.workers[0]!
  const busy = { ...health, cpuRatio: 0.9, inFlight: 7, limits: [['series-folded', 2] as const] }
  const calm = { ...health, cpuRatio: 0.1, inFlight: 3, limits: [['series-folded', 1] as const] }
  const merged = mergedOf([
    { ...first, workers: [[0, busy]] },
    { ...last, users: { ...last.users, active: 99 }, complete: false, workers: [[0, calm]] },
  ])
  expect(merged).toMatchObject({ users: { active: 99, started: 10 }, complete: false })
  expect(merged.workers).toEqual([
    [0, { ...busy, inFlight: 3, inFlightMs: 3_800, limits: [['series-folded', 3]] }],
  ])
})

test('figures of monitors are means of as many readings as there were, merged again too', () => {
  const reading = (value: number | null) => ({ name: 'target.cpu', unit: '%', value }) as const
  const windows = [10, null, 20, 60].map((value, number) => ({
    ...windowOf(number, 1),
    monitors: [reading(value)],
  }))
  const gap = { ...windowOf(4, 1), monitors: [reading(null)] }
  expect(mergedOf([gap]).monitors).toEqual([{ ...reading(null), readings: 0 }])
  const halves = [mergedOf(windows.slice(0, 2), 0, 2), mergedOf(windows.slice(2), 2, 2)]
  expect(halves.map((each) => each.monitors![0]!.value)).toEqual([10, 40])
  expect(mergedOf([...halves, gap]).monitors).toEqual([{ ...reading(30), readings: 3 }])
})

test('as bytes it stays what it is, with its length and its readings', () => {
  const monitors = [{ name: 'target.cpu', unit: '%', value: 30, readings: 3 } as const]
  const merged = { ...mergedOf([windowOf(64, 9), windowOf(65, 8)], 64, 64), monitors }
  const back = decodeWindow(encodeWindow(merged))
  expect(back).toMatchObject({ window: 64, startMs: 64_000, durationMs: 64_000, monitors })
  expect(encodeWindow(back)).toEqual(encodeWindow(merged))
})

test('an overview says of requests what the window says, and of errors only how many of a kind', () => {
  const window = windowOf(3, 100, 10, 4)
  const error = { method: 'GET', name: '/a', kind: 'timeout', message: 'm', sample: 's' }
  const errors = [
    { ...error, count: 2, firstAtMs: 3_100, lastAtMs: 3_200 },
    { ...error, name: '/b', count: 3, firstAtMs: 3_050, lastAtMs: 3_060 },
  ]
  const task = { ...window.series[0]!, kind: 'task', requests: 5 }
  const overview = overviewOf({ ...window, errors, series: [...window.series, task] })
  const { totals } = toSeriesResults(window.series, 1)
  expect(toSeriesResults(overview.series, 1)).toEqual({ totals, series: [totals] })
  const nameless = { method: '', name: '', message: '', sample: '' }
  const sum = { kind: 'timeout', count: 5, firstAtMs: 3_050, lastAtMs: 3_200 }
  expect(overview.errors).toEqual([{ ...nameless, ...sum }])
})

test('of kept requests a stretch has those that a result shows, and no more of them the longer it is', () => {
  let responseMs = 0
  const windows = Array.from({ length: 64 }, (_, n) => {
    const next = () => {
      responseMs = (responseMs + 617) % 1_009
      return { responseMs }
    }
    const slow = Array.from({ length: 3 }, () => exemplar(next()))
    const errors = [0, 1, 2].map((each) => failed(`error ${(n * each) % 7}`, next()))
    return { ...windowOf(n, 1), exemplars: [...slow, ...errors] }
  })
  const quarters = [0, 16, 32, 48].map((first) =>
    mergedOf(windows.slice(first, first + 16), first, 16),
  )
  const errors = [0, 1, 2, 3, 4, 5, 6].map((n) => {
    const { method, name } = failed('')
    const counted = { count: 1, firstAtMs: 0, lastAtMs: 0, sample: '' }
    return { method, name, kind: 'status', message: `error ${n}`, ...counted }
  })
  const shownOf = (all: readonly Window[]) => {
    const shown = new RunExemplars()
    for (const { window, exemplars = [] } of all) shown.admit(exemplars, window)
    return [shown.slowest, shown.toErrorResults(errors)]
  }
  const whole = mergedOf(quarters, 0, 64)
  expect(shownOf([whole])).toEqual(shownOf(windows))
  expect(shownOf(quarters)).toEqual(shownOf(windows))
  expect(whole.exemplars).toHaveLength(SLOWEST_MAX + 7)
  expect(decodeWindow(encodeWindow(whole)).exemplars).toEqual(whole.exemplars)
})
