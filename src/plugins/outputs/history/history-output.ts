/**
 * Keeps a run in a store while it goes on. The store is opened with the first window, a second into the run, so that the first
 * request waits for nothing of it; what is told before then waits in a bounded queue. A store that cannot be opened is said once, and
 * the run goes on without it.
 */
import type { Output, RunEvent, RunInfo } from '../../../contracts/output.ts'
import type { RunResult } from '../../../contracts/result.ts'
import type { KeptRun, PruneRules, RunRecord, RunWriter, Store } from '../../../contracts/store.ts'
import type { Window } from '../../../contracts/window.ts'
import { EVENTS_MAX } from '../../../kernel/limits.ts'

export interface HistoryOptions {
  /** Called once. */
  readonly open: () => Promise<Store>
  /** `git` never rejects. */
  readonly facts: Pick<KeptRun, 'scriptHash' | 'version' | 'node'> & {
    readonly git: Promise<KeptRun['git']>
  }
  /** A sentence: what cannot be kept. */
  readonly onError: (text: string) => void
  /** What is to go when the run is over, asked then. */
  readonly prune: () => PruneRules
  readonly onPruned: (removed: readonly RunRecord[]) => void
}

export class HistoryOutput implements Output {
  readonly name = 'history'
  readonly #options: HistoryOptions
  #run: RunInfo | undefined
  #opening: Promise<void> | undefined
  #store: Store | undefined
  #writer: RunWriter | undefined
  /** Told before there was a writer. */
  #waiting: ((writer: RunWriter) => void)[] = []

  constructor(options: HistoryOptions) {
    this.#options = options
  }

  start(run: RunInfo): void {
    this.#run = run
  }

  onWindow(window: Window): void {
    this.#tell((writer) => writer.window(window))
    this.#opening ??= this.#open()
  }

  onEvent(event: RunEvent): void {
    this.#tell((writer) => writer.event(event))
  }

  async stop(result: RunResult): Promise<void> {
    this.#opening ??= this.#open()
    await this.#opening
    await this.#writer?.finish(result)
    const { prune, onPruned, onError } = this.#options
    try {
      const removed = await this.#store?.prune({ ...prune(), spare: result.run.id })
      if (removed !== undefined && removed.length > 0) onPruned(removed)
    } catch (error) {
      onError(`history: older runs could not be deleted: ${(error as Error).message}`)
    }
  }

  /** A run without a result is cut off. Idempotent, never rejects. */
  async close(): Promise<void> {
    await this.#opening
    await this.#writer?.abandon()
    try {
      await this.#store?.close()
    } catch (error) {
      this.#options.onError(`history: it could not be closed: ${(error as Error).message}`)
    }
  }

  #tell(tell: (writer: RunWriter) => void): void {
    if (this.#writer !== undefined) tell(this.#writer)
    else if (this.#waiting.length < EVENTS_MAX) this.#waiting.push(tell)
  }

  async #open(): Promise<void> {
    const { open, facts, onError } = this.#options
    try {
      if (this.#run === undefined) return
      this.#store = await open()
      const run = { ...this.#run, ...facts, git: await facts.git }
      const writer = await this.#store.begin(run)
      for (const tell of this.#waiting) tell(writer)
      this.#writer = writer
      this.#waiting = []
    } catch (error) {
      onError(`this run is not kept in the history: ${(error as Error).message}`)
    }
  }
}
