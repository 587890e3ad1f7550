/**
 * Searches for the limit as files of one folder, `<id>.json` each, in the very format that `--json` prints: readable without onrush, and copied by
 * copying. Ids sort by time, so names are the index. What is damaged is left out of the list and said once; other files of the folder are
 * nobody's business here. Synchronous, because it is asked once per command.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { CapacityResult } from '../../../contracts/capacity.ts'
import type { KeptSearch, SearchRecord, SearchStore } from '../../../contracts/search-store.ts'
import type { SpikeResult } from '../../../contracts/spike.ts'
import { SEARCHES_KEPT_MAX } from '../../../kernel/limits.ts'

/** No path can be made of what fits. */
const ID = /^\d{8}-\d{6}-[0-9a-f]{4}$/

export class SearchFiles implements SearchStore {
  readonly #folder: string
  readonly #onError: (text: string) => void

  /** The folder is made when something is kept. */
  constructor(folder: string, onError: (text: string) => void) {
    this.#folder = folder
    this.#onError = onError
  }

  keep(found: KeptSearch): void {
    mkdirSync(this.#folder, { recursive: true })
    const path = this.#path(found.search.id)
    writeFileSync(`${path}.partial`, `${JSON.stringify(found, null, 2)}\n`)
    renameSync(`${path}.partial`, path)
    this.remove(this.find('').slice(SEARCHES_KEPT_MAX))
  }

  list(limit: number): readonly SearchRecord[] {
    const records: SearchRecord[] = []
    for (const id of this.find('')) {
      if (records.length >= limit) break
      const found = this.read(id)
      if (found !== undefined) records.push(recordOf(found))
    }
    return records
  }

  read(id: string): KeptSearch | undefined {
    const path = this.#path(id)
    if (!ID.test(id) || !existsSync(path)) return undefined
    try {
      return complete(JSON.parse(readFileSync(path, 'utf8')))
    } catch (error) {
      this.#onError(`${path} cannot be read: ${(error as Error).message}`)
      return undefined
    }
  }

  find(idPart: string): readonly string[] {
    if (!existsSync(this.#folder)) return []
    const ids = readdirSync(this.#folder).map((name) => name.replace(/\.json$/, ''))
    return ids
      .filter((id) => ID.test(id) && id.includes(idPart))
      .sort()
      .reverse()
  }

  remove(ids: readonly string[]): number {
    const known = ids.filter((id) => ID.test(id) && existsSync(this.#path(id)))
    for (const id of known) rmSync(this.#path(id))
    return known.length
  }

  #path(id: string): string {
    return `${this.#folder}/${id}.json`
  }
}

/** Fields that older versions did not have are null. Throws when it is something else. */
function complete(json: { schema?: unknown; search?: unknown }): KeptSearch {
  const isWhole = typeof json === 'object' && json !== null && typeof json.search === 'object'
  if (isWhole && json.schema === 'onrush.capacity/1')
    return { ...{ hold: null, generatorCheck: null }, ...(json as unknown as CapacityResult) }
  if (isWhole && json.schema === 'onrush.spike/1')
    return { ...{ ramp: null, versusRamp: null }, ...(json as unknown as SpikeResult) }
  throw new Error('it is neither onrush.capacity/1 nor onrush.spike/1')
}

function recordOf(found: KeptSearch): SearchRecord {
  const { id, script, startedAt, durationMs, by } = found.search
  const { passed, reason } = found.verdict
  const shared = { id, script, startedAt, durationMs, by, passed, reason }
  if (found.schema === 'onrush.spike/1') {
    const { base, peak, lengthSec } = found.search
    const unit = by === 'users' ? ' users' : '/s'
    const asked = [`spike ${base} → ${peak}${unit}, ${lengthSec} s`]
    return { ...shared, kind: 'spike', asked, holds: null, isAtLeast: false }
  }
  const { holds, isAtLeast } = found.answer
  return { ...shared, kind: 'search', asked: found.search.objectives, holds, isAtLeast }
}
