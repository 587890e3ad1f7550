/**
 * The run as a person watches it, on standard error: a window at the bottom of a terminal, or one plain line per ten
 * seconds where nobody redraws (CI, files, agents). Standard output belongs to results and is never touched.
 * Draws when a window arrives, once a second, and owns no timer that could outlive a run.
 */
import type { Output, RunEvent, RunInfo } from '../../../contracts/output.ts'
import type { LoadShape } from '../../../contracts/plan.ts'
import type { RunResult, ThresholdResult } from '../../../contracts/result.ts'
import type { Window } from '../../../contracts/window.ts'
import { BottomWindow, type TextSink } from './bottom-window.ts'
import { formatClock } from './format.ts'
import { LiveState } from './live-state.ts'
import { type LiveStatus, renderLive, shortLine } from './live-view.ts'
import { mark, type Style } from './style.ts'
import { renderSummary, type SummaryPlaces } from './summary.ts'

const PLAIN_EVERY_MS = 10_000
/** Log lines of one run that reach the screen; a script that logs per request must not drown the rest. */
const LOG_LINES_MAX = 1_000

export class ConsoleOutput implements Output {
  readonly name = 'console'
  readonly #sink: TextSink
  readonly #style: () => Style
  readonly #places: (result: RunResult) => SummaryPlaces
  readonly #describeLoad: (load: LoadShape) => string
  readonly #status: () => LiveStatus | undefined
  readonly #quiet: boolean
  readonly #window: BottomWindow
  #state: LiveState | undefined
  #nextPlainMs = PLAIN_EVERY_MS
  #logLines = 0

  /** `style` is asked at each drawing, because terminals change their width. `quiet`: the summary only. */
  constructor(options: {
    sink: TextSink
    style: () => Style
    places: (result: RunResult) => SummaryPlaces
    /** A load on one line. */
    describeLoad: (load: LoadShape) => string
    /** Of a run that can be steered. */
    status?: () => LiveStatus | undefined
    quiet: boolean
  }) {
    this.#sink = options.sink
    this.#style = options.style
    this.#places = options.places
    this.#describeLoad = options.describeLoad
    this.#status = options.status ?? (() => undefined)
    this.#quiet = options.quiet
    this.#window = new BottomWindow(options.sink)
  }

  start(run: RunInfo): void {
    this.#state = new LiveState(run, this.#describeLoad)
    this.#draw()
  }

  onWindow(window: Window, thresholds: readonly ThresholdResult[]): void {
    if (this.#state === undefined) return
    this.#state.add(window, thresholds)
    this.#draw()
    if (this.#quiet || this.#style().live) return
    const endMs = window.startMs + window.durationMs
    if (endMs < this.#nextPlainMs) return
    this.#nextPlainMs = endMs - (endMs % PLAIN_EVERY_MS) + PLAIN_EVERY_MS
    this.#sink.write(`${shortLine(this.#state.view())}\n`)
  }

  onEvent(event: RunEvent): void {
    if (event.kind === 'stopping' && this.#state !== undefined) this.#state.stopping = true
    if (this.#quiet && event.level === 'info') return
    this.#logLines++
    if (this.#logLines > LOG_LINES_MAX) return
    const style = this.#style()
    const prefix =
      event.level === 'info' ? '' : `${mark(style, event.level === 'warn' ? 'warn' : 'fail')} `
    const more = this.#logLines === LOG_LINES_MAX ? ' (further lines are left out)' : ''
    const by = event.by === undefined ? '' : style.dim(`${formatClock(event.atMs)} ${event.kind} `)
    this.#window.print([`${prefix}${by}${event.text}${more}`])
  }

  stop(result: RunResult): void {
    this.#window.close()
    const loads = result.run.plan.scenarios.map(({ load }) => this.#describeLoad(load))
    const changes = result.events.filter((each) => each.kind === 'steer').length
    const changed =
      changes === 0 ? '' : `, changed ${changes} ${changes === 1 ? 'time' : 'times'} while it ran`
    const places = { ...this.#places(result), load: `${loads.join(' + ')}${changed}` }
    const lines = renderSummary(result, places, this.#style())
    this.#sink.write(`\n${lines.join('\n')}\n`)
  }

  /** Gives the terminal back when a run ends without a result. */
  close(): void {
    this.#window.close()
  }

  /** A line above the live view. */
  say(text: string): void {
    this.#window.print([text])
  }

  /** Something that it shows has changed between two windows. */
  redraw(): void {
    this.#draw()
  }

  #draw(): void {
    const style = this.#style()
    if (this.#quiet || !style.live || this.#state === undefined) return
    this.#window.draw(renderLive({ ...this.#state.view(), ...this.#status() }, style))
  }
}
