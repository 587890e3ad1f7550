/**
 * History that lasts as long as the process: for tests, and where nothing may be written. Keeps windows as bytes, as every store
 * does, so that nobody can change what was kept, and merges none of them: it reads them fast enough. Not bounded but by `prune`.
 */
import type { RunEvent } from '../../../contracts/output.ts'
import type { RunResult } from '../../../contracts/result.ts'
import type {
  KeptRun,
  MergedQuery,
  PruneRules,
  RunQuery,
  RunRecord,
  RunWriter,
  Store,
  StoredRun,
} from '../../../contracts/store.ts'
import type { Window } from '../../../contracts/window.ts'
import { EVENTS_MAX } from '../../../kernel/limits.ts'
import { inDetail } from '../../../model/metrics/merged/overview.ts'
import { decodeWindow, encodeWindow } from '../../../model/metrics/window-codec.ts'
import {
  byNewest,
  figuresOf,
  headOf,
  isAskedFor,
  RUNS_LISTED,
  stateOf,
} from '../../../model/report/kept-run.ts'

interface Row {
  readonly info: KeptRun
  readonly events: RunEvent[]
  /** By number. */
  readonly windows: Map<number, { readonly startMs: number; readonly bytes: Uint8Array }>
  heardAtEpochMs: number
  isBaseline: boolean
  result: RunResult | undefined
}

export class MemoryStore implements Store {
  readonly #epochMs: () => number
  readonly #rows = new Map<string, Row>()

  constructor(epochMs: () => number) {
    this.#epochMs = epochMs
  }

  async begin(info: KeptRun): Promise<RunWriter> {
    if (this.#rows.has(info.id)) throw new Error(`there is a run ${info.id} already`)
    const row: Row = {
      info,
      events: [],
      windows: new Map(),
      heardAtEpochMs: this.#epochMs(),
      isBaseline: false,
      result: undefined,
    }
    this.#rows.set(info.id, row)
    return this.#writerOf(row)
  }

  async list(query: RunQuery = {}): Promise<readonly RunRecord[]> {
    const all = this.#records()
    const before = all.findIndex(({ id }) => id === query.before)
    if (query.before !== undefined && before === -1) return []
    const limit = query.limit ?? RUNS_LISTED
    return all
      .slice(before + 1)
      .filter((each) => isAskedFor(each, query))
      .slice(0, limit)
  }

  async read(id: string): Promise<StoredRun | undefined> {
    const row = this.#rows.get(id)
    if (row === undefined) return undefined
    const { info, events, result } = row
    return { record: this.#recordOf(row), info, events: [...events], result }
  }

  async *windows(
    id: string,
    range = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY },
  ): AsyncIterable<Window> {
    const kept = this.#rows.get(id)?.windows ?? new Map<never, never>()
    for (const [, { startMs, bytes }] of [...kept].sort(([a], [b]) => a - b)) {
      if (startMs >= range.fromMs && startMs < range.toMs) yield decodeWindow(bytes)
    }
  }

  async *merged(
    id: string,
    { detail, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: MergedQuery,
  ): AsyncIterable<Window> {
    for await (const window of this.windows(id, { fromMs, toMs })) {
      yield inDetail(window, detail)
    }
  }

  async setBaseline(id: string, isBaseline: boolean): Promise<void> {
    const row = this.#rows.get(id)
    if (row !== undefined) row.isBaseline = isBaseline
  }

  async remove(ids: readonly string[]): Promise<number> {
    return ids.filter((id) => this.#rows.delete(id)).length
  }

  async prune({ beforeEpochMs = 0, sizeBytesMax, spare }: PruneRules): Promise<RunRecord[]> {
    const removable = this.#records()
      .reverse()
      .filter(({ id, isBaseline, state }) => !isBaseline && state !== 'running' && id !== spare)
    const removed = removable.filter((each) => {
      const isOld = each.startedAtEpochMs < beforeEpochMs
      const isTooMuch = sizeBytesMax !== undefined && this.#sizeBytes() > sizeBytesMax
      return (isOld || isTooMuch) && this.#rows.delete(each.id)
    })
    return removed
  }

  async close(): Promise<void> {}

  #writerOf(row: Row): RunWriter {
    let isClosed = false
    const hear = (): void => {
      row.heardAtEpochMs = this.#epochMs()
    }
    return {
      window: (window) => {
        if (isClosed) return
        const { startMs } = window
        row.windows.set(window.window, { startMs, bytes: encodeWindow(window) })
        hear()
      },
      event: (event) => {
        if (isClosed || row.events.length >= EVENTS_MAX) return
        row.events.push(event)
        hear()
      },
      flush: async () => {},
      finish: async (result) => {
        if (isClosed) return
        isClosed = true
        row.result = result
      },
      abandon: async () => {
        if (isClosed) return
        isClosed = true
        row.heardAtEpochMs = 0
      },
    }
  }

  #records(): RunRecord[] {
    return [...this.#rows.values()].map((row) => this.#recordOf(row)).sort(byNewest)
  }

  #recordOf({ info, result, isBaseline, heardAtEpochMs }: Row): RunRecord {
    const state = stateOf(result !== undefined, heardAtEpochMs, this.#epochMs())
    return { ...headOf(info), state, isBaseline, ...figuresOf(result) }
  }

  #sizeBytes(): number {
    let sum = 0
    for (const { windows } of this.#rows.values()) {
      for (const { bytes } of windows.values()) sum += bytes.length
    }
    return sum
  }
}
