import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { LoadPlan } from '../../../contracts/plan.ts'
import type { RunResult } from '../../../contracts/result.ts'
import type { SeriesDelta } from '../../../contracts/snapshot.ts'
import type { Window } from '../../../contracts/window.ts'
import { WINDOWS_REOPEN_MAX } from '../../../kernel/limits.ts'
import { LogHistogram } from '../../../model/metrics/histogram.ts'
import { resultOf, seriesOf } from '../../../model/report/result.test-kit.ts'
import { CsvOutput } from './csv-output.ts'
import { failureRows, HISTORY_HEADS, historyRow, STATS_HEADS, statsRows } from './csv-rows.ts'
import { csvLine, isoSeconds, locustMs } from './csv-text.ts'

function delta(name: string, timesMs: readonly number[], more: Partial<SeriesDelta> = {}) {
  const latency = new LogHistogram()
  for (const ms of timesMs) latency.record(ms * 1_000)
  const requests = timesMs.length
  const counts = { requests, failures: 0, wireRequests: requests, bytesIn: 50 * requests }
  const rest = {
    bytesOut: 0,
    phaseSumsUs: [0, 0, 0, 0, 0, 0],
    statuses: new Map([[200, requests]]),
  }
  const series: SeriesDelta = {
    ...{ kind: 'http', method: 'GET', name, latency, response: latency },
    ...counts,
    ...rest,
    ...more,
  }
  return series
}

function windowOf(window: number, series: readonly SeriesDelta[], users = 1): Window {
  const lateness = new LogHistogram()
  return {
    window,
    startMs: window * 1_000,
    durationMs: 1_000,
    complete: true,
    series,
    errors: [],
    checks: [],
    users: { active: users, started: 0, stopped: 0, failed: 0 },
    arrivals: { due: 0, started: 0, dropped: 0, finished: 0, lateness },
    workers: [],
  }
}

describe('numbers as Locust writes them', () => {
  it('response times come in steps that grow, halves to the even neighbour', () => {
    const given = [0, 0.4, 1.4, 1.5, 2.5, 99.9, 100, 147, 999, 1000, 3432, 9999, 10_000, 58_760]
    const written = [0, 0, 1, 2, 2, 100, 100, 150, 1000, 1000, 3400, 10_000, 10_000, 59_000]
    expect(given.map(locustMs)).toEqual(written)
  })
  it('a row of the statistics has a cell per column and exact ends beside rounded percentiles', () => {
    const home = delta('/', [12.25, 13, 147, 3432.5], { failures: 1 })
    const [row, all, ...more] = statsRows([home], home, 2_000)
    expect(more).toEqual([])
    expect(row).toHaveLength(STATS_HEADS.length)
    expect(row).toEqual(
      [
        ['GET', '/', 4, 1, 13, 901.1875, 12.25, 3432.5, 50, 2, 0.5],
        [13, 150, 150, 3400, 3400, 3400, 3400, 3400, 3400, 3400, 3400],
      ].flat(),
    )
    expect(all?.slice(0, 4)).toEqual(['', 'Aggregated', 4, 1])
  })
  it('rows are sorted by name, then method, the aggregate last', () => {
    const series = [delta('/b', [1]), delta('/a', [1]), delta('/a', [1], { method: 'DELETE' })]
    const rows = statsRows(series, delta('', [1]), 1_000)
    expect(rows.map((row) => `${row[0]} ${row[1]}`)).toEqual([
      'DELETE /a',
      'GET /a',
      'GET /b',
      ' Aggregated',
    ])
  })
  it('nothing measured is N/A in every percentile and 0 elsewhere', () => {
    const [row] = statsRows([], delta('', []), 0)
    expect(row?.slice(2)).toEqual([...Array(9).fill(0), ...Array(11).fill('N/A')])
  })
  it('a row of the history has seconds since 1970 and rates with six decimals', () => {
    const all = delta('', [10, 20])
    const point = { epochMs: 1_700_000_001_999, users: 3, requestsPerSec: 2, failuresPerSec: 1 / 3 }
    const row = historyRow({ ...point, all })
    expect(row).toHaveLength(HISTORY_HEADS.length)
    expect(row.slice(0, 6)).toEqual([1_700_000_001, 3, '', 'Aggregated', '2.000000', '0.333333'])
    expect(row.slice(-7)).toEqual([2, 0, 10, 15, 10, 20, 50])
  })
  it('a failure has its method and name apart, and when it was seen first and last', () => {
    const error = { kind: 'status', message: 'status 503', count: 4, sample: '' }
    const result = resultOf({
      series: [seriesOf('/a b', 10, 4)],
      errors: [
        { ...error, series: 'GET /a b', firstAtMs: 1_000, lastAtMs: 62_000 },
        { ...error, series: 'TASK X.y', kind: 'script', firstAtMs: 0, lastAtMs: 0 },
        { ...error, series: 'TX checkout', kind: 'other', firstAtMs: 0, lastAtMs: 0 },
      ],
    })
    expect(failureRows(result)).toEqual([
      ['GET', '/a b', 'status 503', 4, '2026-11-21T14:55:02Z', '2026-11-21T14:56:03Z'],
    ])
    expect(isoSeconds(0)).toBe('1970-01-01T00:00:00Z')
  })
})

