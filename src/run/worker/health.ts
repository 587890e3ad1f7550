/**
 * How the generator itself is doing, once per window: CPU, how busy and how late the event loop was, memory, sockets.
 * Without it nobody could tell a slow target from a slow generator. Empty turns that the clock makes to be punctual
 * look like work to the operating system; they are taken out of both ratios. Cost: a 10 ms timer inside Node and
 * about 30 µs per window.
 */
import { readFileSync } from 'node:fs'
import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { cpuUsage, memoryUsage } from 'node:process'
import { HEALTH_SHORTEST_MS } from '../../kernel/limits.ts'

const LOOP_DELAY_RESOLUTION_MS = 10
const NS_PER_MS = 1_000_000

/** The part of `WorkerHealth` that only the process knows; the recorder adds what is in flight. */
export interface ProcessHealth {
  readonly cpuRatio: number
  readonly loopUtilisation: number
  readonly loopDelayMsP99: number
  readonly cpuWaitRatio?: number
  readonly rssBytes: number
  readonly openSockets: number
}

export interface HealthSampler {
  /** About the time since the last call. */
  sample(): ProcessHealth
  stop(): void
}

export interface HealthSources {
  /** Time burnt while waiting for timers, ms since any origin, growing. */
  spunMs(): number
  openSockets(): number
}

/** Starts measuring this process; `stop` it when the run is over. */
export function processHealth(sources: HealthSources): HealthSampler {
  return new ProcessHealthSampler(sources)
}

class ProcessHealthSampler implements HealthSampler {
  readonly #sources: HealthSources
  readonly #delay: IntervalHistogram
  #cpu = cpuUsage()
  #loop = performance.eventLoopUtilization()
  #atMs = performance.now()
  #spunMs: number
  #waitedMs = cpuWaitMs()
  #last: ProcessHealth | undefined

  constructor(sources: HealthSources) {
    this.#sources = sources
    this.#spunMs = sources.spunMs()
    this.#delay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS })
    this.#delay.enable()
  }

  sample(): ProcessHealth {
    const nowMs = performance.now()
    // Of a moment, as between the last two snapshots of a run, ratios say nothing.
    if (this.#last !== undefined && nowMs - this.#atMs < HEALTH_SHORTEST_MS) return this.#last
    const elapsedMs = Math.max(nowMs - this.#atMs, 1)
    const cpu = cpuUsage(this.#cpu)
    const loop = performance.eventLoopUtilization()
    const sinceLoop = performance.eventLoopUtilization(loop, this.#loop)
    const spunMs = this.#sources.spunMs() - this.#spunMs
    const waitedMs = cpuWaitMs()
    const health: ProcessHealth = {
      cpuRatio: Math.max(0, (cpu.user + cpu.system) / 1_000 - spunMs) / elapsedMs,
      loopUtilisation: clampRatio(
        (sinceLoop.active - spunMs) / Math.max(sinceLoop.active + sinceLoop.idle, 1),
      ),
      loopDelayMsP99: loopDelayMs(this.#delay),
      ...(waitedMs !== undefined &&
        this.#waitedMs !== undefined && {
          cpuWaitRatio: clampRatio((waitedMs - this.#waitedMs) / elapsedMs),
        }),
      rssBytes: residentBytes() ?? this.#last?.rssBytes ?? 0,
      openSockets: this.#sources.openSockets(),
    }
    this.#delay.reset()
    this.#cpu = cpuUsage()
    this.#loop = loop
    this.#atMs = nowMs
    this.#spunMs += spunMs
    this.#waitedMs = waitedMs
    this.#last = health
    return health
  }

  stop(): void {
    this.#delay.disable()
  }
}

/** Time the main thread has spent ready to run without a core, ms since it began; undefined where there is no such file. */
function cpuWaitMs(): number | undefined {
  try {
    // Linux: ns on a core, ns waiting for one, turns.
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / NS_PER_MS
  } catch {
    return undefined // another system, or a kernel built without it
  }
}

/** Undefined when it cannot be told: without a free descriptor Linux does not open the file that says it. */
function residentBytes(): number | undefined {
  try {
    return memoryUsage.rss()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EMFILE' || code === 'ENFILE') return undefined
    throw error
  }
}

/** Node records the whole interval; the delay is what exceeds the resolution. */
function loopDelayMs(delay: IntervalHistogram): number {
  if (delay.count === 0) return 0
  return Math.max(0, delay.percentile(99) / NS_PER_MS - LOOP_DELAY_RESOLUTION_MS)
}

function clampRatio(value: number): number {
  return Math.min(1, Math.max(0, value))
}
