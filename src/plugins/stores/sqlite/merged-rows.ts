/** What is kept of a run beside its windows: stretches of them merged, compressed as windows are. */
import type Database from 'libsql'
import type { Window } from '../../../contracts/window.ts'
import type { MergedChange } from '../../../model/metrics/merged/merged-book.ts'
import { type MergedKey, nameOf } from '../../../model/metrics/merged/merged-key.ts'
import { decodeWindow } from '../../../model/metrics/window-codec.ts'
import { type Bytes, pack, unpack } from './packed.ts'

type Statement = Database.Statement<unknown[]>

export class MergedRows {
  readonly #put: Statement
  readonly #remove: Statement
  readonly #get: Statement

  constructor(database: Database.Database) {
    const ofSpan = 'WHERE run = ? AND detail = ? AND span = ?'
    this.#put = database.prepare('INSERT OR REPLACE INTO merged VALUES (?, ?, ?, ?, ?)')
    this.#remove = database.prepare(`DELETE FROM merged ${ofSpan} AND place = ?`)
    this.#get = database.prepare(
      `SELECT place, bytes FROM merged ${ofSpan} AND place BETWEEN ? AND ?`,
    )
  }

  change(run: number | bigint, { key: { detail, span, index }, bytes }: MergedChange): void {
    if (bytes === undefined) this.#remove.run(run, detail, span, index)
    else this.#put.run(run, detail, span, index, pack(bytes))
  }

  /** In the order of `keys`; undefined: not kept. Neighbours are read in one go. */
  read(run: number | bigint, keys: readonly MergedKey[]): (Window | undefined)[] {
    const found = new Map<string, Window>()
    for (let from = 0, to = 0; from < keys.length; from = to) {
      const { detail, span, index } = keys[from]!
      while (keys[to]?.span === span && keys[to]!.index === index + to - from) to++
      const rows = this.#get.all(run, detail, span, index, index + to - from - 1) as Row[]
      for (const { place, bytes } of rows) {
        found.set(nameOf({ detail, span, index: place }), decodeWindow(unpack(bytes)))
      }
    }
    return keys.map((key) => found.get(nameOf(key)))
  }
}

interface Row {
  readonly place: number
  readonly bytes: Bytes
}
