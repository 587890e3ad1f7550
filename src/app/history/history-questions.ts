/**
 * What is asked of kept runs that takes longer than a moment: it unpacks whole results and reads all windows. Answered by a process of its
 * own (`entry/history-process.ts`), so that a run under way is not held up; here is what it answers, whatever process that is.
 * Comparisons of runs that are over are remembered.
 */
import type { Comparison } from '../../contracts/compare.ts'
import type { RunGlance } from '../../contracts/glance.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { RunRecord, Store } from '../../contracts/store.ts'
import type { Trend } from '../../contracts/trend.ts'
import { COMPARISONS_KEPT_MAX } from '../../kernel/limits.ts'
import { DEFAULT_TOLERANCE } from '../../model/compare/tolerance.ts'
import { type TrendMember, trendOf } from '../../model/compare/trend.ts'
import { glanceOf } from '../../model/report/glance.ts'
import { renderMarkdownComparison } from '../../plugins/outputs/markdown/comparison.ts'
import { compareKept, sideOf } from './compare-kept.ts'
import { findRun } from './find-run.ts'
import { resultOfRun } from './result-of.ts'

export type HistoryQuestion =
  | {
      readonly kind: 'compare'
      readonly base: string
      readonly runs: readonly string[]
      readonly anyway: boolean
    }
  | { readonly kind: 'trend'; readonly name: string; readonly limit: number }
  | { readonly kind: 'glances'; readonly ids: readonly string[] }
  | { readonly kind: 'import'; readonly path: string }

/** One comparison, and the same as text to take away. */
export interface WrittenComparison {
  readonly comparison: Comparison
  readonly markdown: string
}

export class HistoryQuestions {
  readonly #store: Store
  readonly #compared = new Map<string, WrittenComparison>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Throws `OnrushError` when a run is not there. */
  answer(question: HistoryQuestion): Promise<unknown> {
    if (question.kind === 'compare') return this.#compareAll(question)
    if (question.kind === 'trend') return readTrend(this.#store, question.name, question.limit)
    if (question.kind === 'glances') return this.#glances(question.ids)
    return this.#import(question.path)
  }

  async #compareAll({
    base,
    runs,
    anyway,
  }: HistoryQuestion & { kind: 'compare' }): Promise<readonly WrittenComparison[]> {
    const a = await findRun(this.#store, base)
    const all: WrittenComparison[] = []
    for (const run of runs) {
      all.push(await this.#compare(a, await findRun(this.#store, run), anyway))
    }
    return all
  }

  async #compare(a: RunRecord, b: RunRecord, anyway: boolean): Promise<WrittenComparison> {
    const key = JSON.stringify([a.id, b.id, anyway])
    const known = this.#compared.get(key)
    if (known !== undefined) return known
    const [sideA, sideB] = [await sideOf(this.#store, a.id), await sideOf(this.#store, b.id)]
    const comparison = await compareKept(sideA, sideB, { tolerance: DEFAULT_TOLERANCE, anyway })
    const written = { comparison, markdown: renderMarkdownComparison(comparison) }
    if (a.state === 'running' || b.state === 'running') return written
    this.#compared.set(key, written)
    const [oldest] = this.#compared.keys()
    if (this.#compared.size > COMPARISONS_KEPT_MAX) this.#compared.delete(oldest!)
    return written
  }

  /** Of those that are there. */
  async #glances(ids: readonly string[]): Promise<readonly RunGlance[]> {
    const found = await Promise.all(ids.map((id) => this.#store.read(id)))
    return found.flatMap((run) => (run === undefined ? [] : [glanceOf(run.info, run.result)]))
  }

  async #import(path: string): Promise<{ readonly id: string }> {
    const { importFile } = await import('./import-file.ts')
    return { id: await importFile(this.#store, path) }
  }
}

/** The newest `limit` runs of this name. */
export async function readTrend(store: Store, name: string, limit: number): Promise<Trend> {
  const members: TrendMember[] = []
  for (const record of await store.list({ name, limit })) {
    const run = await store.read(record.id)
    if (run === undefined) continue
    members.push({ record, result: withoutBulk(await resultOfRun(store, run)) })
  }
  return trendOf(name, members.reverse())
}

/** What a trend does not ask for: up to three hours of seconds for each of its runs. */
function withoutBulk(result: RunResult): RunResult {
  return { ...result, windows: [], series: [], errors: [] }
}
