/**
 * Whole runs in virtual time: the real coordinator and the real workers over the memory transport, with an executor
 * that notes what it sends in a ledger. The ledger is the target's side of the story, kept outside of everything under test.
 */

import type { TimerHandle } from '../../src/contracts/clock.ts'
import type { Output, RunEvent } from '../../src/contracts/output.ts'
import type { LoadPlan, LoadShape, Scenario, Share, Steer } from '../../src/contracts/plan.ts'
import type { RunResult } from '../../src/contracts/result.ts'
import type { Window } from '../../src/contracts/window.ts'
import { VirtualClock } from '../../src/kernel/clock.ts'
import type { Executor } from '../../src/load/engine/executor.ts'
import type { StopReport } from '../../src/load/engine/roster.ts'
import { shownRequest, sourceOf } from '../../src/model/metrics/exemplar.test-kit.ts'
import { Course } from '../../src/model/plan/course.ts'
import type { ArrivalSchedule } from '../../src/model/plan/shape.ts'
import { Ownership } from '../../src/model/plan/share.ts'
import { judgeGenerator } from '../../src/plugins/insights/generator/generator.ts'
import {
  type MemoryFaults,
  type MemoryTransport,
  memoryTransport,
} from '../../src/plugins/transports/memory/memory.ts'
import type { RunHandle, RunOptions } from '../../src/run/coordinator/run-handle.ts'
import { startRun } from '../../src/run/coordinator/start-run.ts'
import type { CreateExecutor, ExecutorDeps } from '../../src/run/worker/load-run.ts'
import { type ServeEnd, serveWorker, type WorkerDeps } from '../../src/run/worker/serve-worker.ts'

export interface Sent {
  readonly worker: number
  /** Arrival index in the whole plan. */
  readonly index: number
  /** Run clock. */
  readonly atMs: number
}

export interface Simulation {
  readonly clock: VirtualClock
  readonly transport: MemoryTransport
  readonly handle: RunHandle
  readonly ledger: Sent[]
  readonly windows: Window[]
  readonly events: RunEvent[]
  readonly ends: (ServeEnd | undefined)[]
  /** Runs virtual time on until the result is there. */
  result(): Promise<RunResult>
}

export interface SimulationOptions {
  readonly plan: LoadPlan
  readonly workers: number
  readonly faults?: MemoryFaults
  /** Of a request sent at this time of the run. */
  readonly latencyMs?: number | ((atMs: number) => number)
  readonly run?: Partial<RunOptions>
  worker?(index: number): Partial<WorkerDeps>
}

/** No simulated run takes longer. */
const VIRTUAL_MS_MAX = 300_000

export function simulate(options: SimulationOptions): Simulation {
  const clock = new VirtualClock(1_000)
  const ledger: Sent[] = []
  const windows: Window[] = []
  const events: RunEvent[] = []
  const ends: (ServeEnd | undefined)[] = []
  const transport = memoryTransport({
    clock,
    ...(options.faults && { faults: options.faults }),
    serve: (channel, index) => {
      const deps: WorkerDeps = {
        clock,
        version: '1.0.0',
        pid: index,
        host: 'simulated',
        loadScript: async () => ({ users: () => ({ create: () => undefined as never }) }),
        createExecutor: ledgerExecutor(ledger, index, latencyOf(options.latencyMs ?? 40)),
        health: () => ({ sample: () => HEALTHY, stop: () => {} }),
        refuseHost: () => undefined,
        ...options.worker?.(index),
      }
      void serveWorker(channel, deps).then((end) => {
        ends[index] = end
      })
    },
  })
  const collector: Output = {
    name: 'collector',
    onWindow: (window) => windows.push(window),
    onEvent: (event) => events.push(event),
  }
  const handle = startRun({
    runId: 'simulated',
    plan: options.plan,
    bundle: { code: '', map: '', hash: 'none', entry: '/script.ts' },
    allowedHosts: [],
    shared: undefined,
    transport,
    workers: options.workers,
    outputs: [collector],
    clock,
    strictGenerator: false,
    judgeGenerator,
    facts: {
      script: 'script.ts',
      scriptHash: 'none',
      version: '1.0.0',
      node: '20',
      startedAt: '2026-01-01T00:00:00.000Z',
      git: Promise.resolve(null),
    },
    ...options.run,
  })
  return {
    clock,
    transport,
    handle,
    ledger,
    windows,
    events,
    ends,
    async result() {
      let result: RunResult | undefined
      void handle.finished.then((finished) => {
        result = finished
      })
      const untilMs = clock.nowMs() + VIRTUAL_MS_MAX
      while (result === undefined && clock.nowMs() < untilMs) {
        await clock.runUntil(clock.nowMs() + 250)
      }
      if (result === undefined) throw new Error('the simulated run did not end')
      return result
    },
  }
}

export function arrivalsPlan(perSec: number, durationMs: number | null): LoadPlan {
  return planOf({
    kind: 'constant-arrivals',
    rate: { arrivals: perSec, perNs: 1_000_000_000 },
    durationMs,
    usersMax: 1_000,
  })
}

