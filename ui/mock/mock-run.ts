/** One synthetic run and what can be done with it: started, moved on by a second, paused, changed, noted, stopped. */
import type { RunGlance } from '../src/api/history.ts'
import type {
  ChangeRequest,
  Problem,
  RangeView,
  RunRecord,
  RunRequest,
  RunView,
  SeriesResult,
  ViewPoint,
} from '../src/api/types.ts'
import { clockMs } from '../src/figures/format.ts'
import { pseudoRandom, seriesFrom, syntheticPoint } from './synthetic-run.ts'

export interface MockOptions {
  /** Names of requests in place of the usual ones. */
  readonly names?: readonly string[]
  readonly errorMessage?: string
  /** Of the responses that are kept. */
  readonly body?: string
}
const NAMES = ['/list', '/cart', '/pay/:id', '/search']
const STARTED_AT_EPOCH_MS = Date.UTC(2026, 10, 21, 12, 4)

export class MockRun {
  readonly id: string
  readonly points: ViewPoint[] = []
  state: RunView['state'] = 'running'
  paused = false
  /** Points up to here have been changed in this version; one per event. */
  version = 0
  readonly #request: RunRequest
  readonly #options: MockOptions
  readonly #random: () => number
  readonly #events: { atMs: number; level: string; text: string; kind?: string; by?: string }[] = []
  #plannedUsers: number

  constructor(id: string, request: RunRequest, options: MockOptions = {}) {
    this.id = id
    this.#request = request
    this.#options = options
    this.#random = pseudoRandom(7)
    this.#plannedUsers =
      request.model === 'arrivals' ? 60 : Number.parseInt(`${request.users ?? 100}`, 10)
    this.#say('log', 'info', 'users are starting')
  }

  get body(): string {
    return this.#options.body ?? '{"items":[1,2,3]}'
  }

  get elapsedMs(): number {
    return this.points.length * 1_000
  }

