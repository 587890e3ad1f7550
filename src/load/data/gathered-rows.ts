/**
 * Rows that arrive once, as those of a query, made into rows that can be asked for in any order: kept in memory while they are few,
 * else as lines of JSON in a private file, of which blocks are read as of any large file. That file is unlinked as soon as it is open, so
 * nothing stays behind, whatever ends the process. Either way each row has been through JSON, so that both look the same.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OnrushError } from '../../kernel/errors.ts'
import { DATA_ROWS_MAX, DATA_SPOOLED_BYTES_MAX, ROW_BYTES_MAX } from '../../kernel/limits.ts'
import { BLOCK_ROWS, BlockRows } from './block-rows.ts'
import { badQuery } from './data-problems.ts'
import { jsonLinesFormat } from './row-format.ts'
import { KeptRows, type Rows } from './rows.ts'

/** Throws `OnrushError` beyond the limits of rows. */
export async function gatherRows(
  batches: AsyncIterable<readonly unknown[]>,
  label: string,
  inMemoryBytesMax: number,
): Promise<Rows> {
  let kept: unknown[] = []
  let keptBytes = 0
  let spool: Spool | undefined
  try {
    for await (const batch of batches) {
      const lines = batch.map((row) => lineOf(row, label))
      keptBytes += lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0)
      if (spool === undefined && keptBytes > inMemoryBytesMax) {
        spool = new Spool(label)
        for (const row of kept) spool.write([lineOf(row, label)])
        kept = []
      }
      if (spool === undefined) for (const line of lines) kept.push(JSON.parse(line))
      else spool.write(lines)
    }
    return spool === undefined ? new KeptRows(kept) : spool.rows()
  } finally {
    spool?.close()
  }
}

class Spool {
  readonly #label: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'onrush-rows-'))
  readonly #path = join(this.#folder, 'rows.jsonl')
  readonly #file = openSync(this.#path, 'wx', 0o600)
  /** Where every 32nd row begins, and at last where the file ends. */
  readonly #offsets: number[] = []
  #count = 0
  #sizeBytes = 0

  constructor(label: string) {
    this.#label = label
  }

  write(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.#count++ % BLOCK_ROWS === 0) this.#offsets.push(this.#sizeBytes)
      this.#sizeBytes += Buffer.byteLength(line)
    }
    if (this.#count > DATA_ROWS_MAX || this.#sizeBytes > DATA_SPOOLED_BYTES_MAX) {
      const limit = `${DATA_ROWS_MAX} rows and ${DATA_SPOOLED_BYTES_MAX / 2 ** 30} GB`
      throw new OnrushError([badQuery(this.#label, `it has more than ${limit}`)])
    }
    const bytes = Buffer.from(lines.join(''))
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done)
  }

  rows(): Rows {
    this.#offsets.push(this.#sizeBytes)
    return new BlockRows(this.#path, this.#label, jsonLinesFormat, this.#offsets, this.#count)
  }

  close(): void {
    closeSync(this.#file)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function lineOf(row: unknown, label: string): string {
  const line = `${JSON.stringify(row, plain)}\n`
  if (Buffer.byteLength(line) <= ROW_BYTES_MAX) return line
  throw new OnrushError([
    badQuery(label, `one of its rows has more than ${ROW_BYTES_MAX >> 20} MB`),
  ])
}

/** What JSON has no form for: large whole numbers and NaN as text, bytes as base64. Dates have one of their own. */
function plain(this: unknown, name: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[name]
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  // libsql answers the one, pg the other.
  if (original instanceof ArrayBuffer) return Buffer.from(original).toString('base64')
  if (original instanceof Uint8Array) return Buffer.from(original).toString('base64')
  return value
}
