/**
 * Reads the monitors of a run once per second, beside everything else: opened when the load has begun, so that looking at the target
 * delays nothing, and never waited for. What arrives within a window belongs to it; a source that fails, or is too slow, leaves a gap
 * there, is said once, and is tried again every second.
 *
 *     window n   |------------------------------ tick ---|
 *     run clock  n·1000                     n·1000 + 750   (n+1)·1000, and soon after the window closes
 */
import type { Clock, TimerHandle } from '../../contracts/clock.ts'
import type {
  Monitor,
  MonitorFigure,
  MonitorReading,
  MonitorUnit,
} from '../../contracts/monitor.ts'
import type { MonitorResult } from '../../contracts/result.ts'
import { MONITOR_FIGURES_MAX, MONITORS_MAX, WINDOWS_REOPEN_MAX } from '../../kernel/limits.ts'
import { MonitorTotals } from '../../model/metrics/monitor-totals.ts'
import { WINDOW_MS } from '../wire/timing.ts'

/** Late enough to be about the window, early enough to be there when it closes. */
const TICK_MS = 750
/** A reading that takes longer is given up, so that the source is asked again at the second tick after. */
const READ_MS_MAX = 1_900

export interface WatchDeps {
  readonly clock: Clock
  /** Called once, when the load has begun. */
  open(): Promise<readonly Monitor[]>
  say(text: string): void
  onLimit(name: string, count: number): void
}

export class Watch {
  readonly #deps: WatchDeps
  readonly #sources: Source[] = []
  readonly #taken = new Map<number, readonly MonitorReading[]>()
  #startMs = Number.NaN
  #firstTick = Number.POSITIVE_INFINITY
  #lastTick = -1
  #timer: TimerHandle | undefined
  #closed = false

  constructor(deps: WatchDeps) {
    this.#deps = deps
  }

  /** `startMs`: where the run clock begins, on the clock. */
  begin(startMs: number): void {
    this.#startMs = startMs
    this.#deps.open().then(
      (monitors) => this.#opened(monitors),
      (error: unknown) => this.#deps.say(`The target cannot be watched: ${reasonOf(error)}.`),
    )
  }

  /** What belongs to `window`, the same however often it is asked; undefined when nothing was to be read in it. */
  take(window: number): readonly MonitorReading[] | undefined {
    const known = this.#taken.get(window)
    if (known !== undefined) return known
    if (window < this.#firstTick || window > this.#lastTick) return undefined
    const readings = this.#sources.flatMap((source) => source.take(window))
    this.#taken.set(window, readings)
    this.#taken.delete(window - WINDOWS_REOPEN_MAX)
    return readings
  }

  results(): MonitorResult[] {
    return this.#sources.flatMap((source) => source.results())
  }

  /** Idempotent; gives up what is being read. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#timer !== undefined) this.#deps.clock.cancel(this.#timer)
    for (const source of this.#sources) source.close()
  }

  #opened(monitors: readonly Monitor[]): void {
    if (monitors.length > MONITORS_MAX) this.#deps.onLimit('monitors', monitors.length)
    monitors.forEach((monitor, index) => {
      if (this.#closed || index >= MONITORS_MAX) monitor.close()
      else this.#sources.push(new Source(monitor, this.#deps))
    })
    if (this.#closed || this.#sources.length === 0) return
    // Counters are speeds only from the second reading on.
    for (const source of this.#sources) void source.read(undefined)
    const tickMs = this.#deps.clock.nowMs() - this.#startMs - TICK_MS
    this.#firstTick = Math.max(0, Math.ceil(tickMs / WINDOW_MS))
    this.#await(this.#firstTick)
  }

  #await(window: number): void {
    const { clock } = this.#deps
    const dueMs = this.#startMs + window * WINDOW_MS + TICK_MS
    this.#timer = clock.at(dueMs, (due: number) => this.#tick(due), window)
  }

  #tick(window: number): void {
    this.#lastTick = window
    const arrivedIn = (): number =>
      Math.floor((this.#deps.clock.nowMs() - this.#startMs) / WINDOW_MS)
    for (const source of this.#sources) void source.read(arrivedIn)
    // After a long sleep of this machine the windows in between are gaps.
    this.#await(Math.max(window + 1, arrivedIn()))
  }
}

/** One monitor, and what it said so far. */
class Source {
  readonly #monitor: Monitor
  readonly #deps: WatchDeps
  readonly #figures = new Map<string, MonitorTotals>()
  /** What has arrived for windows that are not closed yet. */
  readonly #arrived = new Map<number, ReadonlyMap<string, number>>()
  #reading: AbortController | undefined
  #wasSaid = false
  #closed = false

  constructor(monitor: Monitor, deps: WatchDeps) {
    this.#monitor = monitor
    this.#deps = deps
  }

  /** `arrivedIn` says to which window the figures belong; without it they are thrown away. Never rejects. */
  async read(arrivedIn: (() => number) | undefined): Promise<void> {
    if (this.#reading !== undefined) return
    const { clock } = this.#deps
    const reading = new AbortController()
    this.#reading = reading
    const deadline = clock.at(
      clock.nowMs() + READ_MS_MAX,
      () => reading.abort(new Error(`no answer within ${READ_MS_MAX / 1_000} s`)),
      undefined,
    )
    try {
      const figures = await orAborted(this.#monitor.read(reading.signal), reading.signal)
      if (arrivedIn !== undefined) this.#arrived.set(arrivedIn(), this.#valuesOf(figures))
    } catch (error) {
      this.#say(error)
    } finally {
      clock.cancel(deadline)
      this.#reading = undefined
    }
  }

  take(window: number): MonitorReading[] {
    const values = this.#arrived.get(window)
    for (const each of this.#arrived.keys()) if (each <= window) this.#arrived.delete(each)
    return [...this.#figures].map(([metric, totals]) => {
      const value = values?.get(metric) ?? null
      totals.add(value)
      return { name: totals.name, unit: totals.unit, value }
    })
  }

  results(): MonitorResult[] {
    return [...this.#figures.values()].map((totals) => totals.result())
  }

  close(): void {
    this.#closed = true
    this.#reading?.abort(new Error('the run is over'))
    this.#monitor.close()
  }

  #valuesOf(figures: readonly MonitorFigure[]): Map<string, number> {
    const values = new Map<string, number>()
    for (const { metric, unit, value } of figures) {
      if (this.#isKnown(metric, unit) && Number.isFinite(value)) values.set(metric, value)
    }
    return values
  }

  #isKnown(metric: string, unit: MonitorUnit): boolean {
    if (this.#figures.has(metric)) return true
    const { name, source } = this.#monitor
    if (this.#figures.size >= MONITOR_FIGURES_MAX) {
      this.#deps.onLimit(`figures of ${name}`, this.#figures.size)
      return false
    }
    this.#figures.set(metric, new MonitorTotals(`${name}.${metric}`, source, unit))
    return true
  }

  #say(error: unknown): void {
    if (this.#wasSaid || this.#closed) return
    this.#wasSaid = true
    const { name, source } = this.#monitor
    const what = name === source ? name : `${name} (${source})`
    this.#deps.say(
      `${what} cannot be watched: ${reasonOf(error)}. Its figures are missing until it can be read again.`,
    )
  }
}

/** A monitor that ignores the signal must not keep its source busy for ever. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    work.then(resolve, reject)
  })
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
}
