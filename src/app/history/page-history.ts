/** What the page does with kept runs: quick things here, what takes a core for a while in a process of its own. */
import type { Readable } from 'node:stream'
import type { RunGlance } from '../../contracts/glance.ts'
import type { Store } from '../../contracts/store.ts'
import type { Trend } from '../../contracts/trend.ts'
import type { PageHistory } from '../../run/web/history-routes.ts'
import { HistoryProcess } from './history-process.ts'
import type { WrittenComparison } from './history-questions.ts'
import type { HistoryPlace } from './open-history.ts'

export class KeptForPage implements PageHistory {
  readonly #process: HistoryProcess
  readonly #folder: string
  readonly #store: () => Promise<Store | undefined>

  /** `store`: the one of this process; undefined when nothing was ever kept. */
  constructor(
    place: HistoryPlace,
    store: () => Promise<Store | undefined>,
    say: (text: string) => void,
  ) {
    this.#process = new HistoryProcess(place, say)
    this.#folder = place.folder
    this.#store = store
  }

  compare(
    base: string,
    runs: readonly string[],
    anyway: boolean,
  ): Promise<readonly WrittenComparison[]> {
    return this.#process.ask({ kind: 'compare', base, runs, anyway })
  }

  trend(name: string, limit: number): Promise<Trend> {
    return this.#process.ask({ kind: 'trend', name, limit })
  }

  glances(ids: readonly string[]): Promise<readonly RunGlance[]> {
    return this.#process.ask({ kind: 'glances', ids })
  }

  async remove(id: string): Promise<void> {
    const { deleteKept } = await import('./delete-kept.ts')
    const store = await this.#store()
    const run = await store?.read(id)
    if (store !== undefined && run !== undefined)
      await deleteKept(store, [run.record], this.#folder)
  }

  async fileOf(id: string): Promise<Readable | undefined> {
    const { runFileOf } = await import('./run-file.ts')
    const store = await this.#store()
    const run = await store?.read(id)
    return run && runFileOf(store!, run)
  }

  importFile(path: string): Promise<{ readonly id: string }> {
    return this.#process.ask({ kind: 'import', path })
  }

  close(): void {
    this.#process.close()
  }
}
