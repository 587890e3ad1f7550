/**
 * What a run shows, at its end and, for whoever looks while it goes on, every ten seconds at most. The insights are loaded when they are
 * asked for the first time, so they cost the start nothing; a run that nobody looks at evaluates them once. Collecting costs one
 * more timeline per window; an evaluation some milliseconds.
 */
import type { Insight, InsightFacts } from '../../contracts/insight.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { type Concluded, conclude } from '../../model/insight/conclude.ts'
import { FactBook } from '../../model/insight/fact-book.ts'

/** Of run time between two evaluations. */
const EVERY_MS = 10_000
const NOTHING = { findings: [] } as const

export class RunFindings {
  readonly #load: (() => Promise<readonly Insight[]>) | undefined
  readonly #onError: (text: string) => void
  readonly #book = new FactBook()
  #loading: Promise<readonly Insight[] | undefined> | undefined
  #insights: readonly Insight[] | undefined
  #latest: Concluded | typeof NOTHING = NOTHING
  #nextMs = EVERY_MS

  /** `load`: undefined where nothing is to be found out. `onError`: they could not be loaded. */
  constructor(
    load: (() => Promise<readonly Insight[]>) | undefined,
    onError: (text: string) => void,
  ) {
    this.#load = load
    this.#onError = onError
  }

  add(window: Window): void {
    if (this.#load !== undefined) this.#book.add(window)
  }

  soFar(result: InsightFacts['result'], series: () => readonly SeriesDelta[]): RunResult {
    if (result.run.durationMs >= this.#nextMs) {
      if (this.#insights === undefined) void this.#loaded()
      else {
        this.#nextMs = result.run.durationMs + EVERY_MS
        this.#latest = conclude(this.#insights, this.#book.facts(result, series()))
      }
    }
    return { ...result, ...this.#latest }
  }

  async atEnd(result: InsightFacts['result'], series: readonly SeriesDelta[]): Promise<RunResult> {
    const insights = await this.#loaded()
    const found =
      insights === undefined ? NOTHING : conclude(insights, this.#book.facts(result, series))
    this.#latest = found
    return { ...result, ...found }
  }

  /** Never rejects. */
  #loaded(): Promise<readonly Insight[] | undefined> {
    this.#loading ??= this.#try()
    return this.#loading
  }

  async #try(): Promise<readonly Insight[] | undefined> {
    try {
      this.#insights = await this.#load?.()
      return this.#insights
    } catch (error) {
      this.#onError(`Findings could not be looked for: ${(error as Error).message}`)
      return undefined
    }
  }
}
