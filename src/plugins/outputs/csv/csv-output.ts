/**
 * `--csv PREFIX`: PREFIX_stats.csv, PREFIX_stats_history.csv, PREFIX_failures.csv and PREFIX_exceptions.csv. The history is
 * appended while the run goes on, one row a second; the others are written at the end.
 *
 * A window may be sent again with late numbers, and what is added to a sum cannot be taken out of it. So the newest
 * `WINDOWS_REOPEN_MAX` windows are held back, and the history lags half a minute behind until the run ends. Memory: those
 * windows and one sum per series.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Output, RunInfo } from '../../../contracts/output.ts'
import type { RunResult } from '../../../contracts/result.ts'
import type { Window } from '../../../contracts/window.ts'
import { WINDOWS_REOPEN_MAX } from '../../../kernel/limits.ts'
import { isOfRequests, SeriesTotals } from '../../../model/metrics/series-totals.ts'
import { RunTotals } from '../../../model/metrics/window.ts'
import {
  EXCEPTIONS_HEADS,
  exceptionRows,
  FAILURES_HEADS,
  failureRows,
  HISTORY_HEADS,
  historyRow,
  STATS_HEADS,
  statsRows,
} from './csv-rows.ts'
import { type Cell, csvLine } from './csv-text.ts'

/** Locust's "current" rate is a mean of ten seconds; so is ours. */
const RATE_WINDOWS = 10

export class CsvOutput implements Output {
  readonly name = 'csv'
  readonly #prefix: string
  readonly #onError: (text: string) => void
  readonly #held = new Map<number, Window>()
  readonly #totals = new RunTotals()
  readonly #all = new SeriesTotals('', '', '(all)')
  /** Requests and failures of the newest settled windows. */
  readonly #recent: { readonly requests: number; readonly failures: number }[] = []
  #nextToSettle = 0
  #startedAtEpochMs = 0
  #history: number | undefined

  /** Makes the folder and empties the history. Throws when it cannot; a disk that fails later is said once through `onError`. */
  constructor(prefix: string, onError: (text: string) => void) {
    this.#prefix = prefix
    this.#onError = onError
    mkdirSync(dirname(prefix), { recursive: true })
    this.#history = openSync(`${prefix}_stats_history.csv`, 'w')
    writeSync(this.#history, csvLine(HISTORY_HEADS))
  }

  start(run: RunInfo): void {
    this.#startedAtEpochMs = run.startedAtEpochMs
  }

  onWindow(window: Window): void {
    // Settled already: the result has what came so late, the history does not.
    if (window.window < this.#nextToSettle) return
    this.#held.set(window.window, window)
    this.#attempt(() => this.#settleBelow(window.window - WINDOWS_REOPEN_MAX + 1))
  }

  stop(result: RunResult): void {
    this.#attempt(() => {
      this.#settleBelow(Math.max(-1, ...this.#held.keys()) + 1)
      const series = this.#totals.series.filter(isOfRequests)
      const stats = statsRows(series, this.#all, result.run.durationMs)
      this.#write('stats', STATS_HEADS, stats)
      this.#write('failures', FAILURES_HEADS, failureRows(result))
      this.#write('exceptions', EXCEPTIONS_HEADS, exceptionRows(result))
    })
    this.close()
  }

  /** Idempotent. */
  close(): void {
    if (this.#history !== undefined) closeSync(this.#history)
    this.#history = undefined
  }

  #settleBelow(end: number): void {
    for (; this.#nextToSettle < end; this.#nextToSettle++) {
      const window = this.#held.get(this.#nextToSettle)
      if (window === undefined) continue
      this.#held.delete(this.#nextToSettle)
      this.#settle(window)
    }
  }

  #settle(window: Window): void {
    this.#totals.add(window)
    let requests = 0
    let failures = 0
    for (const each of window.series.filter(isOfRequests)) {
      this.#all.add(each)
      requests += each.requests
      failures += each.failures
    }
    this.#recent.push({ requests, failures })
    if (this.#recent.length > RATE_WINDOWS) this.#recent.shift()
    if (this.#history === undefined) return
    const seconds = (this.#recent.length * window.durationMs) / 1_000
    const row = historyRow({
      epochMs: this.#startedAtEpochMs + window.startMs + window.durationMs,
      users: window.users.active,
      requestsPerSec: this.#recent.reduce((sum, each) => sum + each.requests, 0) / seconds,
      failuresPerSec: this.#recent.reduce((sum, each) => sum + each.failures, 0) / seconds,
      all: this.#all,
    })
    writeSync(this.#history, csvLine(row))
  }

  #write(name: string, heads: readonly string[], rows: readonly (readonly Cell[])[]): void {
    const lines = [heads, ...rows].map(csvLine)
    writeFileSync(`${this.#prefix}_${name}.csv`, lines.join(''))
  }

  #attempt(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.close()
      const why = (error as Error).message
      this.#onError(`the CSV files ${this.#prefix}_… are not complete: ${why}`)
    }
  }
}
