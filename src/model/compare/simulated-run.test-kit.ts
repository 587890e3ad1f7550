/**
 * Runs that never happened, second by second, for what must hold of many pairs of runs. Response times are log-normal; their level
 * wanders as that of a real target does (a first-order autoregression with a memory of some seconds), and now and then it stands
 * still for a part of a second, as garbage collectors and disks do.
 */
import type { Comparison } from '../../contracts/compare.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { Prng } from '../../kernel/prng.ts'
import { LogHistogram } from '../metrics/histogram.ts'
import { WINDOW_MS } from '../metrics/window.ts'
import { resultOf } from '../report/result.test-kit.ts'
import { BlockTable } from './block-table.ts'
import { compareRuns, type Pairing, pairRuns } from './compare-runs.ts'
import { DEFAULT_TOLERANCE } from './tolerance.ts'

export interface Simulated {
  readonly seconds: number
  readonly series: readonly {
    readonly name: string
    readonly ratePerSec: number
    readonly medianMs: number
    /** Of the logarithm: 0.5 makes a p95 of 2.3 medians. */
    readonly spread: number
    readonly errorRatio: number
  }[]
  /** Standard deviation of the level, as a share, and how long it remembers. */
  readonly wander: number
  readonly memorySec: number
  /** How often the target stands still, per second, and for how long. */
  readonly stallsPerSec: number
  readonly stallMs: number
}

export const SHOP: Simulated = {
  seconds: 300,
  series: [
    { name: '/', ratePerSec: 60, medianMs: 40, spread: 0.5, errorRatio: 0.0005 },
    { name: '/search', ratePerSec: 30, medianMs: 90, spread: 0.6, errorRatio: 0.001 },
    { name: '/cart', ratePerSec: 10, medianMs: 60, spread: 0.5, errorRatio: 0.001 },
  ],
  wander: 0.03,
  memorySec: 5,
  stallsPerSec: 0.05,
  stallMs: 80,
}

export function* simulate(run: Simulated, seed: number): Generator<Window> {
  const prng = Prng.of(seed, 'simulated')
  const keep = Math.exp(-1 / run.memorySec)
  let level = run.wander * normal(prng)
  for (let second = 0; second < run.seconds; second++) {
    level = keep * level + run.wander * Math.sqrt(1 - keep * keep) * normal(prng)
    const stalled = prng.next() < run.stallsPerSec ? run.stallMs / WINDOW_MS : 0
    const series = run.series.map((each) => {
      const response = new LogHistogram()
      const requests = poissonish(each.ratePerSec, prng)
      let failures = 0
      for (let request = 0; request < requests; request++) {
        const ms = each.medianMs * Math.exp(level + each.spread * normal(prng))
        const waits = prng.next() < stalled ? prng.next() * run.stallMs : 0
        response.record((ms + waits) * 1_000)
        if (prng.next() < each.errorRatio) failures++
      }
      return deltaOf(each.name, response, failures)
    })
    yield windowOf(second, series)
  }
}

/** A result beside it, as far as comparing asks. */
export function resultOfSimulated(
  { seconds }: Simulated,
  more: Partial<RunResult['run']> = {},
): RunResult {
  const base = resultOf()
  return { ...base, run: { ...base.run, durationMs: seconds * WINDOW_MS, ...more } }
}

export function compareSimulated(
  a: Simulated,
  seedA: number,
  b: Simulated,
  seedB: number,
): Comparison {
  const pairing = pairSimulated(a)
  const [ofA, ofB] = [simulate(a, seedA), simulate(b, seedB)]
  return compareTables(pairing, tableOf(ofA, pairing.span), tableOf(ofB, pairing.span))
}

/** Two runs of `run`. */
export function pairSimulated(run: Simulated): Pairing {
  return pairRuns(resultOfSimulated(run), resultOfSimulated(run))
}

export function compareTables(pairing: Pairing, a: BlockTable, b: BlockTable): Comparison {
  return compareRuns(pairing, a, b, DEFAULT_TOLERANCE)
}

/** Of the windows within `span`. */
export function tableOf(
  windows: Iterable<Window>,
  span: { readonly fromMs: number; readonly toMs: number; readonly blockMs: number },
): BlockTable {
  const table = new BlockTable()
  const all = [...windows]
  for (let fromMs = span.fromMs; fromMs < span.toMs; fromMs += span.blockMs) {
    const ofBlock = ({ startMs }: Window) => startMs >= fromMs && startMs < fromMs + span.blockMs
    for (const window of all.filter(ofBlock)) table.add(window)
    table.endBlock()
  }
  return table
}

/** All of its response times times `factor`. */
export function slower(run: Simulated, factor: number): Simulated {
  return {
    ...run,
    stallMs: run.stallMs * factor,
    series: run.series.map((each) => ({ ...each, medianMs: each.medianMs * factor })),
  }
}

export function deltaOf(name: string, response: LogHistogram, failures = 0): SeriesDelta {
  const requests = response.count
  return {
    kind: 'http',
    method: 'GET',
    name,
    requests,
    failures,
    wireRequests: requests,
    bytesIn: 0,
    bytesOut: 0,
    phaseSumsUs: [0, 0, 0, 0, 0, 0],
    statuses: new Map([[200, requests]]),
    latency: response,
    response,
  }
}

export function windowOf(second: number, series: readonly SeriesDelta[]): Window {
  return {
    window: second,
    startMs: second * WINDOW_MS,
    durationMs: WINDOW_MS,
    complete: true,
    series,
    errors: [],
    checks: [],
    users: { active: 1, started: 0, stopped: 0, failed: 0 },
    arrivals: { due: 0, started: 0, dropped: 0, finished: 0, lateness: new LogHistogram() },
    workers: [],
  }
}

/** Box and Muller. */
function normal(prng: Prng): number {
  return Math.sqrt(-2 * Math.log(1 - prng.next())) * Math.cos(2 * Math.PI * prng.next())
}

/** Arrivals at random, as many in a second as their rate says; rates here are large enough for this to do. */
function poissonish(mean: number, prng: Prng): number {
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(prng)))
}
