/**
 * Targets with a known limit, second by second in virtual time: what a run's windows would look like. `QueueTarget` serves first come first
 * served with `servers` and exponential service (M/M/c), Poisson arrivals; what was queued stays queued when the load
 * changes. `LimiterTarget` answers at once up to a rate and refuses the rest. `NetworkTarget` is a closed two-station network.
 */
import type { WorkerHealth } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { MinHeap } from '../../kernel/min-heap.ts'
import { Prng } from '../../kernel/prng.ts'
import { LogHistogram } from '../metrics/histogram.ts'
import { SeriesTotals } from '../metrics/series-totals.ts'

export interface SimulatedTarget {
  /** The next second at this load. */
  second(load: number): Window
}

export const WELL: WorkerHealth = {
  cpuRatio: 0.2,
  loopUtilisation: 0.2,
  loopDelayMsP99: 1,
  rssBytes: 50_000_000,
  openSockets: 10,
  inFlight: 0,
  inFlightMs: 0,
  limits: [],
}

/** Answers, by the second in which they come. */
class Book {
  health: WorkerHealth = WELL
  latenessMs = 0
  #window = 0
  #inFlight = 0
  readonly #seconds: ({ series: SeriesTotals; inFlightMs: number } | undefined)[] = []

  /** Second of the run that is being made. */
  get window(): number {
    return this.#window
  }

  note(fromSec: number, toSec: number, status = 200): void {
    const { series } = this.#of(Math.floor(toSec))
    series.requests++
    if (status >= 400) series.failures++
    series.statuses.set(status, (series.statuses.get(status) ?? 0) + 1)
    series.latency.record((toSec - fromSec) * 1e6)
    for (let second = Math.floor(fromSec); second <= toSec; second++) {
      const overlap = Math.min(toSec, second + 1) - Math.max(fromSec, second)
      this.#of(second).inFlightMs += overlap * 1_000
    }
    this.#inFlight++
  }

  close(due: number): Window {
    const window = this.#window++
    const { series, inFlightMs } = this.#of(window)
    this.#seconds[window] = undefined
    this.#inFlight -= series.requests
    const lateness = new LogHistogram()
    for (let each = 0; each < due; each++) lateness.record(this.latenessMs * 1_000)
    return {
      window,
      startMs: window * 1_000,
      durationMs: 1_000,
      complete: true,
      series: series.requests === 0 ? [] : [series],
      errors: [],
      checks: [],
      users: { active: 0, started: 0, stopped: 0, failed: 0 },
      arrivals: { due, started: due, dropped: 0, finished: series.requests, lateness },
      workers: [[0, { ...this.health, inFlight: this.#inFlight, inFlightMs }]],
    }
  }

  #of(second: number) {
    let found = this.#seconds[second]
    if (found === undefined) {
      found = { series: new SeriesTotals('http', 'GET', '/'), inFlightMs: 0 }
      this.#seconds[second] = found
    }
    return found
  }
}

export class QueueTarget implements SimulatedTarget {
  readonly book = new Book()
  readonly #prng: Prng
  readonly #servicePerSec: number
  /** When each server is free. */
  readonly #free = new MinHeap()
  #next = 0

  constructor(servicePerSec: number, servers: number, seed: number) {
    this.#prng = Prng.of(seed, 'queue')
    this.#servicePerSec = servicePerSec
    for (let server = 0; server < servers; server++) this.#free.push(0)
  }

  second(load: number): Window {
    const from = this.book.window
    let due = 0
    // Without a memory, arrivals at random may begin anew each second.
    this.#next = from + this.#exponential(load)
    for (; this.#next < from + 1; this.#next += this.#exponential(load)) {
      const end = Math.max(this.#next, this.#free.pop()!) + this.#exponential(this.#servicePerSec)
      this.#free.push(end)
      this.book.note(this.#next, end)
      due++
    }
    return this.book.close(due)
  }

  #exponential(perSec: number): number {
    return -Math.log(1 - this.#prng.next()) / perSec
  }
}

/** Evenly spaced arrivals, one server, `serviceSec` each: a queue that can be computed by hand. */
export class EvenTarget implements SimulatedTarget {
  readonly book = new Book()
  readonly #serviceSec: number
  /** Requests that may wait; the rest is refused. */
  readonly #places: number
  #freeSec = 0

  constructor(serviceSec: number, places = Number.POSITIVE_INFINITY) {
    this.#serviceSec = serviceSec
    this.#places = places
  }

  second(load: number): Window {
    const from = this.book.window
    for (let index = 0; index < load; index++) {
      const atSec = from + index / load
      const waiting = (this.#freeSec - atSec) / this.#serviceSec
      if (waiting > this.#places) {
        this.book.note(atSec, atSec, 503)
        continue
      }
      this.#freeSec = Math.max(this.#freeSec, atSec) + this.#serviceSec
      this.book.note(atSec, this.#freeSec)
    }
    return this.book.close(load)
  }
}

export class LimiterTarget implements SimulatedTarget {
  readonly book = new Book()
  readonly #limitPerSec: number
  #owed = 0

  constructor(limitPerSec: number) {
    this.#limitPerSec = limitPerSec
  }

  second(load: number): Window {
    const from = this.book.window
    this.#owed += load
    const due = Math.floor(this.#owed + 1e-9)
    this.#owed -= due
    for (let index = 0; index < due; index++) {
      const at = from + index / due
      this.book.note(at, at + 0.000_8 / Math.max(1, due), index < this.#limitPerSec ? 200 : 429)
    }
    return this.book.close(due)
  }
}

export class NetworkTarget implements SimulatedTarget {
  readonly book = new Book()
  readonly #prng: Prng
  readonly #demandsSec: readonly number[]
  readonly #thinkSec: number
  readonly #free: number[]
  readonly #users: { atSec: number; station: number; fromSec: number }[] = []

  constructor(demandsSec: readonly number[], thinkSec: number, seed: number) {
    this.#prng = Prng.of(seed, 'network')
    this.#demandsSec = demandsSec
    this.#thinkSec = thinkSec
    this.#free = demandsSec.map(() => 0)
  }

  second(load: number): Window {
    const end = this.book.window + 1
    while (this.#users.length > load) this.#users.pop()
    while (this.#users.length < load)
      this.#users.push({
        atSec: end - 1 + this.#exponential(this.#thinkSec),
        station: 0,
        fromSec: 0,
      })
    for (;;) {
      const user = this.#users.reduce((first, each) => (each.atSec < first.atSec ? each : first))
      if (user.atSec >= end) break
      if (user.station === 0) user.fromSec = user.atSec
      const begin = Math.max(user.atSec, this.#free[user.station]!)
      user.atSec = begin + this.#exponential(this.#demandsSec[user.station]!)
      this.#free[user.station] = user.atSec
      user.station++
      if (user.station < this.#demandsSec.length) continue
      this.book.note(user.fromSec, user.atSec)
      user.station = 0
      user.atSec += this.#exponential(this.#thinkSec)
    }
    return this.book.close(0)
  }

  #exponential(meanSec: number): number {
    return -Math.log(1 - this.#prng.next()) * meanSec
  }
}
