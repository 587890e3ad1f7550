/**
 * A file of rows, of any size. It is read through once before the run: a small one is kept as values; of a large one only
 * the offset of every 32nd row, see `block-rows.ts`. The file must not change while a run reads it.
 */
import type { FileHandle } from 'node:fs/promises'
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError } from '../../kernel/errors.ts'
import { DATA_PROBLEMS_MAX, DATA_ROWS_MAX } from '../../kernel/limits.ts'
import { RowMistake } from '../../kernel/row-mistake.ts'
import { RowScanner } from '../../kernel/row-scanner.ts'
import { BLOCK_ROWS, BlockRows } from './block-rows.ts'
import { badRow, noRows, tooLong } from './data-problems.ts'
import { openDataFile } from './open-file.ts'
import { type RowFormat, rowText } from './row-format.ts'
import { KeptRows, type Rows } from './rows.ts'

const CHUNK_BYTES = 256 * 1024

export interface RowFileOptions {
  readonly format: RowFormat
  /** A file of at most so many bytes is kept in memory. */
  readonly inMemoryBytesMax: number
  /** Look into every row of a large file as well; those of a small one are read anyway. */
  readonly checkAll: boolean
}

/** Throws `OnrushError` with what is wrong, each with its line. `path` is absolute; `label` as people wrote it. */
export async function openRowFile(
  path: string,
  label: string,
  options: RowFileOptions,
): Promise<Rows> {
  const file = await openDataFile(path, label)
  try {
    const { size } = await file.stat()
    const inMemory = size <= options.inMemoryBytesMax
    const reading = new Reading(label, options, inMemory)
    const problems = await reading.readAll(file)
    if (problems.length > 0) throw new OnrushError(problems)
    if (inMemory) return new KeptRows(reading.values)
    return new BlockRows(path, label, options.format, reading.offsets, reading.count)
  } finally {
    await file.close()
  }
}

/** One pass over the file. */
class Reading {
  readonly values: unknown[] = []
  /** Where every 32nd row begins, and at last where the file ends. */
  readonly offsets: number[] = []
  count = 0
  readonly #label: string
  readonly #format: RowFormat
  readonly #keep: boolean
  readonly #readRows: boolean
  readonly #problems: Problem[] = []
  #needsHeader: boolean
  #gaveUp = false

  constructor(label: string, { format, checkAll }: RowFileOptions, keep: boolean) {
    this.#label = label
    this.#format = format
    this.#keep = keep
    this.#readRows = keep || checkAll
    this.#needsHeader = format.hasHeader
  }

  async readAll(file: FileHandle): Promise<readonly Problem[]> {
    const problems = this.#problems
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    let offset = await skipByteOrderMark(file)
    const from = offset
    const scanner = new RowScanner(this.#format.delimiter, (bytes, at, line) =>
      this.#take(bytes, from + at, line),
    )
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset)
      if (bytesRead === 0) break
      offset += bytesRead
      if (!scanner.push(chunk.subarray(0, bytesRead))) {
        return [...problems, tooLong(this.#label, scanner.line)]
      }
      if (problems.length >= DATA_PROBLEMS_MAX) return problems
    }
    scanner.end()
    this.offsets.push(offset)
    if (this.count === 0 && problems.length === 0) problems.push(noRows(this.#label))
    return problems
  }

  #take(bytes: Buffer, offset: number, line: number): void {
    if (this.#gaveUp || this.#problems.length >= DATA_PROBLEMS_MAX) return
    try {
      if (this.#needsHeader) {
        this.#needsHeader = false
        this.#format.readHeader(rowText(bytes))
        return
      }
      if (this.count % BLOCK_ROWS === 0 && !this.#keep) this.offsets.push(offset)
      this.count++
      if (this.count > DATA_ROWS_MAX) throw new RowMistake(`a file may hold ${DATA_ROWS_MAX} rows`)
      if (!this.#readRows) return
      const value = this.#format.read(rowText(bytes))
      if (this.#keep) this.values.push(value)
    } catch (error) {
      if (!(error instanceof RowMistake)) throw error
      this.#problems.push(badRow(`${this.#label}:${line}`, error))
      // Without a header every row would be wrong, for one reason; and too many rows stay too many.
      this.#gaveUp = this.count === 0 || this.count > DATA_ROWS_MAX
    }
  }
}

async function skipByteOrderMark(file: FileHandle): Promise<number> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(3), 0, 3, 0)
  return bytesRead === 3 && buffer.equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0
}
