/** Rows of a file that comes in pieces: lines, or rows of CSV cut into fields. A mistake says its line. */
import { parseCsvRow } from './csv-row.ts'
import { ROW_BYTES_MAX } from './limits.ts'
import { RowMistake } from './row-mistake.ts'
import { RowScanner } from './row-scanner.ts'

/** Rejects with `RowMistake`. What `onLine` throws ends it. */
export async function eachLine(
  bytes: AsyncIterable<Buffer>,
  onLine: (text: string, line: number) => void,
  delimiter?: string,
): Promise<void> {
  const scanner = new RowScanner(delimiter, (row, _offset, line) => {
    const text = row.toString('utf8')
    try {
      onLine(line === 1 ? text.replace(/^\uFEFF/, '') : text, line)
    } catch (error) {
      if (!(error instanceof RowMistake)) throw error
      throw new RowMistake(`line ${line}: ${error.message}`)
    }
  })
  for await (const chunk of bytes) {
    if (scanner.push(chunk)) continue
    throw new RowMistake(
      `the row that begins in line ${scanner.line} is over ${ROW_BYTES_MAX} bytes`,
    )
  }
  scanner.end()
}

/** As `eachLine`; `delimiter` is one character. */
export function eachCsvRow(
  bytes: AsyncIterable<Buffer>,
  delimiter: string,
  onRow: (fields: string[], line: number) => void,
): Promise<void> {
  return eachLine(bytes, (text, line) => onRow(parseCsvRow(text, delimiter), line), delimiter)
}
