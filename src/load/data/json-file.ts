/**
 * A file with one JSON array, each element a row. It is read as a whole, so its size has a bound; `feeder.jsonl` has none.
 */
import { OnrushError } from '../../kernel/errors.ts'
import { badFile, noRows, notAList, tooLarge } from './data-problems.ts'
import { openDataFile } from './open-file.ts'
import { rowText } from './row-format.ts'
import { KeptRows, type Rows } from './rows.ts'

/** A whole file as one JSON text: an array, each element a row. Throws `OnrushError`. */
export async function openJsonFile(path: string, label: string, bytesMax: number): Promise<Rows> {
  const file = await openDataFile(path, label)
  try {
    const { size } = await file.stat()
    if (size > bytesMax) throw new OnrushError([tooLarge(label, size, bytesMax)])
    const values = parseJson(await file.readFile(), label)
    if (!Array.isArray(values)) throw new OnrushError([notAList(label)])
    if (values.length === 0) throw new OnrushError([noRows(label)])
    return new KeptRows(values)
  } finally {
    await file.close()
  }
}

function parseJson(bytes: Buffer, label: string): unknown {
  let text = ''
  try {
    text = rowText(bytes).replace(/^\uFEFF/, '')
    return JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    // Not every message has one; those that have not quote the text instead.
    const position = /position (\d+)/.exec(message)?.[1]
    const line = position === undefined ? '' : `:${lineAt(text, Number(position))}`
    throw new OnrushError([badFile(`${label}${line}`, message)])
  }
}

const lineAt = (text: string, position: number): number =>
  text.slice(0, position).split('\n').length
