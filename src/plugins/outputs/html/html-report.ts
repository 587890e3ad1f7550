/**
 * `--html FILE`: follows a run and writes it as a page, at the end and once a minute before, so that a run that is killed leaves one too. Keeps a
 * bounded timeline, and slices for looking at parts; the rest is asked of the run when a page is made. A page is written beside the file
 * and renamed. What goes on has no slices in its page, so that writing it stays a fraction of a second.
 */
import { renameSync, writeFileSync } from 'node:fs'
import type { Output } from '../../../contracts/output.ts'
import type { RunResult } from '../../../contracts/result.ts'
import type { RunView } from '../../../contracts/view.ts'
import type { Window } from '../../../contracts/window.ts'
import { HTML_POINTS_MAX } from '../../../kernel/limits.ts'
import { describeLoad } from '../../../model/plan/shape-format.ts'
import { casesOf, type ReportCase } from '../../../model/report/cases.ts'
import { plannedOf } from '../../../model/view/planned.ts'
import { Timeline } from '../../../model/view/timeline.ts'
import { packRange } from './range/pack-range.ts'
import { RangeBook } from './range/range-book.ts'
import { type Range, renderReport } from './report.ts'
import type { Made } from './sections/trust.ts'

const WINDOWS_PER_PAGE = 60

export class HtmlReport implements Output {
  readonly name = 'html'
  readonly #path: string
  readonly #made: Made | undefined
  readonly #onError: (text: string) => void
  readonly #timeline = new Timeline(HTML_POINTS_MAX)
  readonly #book = new RangeBook()
  #peek: (() => RunResult) | undefined
  #nextPage = WINDOWS_PER_PAGE
  #hasFailed = false

  /** `made`: undefined of a run that was kept without. A page that cannot be written during the run is said once through `onError`. */
  constructor(path: string, made: Made | undefined, onError: (text: string) => void) {
    this.#path = path
    this.#made = made
    this.#onError = onError
  }

  /** `peek` answers the result so far. Before it is known no page is written. */
  follow(peek: () => RunResult): void {
    this.#peek = peek
  }

  onWindow(window: Window): void {
    this.#timeline.add(window)
    this.#book.add(window)
    if (window.window < this.#nextPage || this.#peek === undefined) return
    this.#nextPage = window.window + WINDOWS_PER_PAGE
    const result = this.#peek()
    try {
      this.#write('running', result, casesOf(result, new Map()))
    } catch (error) {
      if (!this.#hasFailed) this.#onError(`--html is not written yet: ${(error as Error).message}`)
      this.#hasFailed = true
    }
  }

  /** The last page. Throws when it cannot be written. */
  finish(result: RunResult, cases: readonly ReportCase[]): void {
    const packed = packRange(this.#book.finish(result))
    const range = packed && { ...packed, index: this.#book.indexOf(result) }
    this.#write('finished', result, cases, range)
  }

  #write(
    state: RunView['state'],
    result: RunResult,
    cases: readonly ReportCase[],
    range?: Range,
  ): void {
    const view: RunView = {
      schema: 'onrush.view/1',
      state,
      paused: false,
      elapsedMs: result.run.durationMs,
      plannedMs: null,
      load: result.run.plan.scenarios.map(({ load }) => describeLoad(load)),
      result,
      points: this.#timeline.points(plannedOf(result.windows)),
    }
    const partial = `${this.#path}.partial`
    writeFileSync(partial, renderReport(view, cases, this.#made, range))
    renameSync(partial, this.#path)
  }
}
