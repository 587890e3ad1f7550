import { expect, test } from 'vitest'
import type { WindowResult } from '../../contracts/result.ts'
import { plannedOf } from './planned.ts'

const window = (second: number, more: Partial<WindowResult> = {}): WindowResult => ({
  ...{ atMs: second * 1_000, users: 0, requests: 0, failures: 0, p50Ms: null, p95Ms: null },
  ...{ p99Ms: null, bytesIn: 0, bytesOut: 0, planned: { users: second, arrivals: 10 } },
  ...more,
})
const ask = (windows: readonly WindowResult[], ...spans: (readonly [number, number])[]) => {
  const planned = plannedOf(windows)
  return spans.map(([from, to]) => planned(from * 1_000, to * 1_000))
}

test('a stretch was to have the users of its last second and the arrivals of all', () => {
  const windows = [window(0), window(1), window(2), window(3)]
  expect(ask(windows, [0, 2], [2, 4])).toEqual([
    { planned: { users: 1, arrivals: 20 } },
    { planned: { users: 3, arrivals: 20 } },
  ])
})

test('seconds that a long run left out are stood for by those it kept', () => {
  expect(ask([window(0), window(4), window(8)], [0, 8])).toEqual([
    { planned: { users: 4, arrivals: 80 } },
  ])
})

test('a stretch stood still or warmed up when any of its seconds did', () => {
  const windows = [window(0, { warmup: true }), window(1), window(2, { paused: true })]
  expect(ask(windows, [0, 2], [2, 4])).toMatchObject([{ warmup: true }, { paused: true }])
  expect(ask(windows, [0, 2])[0]).not.toHaveProperty('paused')
})

test('what nobody planned, and what lies beyond the result, is null', () => {
  const { planned: _, ...unplanned } = window(0)
  expect(ask([unplanned], [0, 1], [5, 6])).toEqual([{ planned: null }, { planned: null }])
})