export function planOf(load: LoadShape): LoadPlan {
  const scenario: Scenario = {
    name: 'arrivals',
    users: [{ className: 'Visitor', weight: 1, fixedCount: 0 }],
    load,
    startAfterMs: 0,
    gracefulStopMs: 1_000,
  }
  return {
    schemaVersion: 1,
    name: 'simulated',
    seed: 1,
    host: 'http://localhost',
    hostOverrides: false,
    scenarios: [scenario],
    thresholds: [],
    tags: {},
    include: null,
    exclude: [],
  }
}

export const HEALTHY = {
  cpuRatio: 0.2,
  loopUtilisation: 0.2,
  loopDelayMsP99: 1,
  rssBytes: 50_000_000,
  openSockets: 10,
}

type Latency = (atMs: number) => number

function latencyOf(latencyMs: number | Latency): Latency {
  return typeof latencyMs === 'number' ? () => latencyMs : latencyMs
}

/** Sends each owned arrival on time as one request of `latencyMs` and notes it in the ledger. */
function ledgerExecutor(ledger: Sent[], worker: number, latencyMs: Latency): CreateExecutor {
  return (scenario, deps) => new LedgerExecutor(scenario, deps, ledger, worker, latencyMs)
}

const NOBODY_LEFT: StopReport = { users: 0, killed: 0, hung: 0 }

class LedgerExecutor implements Executor {
  active = 0
  #share: Ownership
  #next: { readonly fromMs: number; readonly share: Ownership }[] = []
  #index = 0
  #stopped = false
  #drained: (() => void) | undefined
  readonly course: Course
  #timer: TimerHandle | undefined
  readonly #deps: ExecutorDeps
  readonly #ledger: Sent[]
  readonly #worker: number
  readonly #latencyMs: Latency

  constructor(
    scenario: Scenario,
    deps: ExecutorDeps,
    ledger: Sent[],
    worker: number,
    latencyMs: Latency,
  ) {
    this.course = new Course(scenario)
    this.#share = new Ownership(deps.share)
    this.#deps = deps
    this.#ledger = ledger
    this.#worker = worker
    this.#latencyMs = latencyMs
  }

  start(): void {
    this.#await()
  }

  changeShare(share: Share, fromMs: number): void {
    this.#next.push({ fromMs, share: new Ownership(share) })
  }

  stop(graceMs: number): Promise<StopReport> {
    this.#stopped = true
    if (this.active === 0 || graceMs === 0) return Promise.resolve(NOBODY_LEFT)
    return new Promise((resolve) => {
      this.#drained = () => resolve(NOBODY_LEFT)
    })
  }

  steer(change: Steer): void {
    this.course.apply(change)
    this.#await()
  }

  get #schedule(): ArrivalSchedule {
    const { arrivals } = this.course
    if (arrivals === undefined) throw new Error('only arrivals are simulated')
    return arrivals
  }

  #await(): void {
    if (this.#timer !== undefined) this.#deps.clock.cancel(this.#timer)
    if (this.#index >= this.#schedule.totalCount) return
    const dueMs = this.#deps.startedAtMs + this.#schedule.dueMs(this.#index)
    this.#timer = this.#deps.clock.at(dueMs, (self: LedgerExecutor) => self.#due(), this)
  }

  #due(): void {
    if (this.#stopped) return
    const index = this.#index++
    const dueMs = this.#schedule.dueMs(index)
    while (this.#next[0] !== undefined && dueMs >= this.#next[0].fromMs) {
      this.#share = this.#next.shift()!.share
    }
    if (this.#share.owns(index)) this.#send(index)
    this.#await()
  }

  #send(index: number): void {
    const { clock, recorder, startedAtMs } = this.#deps
    this.#ledger.push({ worker: this.#worker, index, atMs: clock.nowMs() - startedAtMs })
    this.active++
    recorder.arrivalDue()
    recorder.arrivalStarted(0)
    recorder.begin(clock.nowMs())
    const latencyMs = this.#latencyMs(clock.nowMs() - startedAtMs)
    clock.at(clock.nowMs() + latencyMs, () => this.#answer(latencyMs), undefined)
  }

  #answer(latencyMs: number): void {
    const { clock, recorder, startedAtMs } = this.#deps
    const series = recorder.series('http', 'GET', '/')
    recorder.end(clock.nowMs())
    recorder.record(series, latencyMs * 1_000, 0, 200, 100, 50, 1)
    const { exemplars } = recorder
    if (exemplars !== undefined && latencyMs * 1_000 > exemplars.floorsUs[series]!) {
      const startMs = clock.nowMs() - latencyMs - startedAtMs
      const request = shownRequest({ startMs, latencyMs, responseMs: latencyMs })
      exemplars.slow(series, latencyMs * 1_000, sourceOf(request))
    }
    recorder.arrivalFinished()
    this.active--
    if (this.active === 0) this.#drained?.()
  }
}
