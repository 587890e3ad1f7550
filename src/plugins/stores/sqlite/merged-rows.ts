/**
 * What is kept of a run beside its windows: stretches of them merged, of either detail in a table of its own. Those by series are
 * compressed as windows are; an overview is some hundred bytes, which take longer to compress than to write.
 */
import type Database from 'libsql'
import type { Window } from '../../../contracts/window.ts'
import type { MergedChange } from '../../../model/metrics/merged/merged-book.ts'
import { type Detail, type MergedKey, nameOf } from '../../../model/metrics/merged/merged-key.ts'
import { decodeWindow } from '../../../model/metrics/window-codec.ts'
import { type Bytes, pack, unpack } from './packed.ts'

const TABLES: Readonly<Record<Detail, string>> = {
  series: 'merged_series',
  overview: 'merged_overview',
}

type Statement = Database.Statement<unknown[]>

export class MergedRows {
  readonly #put: Readonly<Record<Detail, Statement>>
  readonly #remove: Readonly<Record<Detail, Statement>>
  readonly #get: Readonly<Record<Detail, Statement>>

  constructor(database: Database.Database) {
    const prepare = (sql: (table: string) => string): Record<Detail, Statement> => ({
      series: database.prepare(sql(TABLES.series)),
      overview: database.prepare(sql(TABLES.overview)),
    })
    const key = 'WHERE run = ? AND span = ? AND place = ?'
    this.#put = prepare((table) => `INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?, ?)`)
    this.#remove = prepare((table) => `DELETE FROM ${table} ${key}`)
    const neighbours = 'WHERE run = ? AND span = ? AND place BETWEEN ? AND ?'
    this.#get = prepare((table) => `SELECT place, bytes FROM ${table} ${neighbours}`)
  }

  change(run: number | bigint, { key: { detail, span, index }, bytes }: MergedChange): void {
    if (bytes === undefined) this.#remove[detail].run(run, span, index)
    else this.#put[detail].run(run, span, index, detail === 'series' ? pack(bytes) : bytes)
  }

  /** In the order of `keys`, which are of one detail. */
  read(run: number | bigint, keys: readonly MergedKey[]): (Window | undefined)[] {
    const found = new Map<string, Window>()
    for (let from = 0, to = 0; from < keys.length; from = to) {
      const { detail, span, index } = keys[from]!
      while (keys[to]?.span === span && keys[to]!.index === index + to - from) to++
      const rows = this.#get[detail].all(run, span, index, index + to - from - 1) as Row[]
      for (const { place, bytes } of rows) {
        const plain = detail === 'series' ? unpack(bytes) : new Uint8Array(bytes)
        found.set(nameOf({ detail, span, index: place }), decodeWindow(plain))
      }
    }
    return keys.map((key) => found.get(nameOf(key)))
  }
}

interface Row {
  readonly place: number
  readonly bytes: Bytes
}
