/**
 * One run as the page sees it: an output that follows it window by window, and the handle that steers it. Whoever looks gets the
 * whole view, or what changed since a version that is known already, so a browser that was away misses nothing and two
 * browsers agree. Keeps a bounded timeline and the last result; computes no statistics of its own.
 */
import type { Output, RunEvent } from '../../contracts/output.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { RunView } from '../../contracts/view.ts'
import type { Window } from '../../contracts/window.ts'
import { describeLoad } from '../../model/plan/shape-format.ts'
import { type Planned, Timeline } from '../../model/view/timeline.ts'
import { runEndMs } from '../coordinator/plan-end.ts'
import type { RunHandle } from '../coordinator/run-handle.ts'
import { leanResult } from './lean-result.ts'
import { RunSamples } from './run-samples.ts'

/** A view with only the points that changed. */
export interface ViewUpdate extends RunView {
  /** Points that are known already are no longer true: these are all. */
  readonly reset?: true
}

export class LiveRun implements Output {
  readonly name = 'page'
  readonly id: string
  readonly samples = new RunSamples()
  readonly #timeline = new Timeline()
  readonly #listeners = new Set<() => void>()
  #handle: RunHandle | undefined
  #result: RunResult | undefined
  /** Counts what is no window: events, changes of state. */
  #news = 0
  /** The same for everybody who looks before there is something new. */
  #peeked: { readonly version: number; readonly result: RunResult } | undefined

  constructor(id: string) {
    this.id = id
  }

  /** The run exists. */
  follow(handle: RunHandle): void {
    this.#handle = handle
    this.#tell()
  }

  get handle(): RunHandle | undefined {
    return this.#handle
  }
  get isOver(): boolean {
    return this.#result !== undefined
  }
  /** Grows with everything that can be seen. */
  get version(): number {
    return this.#timeline.version + this.#news
  }

  onWindow(window: Window): void {
    this.#timeline.add(window)
    this.samples.add(window)
    this.#tell()
  }

  onEvent(_event: RunEvent): void {
    this.#tell()
  }

  stop(result: RunResult): void {
    this.#result = result
    this.#tell()
  }

  /** Calls `listener` whenever there is something new; returns how to end that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Undefined before the run exists. `sincePoint`: the `pointVersion` of what is known already; 0: nothing is. */
  view(sincePoint = 0): ViewUpdate | undefined {
    const handle = this.#handle
    if (handle === undefined) return undefined
    const result = this.#result ?? this.#peek(handle)
    const { steering } = handle
    const reset = sincePoint > 0 && sincePoint < this.#timeline.halvedAt
    return {
      schema: 'onrush.view/1',
      state: stateOf(handle, this.isOver),
      paused: steering.paused,
      elapsedMs: result.run.durationMs,
      plannedMs: runEndMs(steering.courses),
      load: steering.courses.map(({ load }) => describeLoad(load)),
      result: leanResult(result),
      points: this.#timeline.points(this.#planned(handle), reset ? 0 : sincePoint),
      ...(reset && { reset }),
    }
  }

  /** Of the points in a view that is made now. */
  get pointVersion(): number {
    return this.#timeline.version
  }

  #peek(handle: RunHandle): RunResult {
    const { version } = this
    if (this.#peeked?.version !== version) this.#peeked = { version, result: handle.peek() }
    return this.#peeked.result
  }

  #planned(handle: RunHandle): Planned {
    const { steering } = handle
    return (fromMs, toMs) => ({
      planned: steering.planned(fromMs, toMs),
      ...(steering.pausedMs(fromMs, toMs) > 0 && { paused: true as const }),
    })
  }

  #tell(): void {
    this.#news++
    for (const listener of this.#listeners) listener()
  }
}

function stateOf({ state }: RunHandle, isOver: boolean): RunView['state'] {
  if (isOver) return 'finished'
  // All workers are done, and the result is being written.
  if (state === 'done') return 'stopping'
  return state === 'idle' ? 'preparing' : state
}
