/**
 * Writes one run while it goes on. What is told is queued and written in one transaction once the event loop is free, which is
 * once per window; a write that fails leaves the queue as it is, to be tried again with the next window. The queue is bounded: past
 * it the oldest windows are given up, and the run says so.
 *
 * Nothing waits for the disk but `finish`: a committed transaction survives the end of the process at once, and a loss of power
 * from the moment the flush of the log is through, which happens beside the event loop (`sync`).
 */
import type Database from 'libsql'
import type { RunEvent } from '../../../contracts/output.ts'
import type { RunResult } from '../../../contracts/result.ts'
import type { RunWriter } from '../../../contracts/store.ts'
import type { Window } from '../../../contracts/window.ts'
import { EVENTS_MAX, HISTORY_WINDOWS_QUEUED_MAX } from '../../../kernel/limits.ts'
import { MergedBook } from '../../../model/metrics/merged/merged-book.ts'
import { encodeWindow } from '../../../model/metrics/window-codec.ts'
import { figuresOf } from '../../../model/report/kept-run.ts'
import { MergedRows } from './merged-rows.ts'
import { pack, packJson } from './packed.ts'
import { inTransaction, isBusy, withPatience } from './transaction.ts'

export interface WriterOptions {
  readonly database: Database.Database
  /** Row of the run. */
  readonly run: number | bigint
  readonly epochMs: () => number
  /** Half a sentence on why something is not kept. */
  readonly onError: (why: string) => void
  /** What of the run is not kept in the end. */
  readonly onLoss: (what: string) => void
  /** Brings what was committed to the disk. */
  readonly sync: () => Promise<void>
  readonly onClosed: (writer: SqliteWriter) => void
}

export class SqliteWriter implements RunWriter {
  readonly #options: WriterOptions
  readonly #putWindow: Database.Statement<unknown[]>
  readonly #putEvent: Database.Statement<unknown[]>
  readonly #hear: Database.Statement<unknown[]>
  readonly #rows: MergedRows
  readonly #book = new MergedBook()
  /** Packed, by number: a newer version of a window replaces the one that still waits. */
  readonly #windows = new Map<number, Uint8Array>()
  #events: RunEvent[] = []
  #eventCount = 0
  #givenUp = 0
  #isDue = false
  #isClosed = false

  constructor(options: WriterOptions) {
    const { database } = options
    this.#options = options
    this.#putWindow = database.prepare('INSERT OR REPLACE INTO windows VALUES (?, ?, ?)')
    this.#putEvent = database.prepare('INSERT INTO events (run, at_ms, body) VALUES (?, ?, ?)')
    this.#rows = new MergedRows(database)
    this.#hear = database.prepare('UPDATE runs SET heard_epoch_ms = ? WHERE run = ?')
  }

  window(window: Window): void {
    if (this.#isClosed) return
    const bytes = encodeWindow(window)
    this.#windows.set(window.window, pack(bytes))
    this.#book.add(window, bytes)
    if (this.#windows.size > HISTORY_WINDOWS_QUEUED_MAX && !this.write()) this.#giveUpOldest()
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      this.write()
    })
  }

  /** Waits for the next window. */
  event(event: RunEvent): void {
    if (this.#isClosed || this.#eventCount >= EVENTS_MAX) return
    this.#eventCount++
    this.#events.push(event)
  }

  async flush(): Promise<void> {
    this.write()
  }

  async finish(result: RunResult): Promise<void> {
    const figures = figuresOf(result)
    await this.#close((database, run) => {
      const row = { ...figures, passed: Number(figures.passed), result: packJson(result), run }
      database
        .prepare(
          `UPDATE runs SET finished = 1, duration_ms = :durationMs, passed = :passed, reason = :reason, requests = :requests,
             failures = :failures, rate_per_sec = :ratePerSec, p95_ms = :p95Ms, result = :result WHERE run = :run`,
        )
        .run(row)
    })
  }

  async abandon(): Promise<void> {
    await this.#close((database, run) => {
      database.prepare('UPDATE runs SET heard_epoch_ms = 0 WHERE run = ?').run(run)
    })
  }

  /** Writes what waits, and `more` with it. False when it could not be written. */
  write(more?: () => void): boolean {
    const { database, run, epochMs, onError, sync } = this.#options
    if (more === undefined && this.#windows.size + this.#events.length === 0) return true
    if (!database.open) return false
    const { changes } = this.#book
    try {
      inTransaction(database, () => {
        for (const [number, bytes] of this.#windows) this.#putWindow.run(run, number, bytes)
        for (const change of changes) this.#rows.change(run, change)
        for (const event of this.#events) this.#putEvent.run(run, event.atMs, JSON.stringify(event))
        this.#hear.run(epochMs(), run)
        more?.()
      })
    } catch (error) {
      // Another process writes just now: nothing is lost, the next window brings this one along.
      if (!isBusy(error)) onError((error as Error).message)
      return false
    }
    this.#windows.clear()
    this.#book.written(changes)
    this.#events = []
    void sync()
    return true
  }

  async #close(write: (database: Database.Database, run: number | bigint) => void): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const { database, run, onLoss, onClosed, sync } = this.#options
    onClosed(this)
    this.#book.settleAll()
    // The load is over, so that this may wait for another process that writes.
    const isWritten = withPatience(database, () => this.write(() => write(database, run)))
    if (isWritten) await sync()
    const missing = this.#givenUp + this.#windows.size
    if (missing > 0) onLoss(`${missing} of its windows are missing`)
    else if (!isWritten) onLoss('its end is missing')
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
