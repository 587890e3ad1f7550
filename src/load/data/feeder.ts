// HOT: `next` adds two property reads to what `pickers.ts` costs.
/**
 * Data for users: `const people = feeder.csv('people.csv')` at the top level of a script, `people.next(this)` in a task.
 * A feeder made while the script loads is only a wish; `open-feeders.ts` opens all of them before the first user
 * exists, so that `next` never waits. Which row comes is decided in `pickers.ts`.
 */
import { FEEDERS_MAX } from '../../kernel/limits.ts'
import { CORE } from '../user/brand.ts'
import type { UserCore } from '../user/core.ts'
import { StopUser } from '../user/signals.ts'
import type { Wanted } from './feeder-options.ts'
import type { Rows } from './rows.ts'
import { type Generate, NO_MORE, type Source } from './sources.ts'

/** A user, or a task set inside of one: what `this` is in a task. */
export interface Walker {
  readonly [CORE]: UserCore
}

/** Where rows come from. */
export type RowOrigin =
  /** The file that the label names; `path` is absolute. */
  | { readonly kind: 'file'; open(path: string, how: OpenHow): Promise<Rows> }
  /** A database elsewhere; `folder` is the script's, absolute. */
  | {
      readonly kind: 'query'
      /** What can be seen to be missing without asking it. Throws `OnrushError`. */
      check(folder: string): Promise<void>
      open(folder: string, how: OpenHow): Promise<Rows>
    }
  | { readonly kind: 'list'; readonly values: readonly unknown[] }
  | { readonly kind: 'generator'; readonly generate: Generate<unknown> }
export interface OpenHow {
  readonly inMemoryBytesMax: number
  readonly checkAll: boolean
}

/** Hands out rows. Made by `feeder.csv`, `feeder.json`, `feeder.jsonl`, `feeder.sql` and `feeder.from`. */
export class Feeder<Row> {
  /** The path as written, the database without what is secret, or `feeder.from(…)`. */
  readonly label: string
  readonly _wanted: Wanted
  readonly _origin: RowOrigin
  /** Stack of the call that made it: which file of the script, for paths and for messages. */
  readonly _madeAt: string
  _source: Source | undefined
  _endSaid: boolean

  constructor(label: string, wanted: Wanted, origin: RowOrigin, madeAt: string) {
    this.label = label
    this._wanted = wanted
    this._origin = origin
    this._madeAt = madeAt
    this._source = undefined
    this._endSaid = false
  }

  /** Rows in all; Infinity for a generator. */
  get size(): number {
    return this.#opened().count
  }

  /**
   * The next row for this user: `people.next(this)` in a task or `onStart`. Rows are shared, so they are read-only. Where
   * there is no further row and `end` is 'stop', throws `StopUser`, which ends the user quietly. Under 1 µs in memory.
   */
  next(user: Walker): Row {
    const source = this._source ?? this.#opened()
    const core = user[CORE]
    if (core === undefined) {
      throw new TypeError(`next() needs the user that asks: write people.next(this) in a task`)
    }
    const row = source.next(core)
    if (row === NO_MORE) this.#end(core)
    return row as Row
  }

  #end(core: UserCore): never {
    const said = `${this.label} has no further row (pick: '${this._wanted.pick}', end: 'stop')`
    if (!this._endSaid) {
      this._endSaid = true
      core.worker.log('warn', `${said}; users of this worker that ask for one end`)
    }
    throw new StopUser(said)
  }

  #opened(): Source {
    if (this._source !== undefined) return this._source
    throw new Error(
      `${this.label} is not open: make feeders at the top level of the script, and ask them in tasks or onStart`,
    )
  }
}

const KEY = Symbol.for('onrush.feeders')
const shared = globalThis as unknown as Record<symbol, Feeder<unknown>[] | undefined>
shared[KEY] ??= []

/** Notes a new feeder for whoever opens those of the script. Throws beyond `FEEDERS_MAX`. */
export function registerFeeder<Row>(made: Feeder<Row>): Feeder<Row> {
  const all = shared[KEY]!
  if (all.length >= FEEDERS_MAX) {
    throw new Error(
      `more than ${FEEDERS_MAX} feeders: make them at the top level of the script, not in tasks`,
    )
  }
  all.push(made as Feeder<unknown>)
  return made
}

/** The feeders made since the last call: those of the script that was just loaded. */
export function takeFeeders(): readonly Feeder<unknown>[] {
  const made = shared[KEY] ?? []
  shared[KEY] = []
  return made
}