  tick(): void {
    if (this.isOver) return
    if (this.state === 'stopping') {
      this.end()
      return
    }
    const index = this.points.length
    const perSec = this.#request.spawnRate ?? 10
    const before = this.points.at(-1)?.users ?? 0
    const users = this.paused
      ? before
      : before +
        Math.sign(this.#plannedUsers - before) *
          Math.min(perSec, Math.abs(this.#plannedUsers - before))
    const isOpen = this.#request.model === 'arrivals'
    this.points.push(
      syntheticPoint(
        { index, users, plannedUsers: this.#plannedUsers, isPaused: this.paused, isOpen },
        this.#random,
      ),
    )
    if (index === 55) this.#say('log', 'warn', 'POST /pay answered 503 for the first time')
    const planned = this.plannedMs
    if (planned !== null && this.elapsedMs >= planned) this.end()
    this.version++
  }

  get plannedMs(): number | null {
    const minutes = /^(\d+)m$/.exec(this.#request.runTime ?? '')
    return minutes === null
      ? (clockMs(this.#request.runTime?.replace(/s$/, '') ?? '') ?? null)
      : Number(minutes[1]) * 60_000
  }

  get isOver(): boolean {
    return this.state === 'finished' || this.state === 'cut-off'
  }

  end(): void {
    this.state = 'finished'
    this.version++
  }

  stop(): void {
    this.state = 'stopping'
    this.#say('stopping', 'info', 'stopping', 'page')
  }

  pause(isPaused: boolean): void {
    this.paused = isPaused
    this.#say('steer', 'info', isPaused ? 'paused' : 'goes on', 'page')
  }

  change({ users, arrivals }: ChangeRequest): readonly Problem[] {
    const wanted = typeof users === 'number' ? users : Number.parseInt(`${users ?? arrivals}`, 10)
    if (Number.isNaN(wanted)) {
      return [
        {
          code: 'E_LOAD',
          path: 'users',
          what: `"${users ?? arrivals}" is no load`,
          why: 'a number or a shape is',
          fix: 'Write 200, or → 300 over 30s.',
        },
      ]
    }
    this.#plannedUsers = wanted
    this.#say('steer', 'info', `load is now ${users ?? arrivals}`, 'page')
    return []
  }

  note(text: string): void {
    this.#say('note', 'info', text, 'page')
  }

  #say(kind: string, level: string, text: string, by?: string): void {
    this.#events.push({ atMs: this.elapsedMs, kind, level, text, ...(by !== undefined && { by }) })
    this.version++
  }

  range(fromMs: number, toMs: number): RangeView {
    const points = this.points.filter(
      (point) => point.atMs < toMs && point.atMs + point.spanMs > fromMs,
    )
    const names = this.#options.names ?? NAMES
    const series = names.map(
      (name, index): SeriesResult =>
        seriesFrom(
          points,
          { kind: 'http', method: index % 2 === 0 ? 'GET' : 'POST', name },
          1 / names.length,
          0.6 + (0.8 * (index % 5)) / 4,
        ),
    )
    const failures = points.reduce((sum, point) => sum + point.failures, 0)
    const failed = points.filter((point) => point.failures > 0)
    return {
      totals: seriesFrom(points, { kind: '', method: '', name: '(all)' }, 1, 1),
      series: [
        ...series,
        seriesFrom(points, { kind: 'transaction', method: 'TX', name: 'checkout' }, 0.05, 3),
      ],
      errors:
        failures === 0
          ? []
          : [
              {
                series: `POST ${names[1] ?? names[0]}`,
                kind: 'status',
                message: this.#options.errorMessage ?? '503 Service Unavailable',
                count: failures,
                firstAtMs: failed[0]!.atMs,
                lastAtMs: failed.at(-1)!.atMs,
                sample: 'POST /cart HTTP/1.1\n→ 503\n{"error":"upstream timeout"}',
              },
            ],
      checks: [{ name: 'cart has an order', passes: points.length * 12, failures }],
    }
  }

  view(points: readonly ViewPoint[] = this.points): RunView {
    const { totals, series, errors, checks } = this.range(0, Number.POSITIVE_INFINITY)
    const rules = this.#request.thresholds ?? ['p95(http) < 300ms', 'errors < 1%']
    const observed = [
      totals.responseMs.p95,
      totals.requests === 0 ? null : (totals.failures / totals.requests) * 100,
    ]
    const limits = [300, 1]
    const thresholds = rules.map((rule, index) => {
      const value = observed[index] ?? null
      const passed = value !== null && value < (limits[index] ?? 1)
      return {
        rule,
        passed,
        observed: value,
        unit: index === 0 ? 'ms' : '%',
        margin: value === null ? null : 1 - value / (limits[index] ?? 1),
        firstCrossedAtMs: passed ? null : 58_000,
      }
    })
    const passed = thresholds.every((each) => each.passed)
    const host = this.#request.host ?? 'http://localhost:3000'
    const isOpen = this.#request.model === 'arrivals'
    const durationMs = this.plannedMs
    return {
      schema: 'onrush.view/1',
      state: this.state,
      paused: this.paused,
      elapsedMs: this.elapsedMs,
      plannedMs: this.isOver ? null : durationMs,
      load: [
        isOpen ? `${this.#request.arrivals ?? '120/s'} arrivals` : `${this.#plannedUsers} users`,
      ],
      points,
      result: {
        schema: 'onrush.result/1',
        run: {
          id: this.id,
          name: 'checkout',
          startedAt: new Date(STARTED_AT_EPOCH_MS).toISOString(),
          durationMs: this.elapsedMs,
          seed: 42,
          script: 'checkout.ts',
          scriptHash: '8f3a11c09d2e77aa',
          host,
          workers: 2,
          version: '0.1.0',
          node: '20.20.2',
          tags: { region: 'eu' },
          git: { commit: 'a1b2c3d4e5f60718', branch: 'main', dirty: false },
          plan: {
            schemaVersion: 1,
            name: 'checkout',
            seed: 42,
            host,
            hostOverrides: true,
            tags: {},
            include: null,
            exclude: [],
            scenarios: [
              {
                name: 'checkout',
                users: [{ className: 'Shopper', weight: 1, fixedCount: 0 }],
                startAfterMs: 0,
                gracefulStopMs: 0,
                load: isOpen
                  ? {
                      kind: 'constant-arrivals',
                      rate: { arrivals: 120, perNs: 1e9 },
                      durationMs,
                      usersMax: 400,
                    }
                  : {
                      kind: 'constant-users',
                      users: this.#plannedUsers,
                      spawnRatePerSec: this.#request.spawnRate ?? 10,
                      durationMs,
                    },
              },
            ],
            thresholds: rules.map((rule, index) => ({
              rule,
              operator: '<' as const,
              limit: limits[index] ?? 1,
              unit: index === 0 ? ('ms' as const) : ('%' as const),
              overMs: null,
              noDataPasses: false,
              abort: false,
              delayMs: 0,
              metric:
                index === 0
                  ? {
                      kind: 'percentile' as const,
                      of: 'response' as const,
                      percentile: 95,
                      series: 'http',
                    }
                  : { kind: 'errors' as const, series: '' },
            })),
          },
        },
        verdict: {
          passed,
          reason: passed
            ? 'all thresholds held'
            : `${thresholds.filter((each) => !each.passed).length} of ${thresholds.length} thresholds failed`,
          exitCode: passed ? 0 : 1,
        },
        totals,
        series,
        errors,
        checks,
        thresholds,
        users: { max: this.#plannedUsers, started: this.#plannedUsers, stopped: 0, failed: 0 },
        arrivals: {
          due: 0,
          started: 0,
          dropped: 0,
          unknown: 0,
          latenessMs: { p50: null, p99: null, max: null },
        },
        generator: {
          trustworthy: true,
          reasons: [],
          cpuRatioMax: 0.34,
          loopDelayMsP99: 3.1,
          littlesLaw: { inFlightMean: 14.2, expected: 14.1, holds: true },
          workers: [0, 1].map((index) => ({
            index,
            lost: false,
            cpuRatioMax: 0.34 - index / 10,
            loopDelayMsP99: 3.1,
            rssBytesMax: 9.1e7,
            openSocketsMax: 100,
          })),
        },
        windows: [],
        monitors: this.#monitors(),
        findings: [
          {
            id: 'target-cpu',
            ruleVersion: 1,
            severity: 'critical',
            confidence: 0.9,
            title: 'The target ran out of CPU: target.cpu at 98.5 % of one core from 0:05 on',
            evidence: [
              {
                what: 'target.cpu while it was busy',
                value: 98.5,
                unit: '%',
                fromMs: 5_000,
                toMs: 15_000,
                chart: 'target',
              },
              { what: 'mean response at the least load', value: 21, unit: 'ms', chart: 'response' },
            ],
            impact: 'requests took 4.1 × as long as at the least load',
            score: 76,
            recommendation: ['Profile the target under this load.'],
            howToVerify: 'onrush run shop.ts',
          },
        ],
        insights: {
          evaluated: ['generator', 'target-cpu'],
          notEvaluated: [{ id: 'memory-growth', why: 'memory was not among what was watched' }],
        },
        events: [...this.#events],
      },
    }
  }

  #monitors(): RunView['result']['monitors'] {
    const last = this.points.at(-1)?.monitors ?? []
    return last.map(({ name, unit, value }) => {
      const values = this.points.flatMap(
        ({ monitors = [] }) => monitors.find((each) => each.name === name)?.value ?? [],
      )
      const sum = values.reduce((all, each) => all + each, 0)
      return {
        name,
        source: name.startsWith('host') ? 'host' : 'process 4711, node',
        unit,
        min: Math.min(...values),
        mean: sum / values.length,
        max: Math.max(...values),
        last: value,
        readings: values.length,
        gaps: this.points.length - values.length,
      }
    })
  }

  glance(): RunGlance {
    const { load, result } = this.view()
    return {
      id: this.id,
      host: result.run.host,
      branch: 'main',
      isDirty: false,
      load,
      p95Ms: this.points.slice(-40).map((point) => point.p95Ms),
      stretchMs: 1_000,
    }
  }

  record(): RunRecord {
    const { result } = this.view([])
    return {
      id: this.id,
      name: result.run.name,
      script: result.run.script,
      startedAtEpochMs: STARTED_AT_EPOCH_MS,
      isBaseline: false,
      tags: result.run.tags,
      commit: result.run.git!.commit,
      state: this.isOver ? 'finished' : 'running',
      durationMs: this.isOver ? this.elapsedMs : null,
      passed: this.isOver ? result.verdict.passed : null,
      reason: this.isOver ? result.verdict.reason : null,
      requests: result.totals.requests,
      failures: result.totals.failures,
      ratePerSec: result.totals.ratePerSec,
      p95Ms: result.totals.responseMs.p95,
    }
  }
}
