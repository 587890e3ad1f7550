import { expect, it } from 'vitest'
import { MockRun } from '../../mock/mock-run.ts'
import type { ViewPoint } from '../api/types.ts'
import { secondsOf, stack, withGaps } from './chart-model.ts'
import { cellAt, heatRange, neighbourOf } from './heat-cells.ts'
import { heatImage, shadeOf } from './heat-image.ts'
import { runCharts } from './run-charts.ts'
import { targetCharts } from './target-charts.ts'

const run = new MockRun('1', { model: 'users', users: 100, spawnRate: 50 })
for (let second = 0; second < 70; second++) run.tick()
const charts = runCharts(run.points)
const withErrors = (errors: ViewPoint['errors']): ViewPoint => ({ ...run.points[0]!, errors })

it('every line of every chart has a value for every place', () => {
  for (const chart of Object.values(charts)) {
    for (const line of chart.lines)
      expect(line.values, `${chart.title}: ${line.label}`).toHaveLength(70)
    expect(chart.sentence, chart.title).toMatch(/^[0-9A-Z].+\.$/)
  }
})
it('a stretch of which nothing is known is a gap in the line, not a line across', () => {
  const points = run.points.filter(({ atMs }) => atMs < 10_000 || atMs >= 20_000)
  expect(runCharts(points).response.lines[0]!.values[10]).toBeNull()
  const seconds = secondsOf(withGaps(points))
  expect(seconds.slice(9, 12)).toEqual([9.5, 10, 20.5])
})
it('without an error there is no empty box but "0 errors"', () => {
  expect(runCharts(run.points.slice(0, 10)).errors).toMatchObject({
    lines: [],
    nothing: '0 errors',
    sentence: '0 errors.',
  })
})
it('the five most frequent kinds have a line each, all others one together', () => {
  const kinds = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(
    (kind, index) => [kind, 10 - index] as const,
  )
  const { lines } = runCharts([withErrors(kinds)]).errors
  expect(lines.map(({ label, values }) => [label, values[0]])).toEqual([
    ['a', 10],
    ['b', 9],
    ['c', 8],
    ['d', 7],
    ['e', 6],
    ['other kinds', 9],
  ])
})
it('stacked lines are sums from below, and a gap stays one', () => {
  const line = (...values: (number | null)[]) => ({ label: '', values, style: 'area' as const })
  expect(stack([line(1, null, 3), line(2, null, null)])).toEqual([
    [1, null, 3],
    [3, null, 3],
  ])
})
it('a sentence says now, the range and when the highest was', () => {
  const points = [60, 415, 182].map(
    (p95Ms, index): ViewPoint => ({ ...run.points[0]!, atMs: index * 1_000, p95Ms, p50Ms: 40 }),
  )
  expect(runCharts(points).response.sentence).toBe(
    'P95 182 ms at 00:03, between 60 ms and 415 ms, highest at 00:02; p50 40 ms at 00:03.',
  )
})
it('the axis of the heat map holds all that was measured, and shades grow with the count', () => {
  const [low, high] = heatRange(run.points)
  const times = run.points.flatMap(({ p50Ms, maxMs }) => [p50Ms ?? low, maxMs ?? low])
  expect(Math.min(...times)).toBeGreaterThanOrEqual(low)
  expect(Math.max(...times)).toBeLessThanOrEqual(high)
  expect(heatRange([])).toEqual([1, 1_000])
  expect([shadeOf(0.001, 100, 7), shadeOf(25, 100, 7), shadeOf(100, 100, 7)]).toEqual([0, 3, 6])
})
it('a cell of the heat map is a pixel, the slowest row first, wider where a stretch is longer, empty in a gap', () => {
  const at = (atMs: number, spanMs: number, heat: ViewPoint['heat']): ViewPoint => ({
    ...run.points[0]!,
    atMs,
    spanMs,
    heat,
  })
  const image = heatImage([at(1_000, 1_000, [[0, 4]]), at(3_000, 2_000, [[48, 2]])], [7, 9])!
  expect([image.width, image.height]).toEqual([4, 49])
  expect([...image.pixels.slice(0, 4)]).toEqual([0, 0, 9, 9])
  expect([...image.pixels.slice(-4)]).toEqual([9, 0, 0, 0])
  expect(heatImage([at(0, 1_000, [])], [7, 9])).toBeUndefined()
})
it('what was watched is a chart per metric with a line per source, and a gap of a source is a gap', () => {
  const watched = targetCharts(run.points)
  expect(watched.map(({ title, lines }) => [title, lines.map(({ label }) => label)])).toEqual([
    ['Target: cpu', ['target', 'host']],
    ['Target: memory', ['target']],
    ['Target: threads', ['target']],
  ])
  const host = watched[0]!.lines[1]!.values
  expect([host[6], host[7]]).toEqual([expect.any(Number), null])
  expect(watched[1]!.sentence).toContain('MB')
})
it('metrics of the same name in other units never share an axis, and the number of charts has a bound', () => {
  const of = (name: string, unit: '%' | 'ms') => ({ name, unit, value: 1 })
  const at = (monitors: ViewPoint['monitors']): ViewPoint => ({
    ...run.points[0]!,
    ...(monitors && { monitors }),
  })
  expect(
    targetCharts([at([of('a.x', '%'), of('b.x', 'ms')])]).map(({ lines }) => lines.length),
  ).toEqual([1, 1])
  expect(
    targetCharts([at(Array.from({ length: 40 }, (_, index) => of(`a.m${index}`, '%')))]),
  ).toHaveLength(12)
})

it('a place on the heat map is the nearest cell with something in it, and neighbours are in the same second', () => {
  const points = [
    {
      ...run.points[0]!,
      atMs: 5_000,
      spanMs: 1_000,
      heat: [
        [8, 20],
        [24, 3],
        [32, 1],
      ] as const,
    },
  ]
  const at = (ms: number) => cellAt(points, 5_400, ms)
  expect(at(1.1)).toMatchObject({ fromMs: 5_000, toMs: 6_000, lowMs: 1, count: 20 })
  expect(at(90)).toMatchObject({ lowMs: 100, count: 3 })
  expect(at(50_000)).toMatchObject({ lowMs: 1_000, count: 1 })
  expect(cellAt(points, 7_000, 100)).toBeUndefined()
  const slowest = neighbourOf(points, 5_400, undefined, 0)
  expect(slowest).toMatchObject({ lowMs: 1_000 })
  expect(neighbourOf(points, 5_400, slowest, 1)).toEqual(slowest)
  expect(neighbourOf(points, 5_400, slowest, -1)).toMatchObject({ lowMs: 100 })
})