describe('a line of CSV', () => {
  it('quotes only what needs it', () => {
    expect(csvLine(['a', 1, 'b,c', 'say "x"', ''])).toBe('a,1,"b,c","say ""x""",\r\n')
  })
  it('is read back as it was', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(',', '"', '\r', '\n', 'a') }),
    )
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        expect(parseCsv(csvLine(cells))).toEqual([cells])
      }),
    )
  })
})

describe('the CSV files of a run', () => {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  const open = (onError: (text: string) => void = (text) => expect.unreachable(text)) => {
    const folder = mkdtempSync(join(tmpdir(), 'onrush-csv-'))
    folders.push(folder)
    const prefix = join(folder, 'sub', 'run')
    const output = new CsvOutput(prefix, onError)
    output.start({
      id: 'r1',
      plan: {} as LoadPlan,
      startedAtEpochMs: 1_700_000_000_000,
      workers: 1,
      script: '',
    })
    const read = (name: string) => parseCsv(readFileSync(`${prefix}_${name}.csv`, 'utf8'))
    return { output, read }
  }

  it('count a window that was sent again once, in its last form', () => {
    const { output, read } = open()
    output.onWindow(windowOf(0, [delta('/', [10])], 2))
    output.onWindow(windowOf(1, [delta('/', [30])], 3))
    output.onWindow(windowOf(0, [delta('/', [10, 20])], 2))
    output.stop(runOf(2_000))
    const rows = read('stats_history').slice(1)
    expect(rows.map((row) => row[0])).toEqual(['1700000001', '1700000002'])
    expect(rows.map((row) => row[1])).toEqual(['2', '3'])
    expect(rows.map((row) => row[HISTORY_HEADS.indexOf('Total Request Count')])).toEqual(['2', '3'])
    expect(rows.map((row) => row[4])).toEqual(['2.000000', '1.500000'])
    const [, home, all] = read('stats')
    expect(home?.slice(0, 4)).toEqual(['GET', '/', '3', '0'])
    expect(all?.slice(0, 4)).toEqual(['', 'Aggregated', '3', '0'])
  })
  it('grow while the run goes on, as soon as a window cannot change any more', () => {
    const { output, read } = open()
    for (let n = 0; n < WINDOWS_REOPEN_MAX; n++) output.onWindow(windowOf(n, [delta('/', [1])]))
    expect(read('stats_history')).toHaveLength(1)
    output.onWindow(windowOf(WINDOWS_REOPEN_MAX, [delta('/', [1])]))
    expect(read('stats_history')).toHaveLength(2)
    output.close()
  })
  it('leave tasks that threw to the exceptions', () => {
    const { output, read } = open()
    const thrown = delta('Shopper.buy', [0], { kind: 'task', method: 'TASK', failures: 1 })
    output.onWindow(windowOf(0, [thrown, delta('/', [5])]))
    const error = { series: 'TASK Shopper.buy', kind: 'script', message: 'Error: no, "cart"' }
    const times = { count: 1, firstAtMs: 0, lastAtMs: 0, sample: 'Error\n    at shop.ts:3:1' }
    const repeated = { ...error, series: 'TX checkout', ...times }
    output.stop({ ...runOf(1_000), errors: [repeated, { ...error, ...times }] })
    expect(read('stats').map((row) => row[1])).toEqual(['Name', '/', 'Aggregated'])
    expect(read('failures')).toHaveLength(1)
    expect(read('exceptions')).toEqual([
      ['Count', 'Message', 'Traceback', 'Nodes'],
      ['1', 'Error: no, "cart"', 'Error\n    at shop.ts:3:1', 'local'],
    ])
  })
  it('that cannot be finished are said, and nothing is thrown', () => {
    const said: string[] = []
    const { output } = open((text) => said.push(text))
    rmSync(folders[0]!, { recursive: true })
    output.stop(runOf(1_000))
    expect(said).toHaveLength(1)
    expect(said[0]).toContain('are not complete: ENOENT')
  })
})

const runOf = (durationMs: number): RunResult => {
  const result = resultOf()
  return { ...result, run: { ...result.run, durationMs } }
}

/** As RFC 4180 has it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
  )) {
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
