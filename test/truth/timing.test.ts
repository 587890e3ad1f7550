/**
 * Times a run reports against times the server took, by its own clock or by the schedule. Slack: 1 % for the histogram's buckets,
 * and 1.5 ms for what lies between both clocks: the way through two event loops.
 */
import type { ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { CALM_ONCE, ONE, runCli } from './run-cli.ts'
import { type Answer, startTarget, type Target } from './target.ts'

const targets: Target[] = []
afterEach(async () => {
  for (const target of targets.splice(0)) await target.close()
})
async function listen(answer: Answer): Promise<Target> {
  const target = await startTarget(answer)
  targets.push(target)
  return target
}

test('known delays come back as the percentiles they are', CALM_ONCE, async () => {
  // Of 20 answers 11 take 20 ms, 8 take 60 ms and one takes 150 ms: each percentile asked for lies well inside a step.
  const delayMs = (count: number) => (count % 20 < 11 ? 20 : count % 20 < 19 ? 60 : 150)
  const target = await listen((_request, response, count) => {
    setTimeout(() => response.end('ok'), delayMs(count))
  })
  const { result } = await runCli(ONE, `--arrivals 100/s --run-time 4s --host ${target.url}`)
  const { latencyMs, responseMs, requests } = result.totals
  expect(requests).toBe(400)
  // `setTimeout` is late by what the machine likes: the server's own books say how long it took.
  const held = sorted(target.arrivals.map(({ epochMs, endEpochMs }) => endEpochMs - epochMs))
  expect(held[0]).toBeGreaterThanOrEqual(19)
  for (const [name, percent] of [
    ['min', 0],
    ['p50', 50],
    ['p75', 75],
    ['p90', 90],
    ['p99', 99],
  ] as const) {
    const ms = nearestRank(held, percent)
    expectWithin(latencyMs[name], ms, ms * 0.01 + 1.5, name)
  }
  const meanMs = held.reduce((sum, ms) => sum + ms, 0) / held.length
  expectWithin(latencyMs.mean, meanMs, meanMs * 0.01 + 1.5, 'mean')
  expectWithin(responseMs.p99, nearestRank(held, 99), 3, 'response p99')
  expect(result.generator.littlesLaw.holds).toBe(true)
  // Little's law from outside: 100/s, over the four seconds in which work arrived.
  const { inFlightMean } = result.generator.littlesLaw
  expectWithin((inFlightMean * result.run.durationMs) / 4_000, meanMs / 10, 0.2, 'in flight')
})

const STALL_SEC = 1
const MIDDLE_SEC = 3
const BASE_MS = 2

test(
  'a server that stands still for a second shows in the response as the schedule says (coordinated omission)',
  CALM_ONCE,
  async () => {
    const target = await listen(holding())
    const { result } = await runCli(
      ONE,
      `--arrivals 200/s --users-max 400 --run-time 6s --host ${target.url}`,
    )
    const { responseMs, requests } = result.totals
    expect(requests).toBe(1_200)
    const expected = responsesByBooks(target.arrivals, 200)
    expect(result.arrivals).toMatchObject({ due: 1_200, started: 1_200, dropped: 0 })
    for (const [name, percent] of [
      ['p90', 90],
      ['p95', 95],
      ['p99', 99],
      ['p999', 99.9],
      ['max', 100],
    ] as const) {
      const ms = nearestRank(expected, percent)
      expectWithin(responseMs[name], ms, Math.max(ms * 0.03, 5), name)
    }
    expect(responseMs.p50).toBeLessThan(10)
    expect(result.generator.littlesLaw.holds).toBe(true)
    expect(result.generator.trustworthy, result.generator.reasons.join()).toBe(true)
  },
)

test(
  'with too few users the same stall drops arrivals, and every one is accounted for',
  CALM_ONCE,
  async () => {
    const target = await listen(holding())
    const { result, stderr } = await runCli(
      ONE,
      `--arrivals 200/s --users-max 20 --run-time 6s --host ${target.url}`,
    )
    const { due, started, dropped } = result.arrivals
    expect(due).toBe(1_200)
    expect(due).toBe(started + dropped)
    expect(started).toBe(target.arrivals.length)
    // One second holds 200 arrivals; 20 users take the first 20 of them.
    expectWithin(dropped, 180, 6, 'dropped')
    expect(result.generator.littlesLaw.holds).toBe(true)
    expect(result.generator.trustworthy).toBe(false)
    expect(stderr).toMatch(/180|dropped/)
  },
)

const STALLING = `
import { HttpUser, task } from 'onrush'
let count = 0
export class Stalling extends HttpUser {
  @task async get() {
    if (++count === 300) {
      const untilMs = performance.now() + 300
      while (performance.now() < untilMs);
    }
    await this.client.get('/')
  }
}`

test(
  'a generator that stood still for 300 ms does not hide it: response and lateness show it',
  CALM_ONCE,
  async () => {
    const target = await listen((_request, response) => response.end('ok'))
    const { result } = await runCli(STALLING, `--arrivals 100/s --run-time 6s --host ${target.url}`)
    expect(result.arrivals).toMatchObject({ due: 600, started: 600, dropped: 0 })
    // Some 30 of 600 starts were late, by 300 ms down to nothing.
    expectWithin(result.arrivals.latenessMs.max, 290, 30, 'lateness max')
    expectWithin(result.arrivals.latenessMs.p99, 230, 40, 'lateness p99')
    expectWithin(result.totals.responseMs.p99, 235, 40, 'response p99')
    expect(result.totals.latencyMs.p99).toBeLessThan(100)
    expect(result.generator.littlesLaw.holds).toBe(true)
  },
)

/** Answers after `BASE_MS`, except during one second in the middle, when it holds everything until that is over. */
function holding(): Answer {
  let startMs = Number.NaN
  let isOver = false
  const held: ServerResponse[] = []
  return (_request, response) => {
    const nowMs = performance.now()
    if (Number.isNaN(startMs)) {
      startMs = nowMs
      setTimeout(
        () => {
          isOver = true
          for (const each of held) setTimeout(() => each.end('ok'), BASE_MS)
        },
        (MIDDLE_SEC + STALL_SEC) * 1_000,
      )
    }
    if (nowMs - startMs >= MIDDLE_SEC * 1_000 && !isOver) held.push(response)
    else setTimeout(() => response.end('ok'), BASE_MS)
  }
}

/**
 * Every response time, ascending, ms, by the server's books alone: arrival k was due k/rate after a start for which the offset that
 * fits best stands, the median one.
 */
function responsesByBooks(arrivals: Target['arrivals'], ratePerSec: number): number[] {
  const dueMs = (k: number): number => (k * 1_000) / ratePerSec
  const startMs = nearestRank(sorted(arrivals.map(({ epochMs }, k) => epochMs - dueMs(k))), 50)
  return sorted(arrivals.map(({ endEpochMs }, k) => endEpochMs - startMs - dueMs(k)))
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

function nearestRank(ascending: readonly number[], percent: number): number {
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length - 1e-9) - 1)]!
}

function expectWithin(
  actual: number | null,
  expected: number,
  tolerance: number,
  what: string,
): void {
  const text = `${what}: ${actual} is not ${expected} ± ${tolerance}`
  expect(actual !== null && Math.abs(actual - expected) <= tolerance, text).toBe(true)
}
