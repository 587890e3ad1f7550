/**
 * Consecutive windows as one longer window. Counts are sums and histograms are merged, so that totals and percentiles of a stretch are those
 * of its windows; levels (users, requests in flight) are those of the last one, what says how busy a worker was is the worst of all,
 * figures of monitors are means that know of how many readings, and of kept requests there are those a result shows. Give windows in
 * order, each once; longer ones may be among them.
 */
import type { MonitorUnit } from '../../../contracts/monitor.ts'
import type { WorkerHealth } from '../../../contracts/snapshot.ts'
import type { Window } from '../../../contracts/window.ts'
import { RunTotals, WINDOW_MS } from '../window.ts'
import { ShownExemplars } from './shown-exemplars.ts'

export class WindowMerger {
  readonly #totals = new RunTotals()
  readonly #health = new Map<number, WorkerHealth>()
  readonly #monitors = new Map<string, Mean>()
  readonly #exemplars = new ShownExemplars()
  #active = 0
  #isComplete = true

  /** Copies what it needs. */
  add(window: Window): void {
    this.#totals.add(window)
    this.#exemplars.add(window.exemplars ?? [])
    this.#active = window.users.active
    this.#isComplete &&= window.complete
    for (const [index, health] of window.workers) {
      const known = this.#health.get(index)
      this.#health.set(index, known === undefined ? health : worseOf(known, health))
    }
    for (const { name, unit, value, readings = 1 } of window.monitors ?? []) {
      const mean = this.#monitors.get(name) ?? { unit, sum: 0, readings: 0 }
      this.#monitors.set(name, mean)
      if (value === null) continue
      mean.sum += value * readings
      mean.readings += readings
    }
  }

  /** As the window that begins with number `first` and is `span` windows long. Changes with what is added. */
  merged(first: number, span: number): Window {
    const { series, errors, checks, metrics, users, arrivals } = this.#totals
    const exemplars = this.#exemplars.all
    return {
      window: first,
      startMs: first * WINDOW_MS,
      durationMs: span * WINDOW_MS,
      complete: this.#isComplete,
      ...{ series, errors, checks, metrics, arrivals },
      ...(exemplars.length > 0 && { exemplars }),
      users: { ...users, active: this.#active },
      workers: [...this.#health].sort(([a], [b]) => a - b),
      ...(this.#monitors.size > 0 && { monitors: [...this.#monitors].map(readingOf) }),
    }
  }
}

interface Mean {
  readonly unit: MonitorUnit
  sum: number
  readings: number
}

function readingOf([name, { unit, sum, readings }]: readonly [string, Mean]) {
  return { name, unit, value: readings === 0 ? null : sum / readings, readings }
}

function worseOf(a: WorkerHealth, b: WorkerHealth): WorkerHealth {
  const waits = [a.cpuWaitRatio, b.cpuWaitRatio].filter((each) => each !== undefined)
  const limits = new Map(a.limits)
  for (const [name, count] of b.limits) limits.set(name, count + (limits.get(name) ?? 0))
  return {
    cpuRatio: Math.max(a.cpuRatio, b.cpuRatio),
    loopUtilisation: Math.max(a.loopUtilisation, b.loopUtilisation),
    loopDelayMsP99: Math.max(a.loopDelayMsP99, b.loopDelayMsP99),
    ...(waits.length > 0 && { cpuWaitRatio: Math.max(...waits) }),
    rssBytes: Math.max(a.rssBytes, b.rssBytes),
    openSockets: Math.max(a.openSockets, b.openSockets),
    inFlight: b.inFlight,
    inFlightMs: a.inFlightMs + b.inFlightMs,
    limits: [...limits],
  }
}
