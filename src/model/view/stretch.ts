/** Some windows of a run, summed up for one point of a chart. Levels are those of the last window, or means where a mean says more. */
import type { MonitorReading, MonitorUnit } from '../../contracts/monitor.ts'
import { PHASE_NAMES } from '../../contracts/plan.ts'
import type { ViewPoint } from '../../contracts/view.ts'
import type { Window } from '../../contracts/window.ts'
import { asLogHistogram, LogHistogram } from '../metrics/histogram.ts'
import { isOfRequests } from '../metrics/series-totals.ts'
import { percentileMs } from '../metrics/summary.ts'
import { heatOf } from './heat.ts'

export class Stretch {
  /** Of the timeline, when it changed last. */
  version = 0
  readonly #windows = new Set<number>()
  #response = new LogHistogram()
  /** It is still that of a window, which is not to be changed: most overviews have one series and are never merged again. */
  #isShared = false
  readonly #phaseSumsUs = PHASE_NAMES.map(() => 0)
  readonly #errors = new Map<string, number>()
  readonly #monitors = new Map<string, Monitored>()
  #last = -1
  #users = 0
  #started = 0
  #dropped = 0
  #requests = 0
  #failures = 0
  #bytesIn = 0
  #bytesOut = 0
  #inFlightMs = 0
  #cpuRatio = 0
  #loopDelayMs = 0

  static of(window: Window): Stretch {
    const stretch = new Stretch()
    stretch.#read(window)
    return stretch
  }

  has(window: number): boolean {
    return this.#windows.has(window)
  }

  /** Of other windows. */
  add(other: Stretch): void {
    for (const window of other.#windows) this.#windows.add(window)
    if (other.#last > this.#last) {
      this.#last = other.#last
      this.#users = other.#users
    }
    this.#merge(other.#response)
    other.#phaseSumsUs.forEach((us, phase) => {
      this.#phaseSumsUs[phase]! += us
    })
    for (const [kind, count] of other.#errors) this.#fail(kind, count)
    for (const [name, each] of other.#monitors) this.#watch(name, each)
    this.#started += other.#started
    this.#dropped += other.#dropped
    this.#requests += other.#requests
    this.#failures += other.#failures
    this.#bytesIn += other.#bytesIn
    this.#bytesOut += other.#bytesOut
    this.#inFlightMs += other.#inFlightMs
    this.#cpuRatio = Math.max(this.#cpuRatio, other.#cpuRatio)
    this.#loopDelayMs = Math.max(this.#loopDelayMs, other.#loopDelayMs)
  }

  point(atMs: number, spanMs: number): Omit<ViewPoint, 'planned'> {
    const response = this.#response
    return {
      atMs,
      spanMs,
      users: this.#users,
      arrivals: { started: this.#started, dropped: this.#dropped },
      requests: this.#requests,
      failures: this.#failures,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      p50Ms: percentileMs(response, 50),
      p95Ms: percentileMs(response, 95),
      p99Ms: percentileMs(response, 99),
      maxMs: percentileMs(response, 100),
      heat: heatOf(response),
      phasesMs: this.#phaseSumsUs.map((us) =>
        this.#requests === 0 ? 0 : us / this.#requests / 1_000,
      ),
      errors: [...this.#errors],
      inFlight: this.#inFlightMs / spanMs,
      cpuRatio: this.#cpuRatio,
      loopDelayMs: this.#loopDelayMs,
      ...(this.#monitors.size > 0 && { monitors: [...this.#monitors].map(meanOf) }),
    }
  }

  #read({ window, series, errors, users, arrivals, workers, monitors = [] }: Window): void {
    this.#windows.add(window)
    this.#last = window
    this.#users = users.active
    this.#started = arrivals.started
    this.#dropped = arrivals.dropped
    for (const each of series.filter(isOfRequests)) {
      this.#requests += each.requests
      this.#failures += each.failures
      this.#bytesIn += each.bytesIn
      this.#bytesOut += each.bytesOut
      this.#merge(asLogHistogram(each.response))
      each.phaseSumsUs.forEach((us, phase) => {
        this.#phaseSumsUs[phase]! += us
      })
    }
    for (const { kind, count } of errors) this.#fail(kind, count)
    for (const { name, unit, value, readings = 1 } of monitors)
      this.#watch(name, {
        unit,
        sum: (value ?? 0) * readings,
        count: value === null ? 0 : readings,
      })
    for (const [, health] of workers) {
      this.#inFlightMs += health.inFlightMs
      this.#cpuRatio = Math.max(this.#cpuRatio, health.cpuRatio)
      this.#loopDelayMs = Math.max(this.#loopDelayMs, health.loopDelayMsP99)
    }
  }

  #merge(response: LogHistogram): void {
    if (response.count === 0) return
    if (this.#response.count === 0) {
      this.#response = response
      this.#isShared = true
      return
    }
    if (this.#isShared) {
      const shared = this.#response
      this.#response = new LogHistogram()
      this.#response.mergeFrom(shared)
      this.#isShared = false
    }
    this.#response.mergeFrom(response)
  }

  #watch(name: string, { unit, sum, count }: Monitored): void {
    const known = this.#monitors.get(name)
    if (known === undefined) this.#monitors.set(name, { unit, sum, count })
    else {
      known.sum += sum
      known.count += count
    }
  }

  #fail(kind: string, count: number): void {
    this.#errors.set(kind, (this.#errors.get(kind) ?? 0) + count)
  }
}

interface Monitored {
  readonly unit: MonitorUnit
  sum: number
  count: number
}

function meanOf([name, { unit, sum, count }]: [string, Monitored]): MonitorReading {
  return { name, unit, value: count === 0 ? null : sum / count }
}
