import { expect, it } from 'vitest'
import type { MonitorReading } from '../../../contracts/monitor.ts'
import type { MonitorResult } from '../../../contracts/result.ts'
import { liveMonitorLines, monitorSummaryLines } from './monitor-lines.ts'
import { makeStyle, plainText } from './style.ts'

const style = (columns: number) => makeStyle({ live: true, unicode: true, columns, colour: true })
const READINGS: readonly MonitorReading[] = [
  { name: 'target.cpu', unit: '%', value: 83.12 },
  { name: 'target.diskRead', unit: 'bytes/s', value: 0 },
  { name: 'target.memory', unit: 'bytes', value: 312e6 },
  { name: 'cache.clients', unit: '', value: null },
]

it('each source has a line, with what it says now, without what is nought', () => {
  expect(liveMonitorLines(READINGS, style(100)).map(plainText)).toEqual([
    ' target      cpu 83.1%  memory 312 MB',
    ' cache       clients –',
  ])
})

it('a narrow terminal shows fewer figures, never half of one', () => {
  expect(liveMonitorLines(READINGS, style(30)).map(plainText)[0]).toBe(' target      cpu 83.1%')
})

it('of many sources some are shown and the others counted', () => {
  const many = Array.from({ length: 7 }, (_, index) => ({ ...READINGS[0]!, name: `s${index}.cpu` }))
  const lines = liveMonitorLines(many, style(100)).map(plainText)
  expect(lines).toHaveLength(5)
  expect(lines[4]).toContain('and 3 more sources')
})

it('the summary says the mean, and the highest where that is another', () => {
  const result = (name: string, mean: number, max: number): MonitorResult => ({
    ...{ name, source: 'pid:1', unit: '%', min: 0, mean, max, last: max, readings: 2, gaps: 0 },
  })
  const results = [result('target.cpu', 50, 90), result('target.throttled', 20, 20)]
  expect(monitorSummaryLines(results, style(100)).map(plainText)).toEqual([
    ' target       cpu 50% (max 90%)  throttled 20%',
  ])
})
