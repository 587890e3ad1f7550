/**
 * A file with one JSON array, each element a row. It is read as a whole, so its size has a bound; `feeder.jsonl` has none.
 */
import { OnrushError } from '../../kernel/errors.ts'
import { badRow, noRows, notAList, tooLarge } from './data-problems.ts'
import { openDataFile } from './open-file.ts'
import { RowMistake } from './row-mistake.ts'
import { KeptRows, type Rows } from './rows.ts'

/** A whole file as one JSON text: an array, each element a row. Throws `OnrushError`. */
export async function openJsonFile(path: string, label: string, bytesMax: number): Promise<Rows> {
  const file = await openDataFile(path, label)
  try {
    const { size } = await file.stat()
    if (size > bytesMax) throw new OnrushError([tooLarge(label, size, bytesMax)])
    const text = (await file.readFile('utf8')).replace(/^\uFEFF/, '')
    const values: unknown = parseJson(text, label)
    if (!Array.isArray(values)) throw new OnrushError([notAList(label)])
    if (values.length === 0) throw new OnrushError([noRows(label)])
    return new KeptRows(values)
  } finally {
    await file.close()
  }
}

function parseJson(text: string, label: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? Number.NaN)
    const line = Number.isNaN(position) ? '' : `:${text.slice(0, position).split('\n').length}`
    throw new OnrushError([badRow(`${label}${line}`, new RowMistake(`it is not JSON: ${message}`))])
  }
}
