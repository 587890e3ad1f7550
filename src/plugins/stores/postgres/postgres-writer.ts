/**
 * Writes one run to a server while it goes on: what is told waits in a queue, and one statement at a time carries all of it, so that a
 * slow server gets fewer and larger ones. A statement that fails leaves the queue as it is, to be tried again with the next window. The
 * queue is bounded: past it the oldest windows are given up, and the run says so.
 */
import type { RunEvent } from '../../../contracts/output.ts'
import type { RunResult } from '../../../contracts/result.ts'
import type { RunWriter } from '../../../contracts/store.ts'
import type { Window } from '../../../contracts/window.ts'
import { EVENTS_MAX, HISTORY_WINDOWS_QUEUED_MAX } from '../../../kernel/limits.ts'
import { MergedBook, type MergedChange } from '../../../model/metrics/merged/merged-book.ts'
import { encodeWindow } from '../../../model/metrics/window-codec.ts'
import { figuresOf } from '../../../model/report/kept-run.ts'
import type { PgPool } from './pg-package.ts'

export interface WriterOptions {
  readonly pool: PgPool
  /** Key of the run. */
  readonly run: string
  readonly epochMs: () => number
  /** Half a sentence on why something is not kept. */
  readonly onError: (why: string) => void
  /** What of the run is not kept in the end. */
  readonly onLoss: (what: string) => void
  readonly onClosed: (writer: PostgresWriter) => void
}

/** All or nothing, in one go. */
const PUT = `
  WITH windows AS (
    INSERT INTO onrush_windows SELECT $1::bigint, * FROM unnest($2::integer[], $3::bytea[])
    ON CONFLICT (run, number) DO UPDATE SET bytes = excluded.bytes
  ), gone AS (
    DELETE FROM onrush_merged USING unnest($6::text[], $7::integer[], $8::integer[]) AS key (detail, span, place)
    WHERE run = $1::bigint AND onrush_merged.detail = key.detail AND onrush_merged.span = key.span
      AND onrush_merged.place = key.place
  ), merged AS (
    INSERT INTO onrush_merged
    SELECT $1::bigint, * FROM unnest($9::text[], $10::integer[], $11::integer[], $12::bytea[])
    ON CONFLICT (run, detail, span, place) DO UPDATE SET bytes = excluded.bytes
  ), events AS (
    INSERT INTO onrush_events (run, body)
    SELECT $1::bigint, body FROM unnest($4::text[]) WITH ORDINALITY AS told (body, place) ORDER BY place
  )
  UPDATE onrush_runs SET heard_epoch_ms = $5 WHERE run = $1::bigint`

const FINISH = `
  UPDATE onrush_runs SET finished = true, duration_ms = $2, passed = $3, reason = $4, requests = $5, failures = $6,
    rate_per_sec = $7, p95_ms = $8, result = $9 WHERE run = $1::bigint`

export class PostgresWriter implements RunWriter {
  readonly #options: WriterOptions
  /** By number: a newer version of a window replaces the one that still waits. */
  readonly #windows = new Map<number, Uint8Array>()
  readonly #book = new MergedBook()
  #events: RunEvent[] = []
  #eventCount = 0
  #givenUp = 0
  #writing: Promise<boolean> | undefined
  #isClosed = false

  constructor(options: WriterOptions) {
    this.#options = options
  }

  window(window: Window): void {
    if (this.#isClosed) return
    const bytes = encodeWindow(window)
    this.#windows.set(window.window, bytes)
    this.#book.add(window, bytes)
    if (this.#windows.size > HISTORY_WINDOWS_QUEUED_MAX) this.#giveUpOldest()
    void this.write()
  }

  /** Waits for the next window. */
  event(event: RunEvent): void {
    if (this.#isClosed || this.#eventCount >= EVENTS_MAX) return
    this.#eventCount++
    this.#events.push(event)
  }

  async flush(): Promise<void> {
    await this.write()
  }

  async finish(result: RunResult): Promise<void> {
    const { durationMs, passed, reason, requests, failures, ratePerSec, p95Ms } = figuresOf(result)
    const figures = [durationMs, passed, reason, requests, failures, ratePerSec, p95Ms]
    await this.#close(FINISH, [...figures, JSON.stringify(result)])
  }

  async abandon(): Promise<void> {
    await this.#close('UPDATE onrush_runs SET heard_epoch_ms = 0 WHERE run = $1::bigint', [])
  }

  /** Resolves when nothing waits any more, true; or when writing failed, false. Never rejects. */
  write(): Promise<boolean> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #writeAll(): Promise<boolean> {
    const { pool, run, epochMs, onError } = this.#options
    while (this.#windows.size + this.#events.length + this.#book.changes.length > 0) {
      const windows = [...this.#windows]
      const { changes } = this.#book
      const events = [...this.#events]
      const numbers = windows.map(([number]) => number)
      const bytes = windows.map(([, each]) => Buffer.from(each))
      const bodies = events.map((each) => JSON.stringify(each))
      try {
        const merged = mergedValues(changes)
        await pool.query(PUT, [run, numbers, bytes, bodies, epochMs(), ...merged])
      } catch (error) {
        onError((error as Error).message)
        return false
      }
      // Not one that came again meanwhile.
      for (const [number, each] of windows) {
        if (this.#windows.get(number) === each) this.#windows.delete(number)
      }
      this.#book.written(changes)
      this.#events = this.#events.slice(events.length)
    }
    return true
  }

  async #close(statement: string, values: readonly unknown[]): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const { pool, run, onError, onLoss, onClosed } = this.#options
    this.#book.settleAll()
    // The one that is under way may fail; the load is over, so that this one may try once more.
    if (!(await this.write())) await this.write()
    const missing = this.#givenUp + this.#windows.size
    try {
      await pool.query(statement, [run, ...values])
      if (missing > 0) onLoss(`${missing} of its windows are missing`)
    } catch (error) {
      onError((error as Error).message)
      onLoss(
        missing > 0 ? `its end and ${missing} of its windows are missing` : 'its end is missing',
      )
    }
    onClosed(this)
  }

  #giveUpOldest(): void {
    for (const oldest of this.#windows.keys()) {
      this.#windows.delete(oldest)
      this.#book.giveUp(oldest)
      this.#givenUp++
      return
    }
  }
}

/** Those that go, and those that are put, as columns. */
function mergedValues(changes: readonly MergedChange[]): unknown[][] {
  const gone = changes.filter(({ bytes }) => bytes === undefined)
  const put = changes.filter(({ bytes }) => bytes !== undefined)
  const columns = (of: readonly MergedChange[]) => [
    of.map(({ key }) => key.detail),
    of.map(({ key }) => key.span),
    of.map(({ key }) => key.index),
  ]
  return [...columns(gone), ...columns(put), put.map(({ bytes }) => Buffer.from(bytes!))]
}
