/**
 * From the text of one row to the value that tasks get. CSV rows become frozen objects by the names of their header,
 * all text unless `types` says otherwise; JSON lines become what they say. A row that does not fit is a `RowMistake`.
 */
import { isUtf8 } from 'node:buffer'
import { parseCsvRow } from '../../kernel/csv-row.ts'
import { RowMistake } from '../../kernel/row-mistake.ts'

export type FieldType = 'string' | 'number' | 'boolean'

export interface RowFormat {
  /** undefined: every line is a row. */
  readonly delimiter: string | undefined
  /** The first row holds names, not data. */
  readonly hasHeader: boolean
  /** Takes the names. Throws `RowMistake`. */
  readHeader(text: string): void
  /** Throws `RowMistake`. */
  read(text: string): unknown
}

export class CsvFormat implements RowFormat {
  readonly delimiter: string
  readonly hasHeader: boolean
  readonly #types: Readonly<Record<string, FieldType | undefined>>
  #names: readonly string[] = []

  /** `names` for a file without a header. */
  constructor(
    delimiter: string,
    names: readonly string[] | undefined,
    types: Readonly<Record<string, FieldType | undefined>>,
  ) {
    this.delimiter = delimiter
    this.hasHeader = names === undefined
    this.#types = types
    if (names !== undefined) this.#setNames(names)
  }

  readHeader(text: string): void {
    this.#setNames(parseCsvRow(text, this.delimiter))
  }

  read(text: string): unknown {
    const names = this.#names
    const fields = parseCsvRow(text, this.delimiter)
    if (fields.length !== names.length) {
      throw new RowMistake(`it has ${fields.length} field(s), the header has ${names.length}`)
    }
    // Entries rather than assignments, so that a column may be called `__proto__`.
    return Object.freeze(
      Object.fromEntries(fields.map((field, index) => [names[index]!, this.#value(field, index)])),
    )
  }

  #value(field: string, index: number): unknown {
    const name = this.#names[index]!
    const type = Object.hasOwn(this.#types, name) ? this.#types[name] : 'string'
    if (type === 'number') {
      const value = Number(field)
      if (field.trim() !== '' && Number.isFinite(value)) return value
    } else if (type === 'boolean') {
      if (field === 'true' || field === 'false') return field === 'true'
    } else return field
    throw new RowMistake(`${name} is ${JSON.stringify(field)}, which is not a ${type}`)
  }

  #setNames(names: readonly string[]): void {
    const empty = names.indexOf('')
    if (empty >= 0) throw new RowMistake(`column ${empty + 1} of the header has no name`)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) throw new RowMistake(`two columns are called "${twice}"`)
    const missing = Object.keys(this.#types).filter((name) => !names.includes(name))
    if (missing.length > 0) {
      throw new RowMistake(
        `types names ${missing.join(', ')}, but the columns are ${names.join(', ')}`,
      )
    }
    this.#names = names
  }
}

/** JSON lines: one value a line. */
export const jsonLinesFormat: RowFormat = {
  delimiter: undefined,
  hasHeader: false,
  readHeader: () => undefined,
  read(text) {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new RowMistake(`it is not JSON: ${(error as Error).message}`)
    }
  },
}

/** Throws `RowMistake` where the bytes are no text. */
export function rowText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new RowMistake('it is not UTF-8')
  return bytes.toString('utf8')
}
