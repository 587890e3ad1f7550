/**
 * Rows of a file too large to keep: the offset of every 64th is known, and a block of 64 is read again when somebody asks
 * for a row of it. The latest blocks stay, up to `DATA_CACHED_BYTES_MAX` of their text. Reading is synchronous
 * (about 10 µs a block from the page cache), because a task gets its row at once.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { OnrushError } from '../../kernel/errors.ts'
import { DATA_CACHED_BYTES_MAX } from '../../kernel/limits.ts'
import { badRow } from './data-problems.ts'
import { type RowFormat, rowText } from './row-format.ts'
import { RowMistake } from './row-mistake.ts'
import { RowScanner } from './row-scanner.ts'
import type { Rows } from './rows.ts'

export const BLOCK_ROWS = 64

export class BlockRows implements Rows {
  readonly count: number
  readonly #file: number
  readonly #label: string
  readonly #format: RowFormat
  readonly #offsets: readonly number[]
  /** Oldest first. */
  readonly #blocks = new Map<
    number,
    { readonly rows: readonly unknown[]; readonly bytes: number }
  >()
  #cachedBytes = 0
  #open = true

  constructor(
    path: string,
    label: string,
    format: RowFormat,
    offsets: readonly number[],
    count: number,
  ) {
    this.#file = openSync(path, 'r')
    this.#label = label
    this.#format = format
    this.#offsets = offsets
    this.count = count
  }

  at(index: number): unknown {
    const block = Math.floor(index / BLOCK_ROWS)
    const rows = this.#blocks.get(block)?.rows ?? this.#load(block)
    return rows[index - block * BLOCK_ROWS]
  }

  close(): void {
    if (this.#open) closeSync(this.#file)
    this.#open = false
    this.#blocks.clear()
  }

  #load(block: number): readonly unknown[] {
    const from = this.#offsets[block]!
    const bytes = Buffer.allocUnsafe(this.#offsets[block + 1]! - from)
    const bytesRead = readSync(this.#file, bytes, 0, bytes.length, from)
    const rows: unknown[] = []
    const first = block * BLOCK_ROWS + 1
    const scanner = new RowScanner(this.#format.delimiter, (row) => {
      try {
        rows.push(this.#format.read(rowText(row)))
      } catch (error) {
        if (!(error instanceof RowMistake)) throw error
        throw new OnrushError([badRow(`${this.#label}, row ${first + rows.length}`, error)])
      }
    })
    scanner.push(bytes.subarray(0, bytesRead))
    scanner.end()
    if (rows.length !== Math.min(BLOCK_ROWS, this.count - block * BLOCK_ROWS)) {
      throw new Error(`${this.#label} has changed since the run began to read it`)
    }
    this.#remember(block, rows, bytes.length)
    return rows
  }

  #remember(block: number, rows: readonly unknown[], bytes: number): void {
    this.#blocks.set(block, { rows, bytes })
    this.#cachedBytes += bytes
    for (const [oldest, each] of this.#blocks) {
      if (this.#cachedBytes <= DATA_CACHED_BYTES_MAX || oldest === block) break
      this.#blocks.delete(oldest)
      this.#cachedBytes -= each.bytes
    }
  }
}
