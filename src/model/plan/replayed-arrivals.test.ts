import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readArrivalLog } from './arrival-log.ts'
import { ReplayedArrivals } from './replayed-arrivals.ts'

describe('an arrival log', () => {
  test('may be ISO times, in any order, in any zone', () => {
    const log = readArrivalLog([
      '2026-11-21T12:00:01.500Z',
      '2026-11-21T13:00:00+01:00',
      '2026-11-21 12:00:02',
    ])
    expect(log).toEqual({ offsetsMs: [0, 1_500, 2_000], skipped: 0, firstBadLine: 0 })
  })
  test('may be seconds or milliseconds since 1970', () => {
    expect(readArrivalLog(['1700000000', '1700000000.25', '']).offsetsMs).toEqual([0, 250])
    expect(readArrivalLog(['1700000000000', '1700000000250']).offsetsMs).toEqual([0, 250])
  })
  test('may be an access log, whose second is shared evenly', () => {
    const line = (second: string, zone: string) =>
      `10.0.0.1 - - [21/Nov/2026:12:00:${second} ${zone}] "GET / HTTP/1.1" 200 5 "-" "x"`
    const log = readArrivalLog([
      line('00', '+0000'),
      line('00', '+0000'),
      line('01', '+0000'),
      line('02', '-0100'),
    ])
    expect(log.offsetsMs).toEqual([0, 500, 1_000, 3_602_000])
  })
  test('may be JSON lines', () => {
    const log = readArrivalLog([
      '{"@timestamp":"2026-11-21T12:00:00Z","path":"/"}',
      '{"ts":1795262401}',
    ])
    expect(log.offsetsMs).toHaveLength(2)
    expect(log.skipped).toBe(0)
  })
  test('counts what says no instant and names the first such line', () => {
    const log = readArrivalLog([
      '# log',
      '2026-11-21T12:00:00Z',
      'yesterday',
      '2026-11-21T12:00:01Z',
    ])
    expect(log).toEqual({ offsetsMs: [0, 1_000], skipped: 2, firstBadLine: 1 })
    expect(readArrivalLog(['nothing', 'here']).offsetsMs).toEqual([])
  })
  test('never throws and never goes backwards', () => {
    const line = fc.oneof(
      fc.string(),
      fc.nat().map(String),
      fc.string().map((text) => `{"time":${text}`),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const { offsetsMs, skipped } = readArrivalLog(lines)
        expect(offsetsMs.every((each, n) => n === 0 || each >= offsetsMs[n - 1]!)).toBe(true)
        expect(offsetsMs.length + skipped).toBe(lines.filter((each) => each.trim() !== '').length)
      }),
      { seed: 20_261_121 },
    )
  })
})

describe('replayed arrivals', () => {
  test('come when they came, k times as fast', () => {
    const schedule = new ReplayedArrivals([0, 100, 100, 250.5], 2)
    expect([0, 1, 2, 3].map((k) => schedule.dueNs(k))).toEqual([0, 50e6, 50e6, 125_250_000])
    expect([-1, 0, 49_999_999, 50e6, 1e9].map((ns) => schedule.countBy(ns))).toEqual([
      0, 1, 1, 3, 4,
    ])
  })
})
