/**
 * Rows of a file too large to keep: the offset of every 32nd is known, and a block of 32 is read again when somebody asks
 * for a row of it. The latest blocks stay, up to about `DATA_CACHED_BYTES_MAX`. Reading is synchronous
 * (about 10 µs a block from the page cache), because a task gets its row at once.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { OnrushError } from '../../kernel/errors.ts'
import { DATA_CACHED_BYTES_MAX } from '../../kernel/limits.ts'
import { RowMistake } from '../../kernel/row-mistake.ts'
import { RowScanner } from '../../kernel/row-scanner.ts'
import { badRow } from './data-problems.ts'
import { type RowFormat, rowText } from './row-format.ts'
import type { Rows } from './rows.ts'

export const BLOCK_ROWS = 32
/** What a row costs beside its text once somebody asked for it: an object, its strings. */
const ROW_EXTRA_BYTES = 300

interface Block {
  readonly bytes: Buffer
  /** Where row n begins and ends: [2n] and [2n + 1]. A view of each would cost more than the row. */
  readonly bounds: readonly number[]
  /** Of the rows that were asked for. */
  readonly values: unknown[]
  readonly sizeBytes: number
}

export class BlockRows implements Rows {
  readonly count: number
  readonly #file: number
  readonly #label: string
  readonly #format: RowFormat
  readonly #offsets: readonly number[]
  /** Oldest first. */
  readonly #blocks = new Map<number, Block>()
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
    const number = Math.floor(index / BLOCK_ROWS)
    const block = this.#blocks.get(number) ?? this.#load(number)
    const place = index - number * BLOCK_ROWS
    block.values[place] ??= this.#read(block, place, index)
    return block.values[place]
  }

  close(): void {
    if (this.#open) closeSync(this.#file)
    this.#open = false
    this.#blocks.clear()
  }

  #load(number: number): Block {
    // A user that did not end in time may still ask, and the descriptor may be somebody else's by now.
    if (!this.#open) throw new Error(`${this.#label} is closed: the run is over`)
    const from = this.#offsets[number]!
    // Not from Node's pool: one block that stays would hold on to its neighbours.
    const bytes = Buffer.allocUnsafeSlow(this.#offsets[number + 1]! - from)
    const bytesRead = readSync(this.#file, bytes, 0, bytes.length, from)
    const bounds: number[] = []
    const scanner = new RowScanner(this.#format.delimiter, (row, offset) => {
      bounds.push(offset, offset + row.length)
    })
    scanner.push(bytes.subarray(0, bytesRead))
    scanner.end()
    const rowCount = Math.min(BLOCK_ROWS, this.count - number * BLOCK_ROWS)
    if (bounds.length !== 2 * rowCount) {
      throw new Error(`${this.#label} has changed since the run began to read it`)
    }
    const sizeBytes = bytes.length + rowCount * ROW_EXTRA_BYTES
    const block = { bytes, bounds, values: [], sizeBytes }
    this.#remember(number, block)
    return block
  }

  #read({ bytes, bounds }: Block, place: number, index: number): unknown {
    try {
      const text = rowText(bytes.subarray(bounds[2 * place], bounds[2 * place + 1]))
      return this.#format.read(text)
    } catch (error) {
      if (!(error instanceof RowMistake)) throw error
      throw new OnrushError([badRow(`${this.#label}, row ${index + 1}`, error)])
    }
  }

  #remember(number: number, block: Block): void {
    this.#blocks.set(number, block)
    this.#cachedBytes += block.sizeBytes
    for (const [oldest, { sizeBytes }] of this.#blocks) {
      if (this.#cachedBytes <= DATA_CACHED_BYTES_MAX || oldest === number) break
      this.#blocks.delete(oldest)
      this.#cachedBytes -= sizeBytes
    }
  }
}
