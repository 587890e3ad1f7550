/**
 * Times a run reports against times the server was told to take. Slack: 1 % for the histogram's buckets and the middle
 * of a step, 1.5 ms because `setTimeout` of the server fires on whole milliseconds and never early.
 */
import type { ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { ONE, runCli } from './run-cli.ts'
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

test('known delays come back as the percentiles they are', async () => {
  // Of 20 answers 11 take 20 ms, 8 take 60 ms and one takes 150 ms: each percentile asked for lies well inside a step.
  const delayMs = (count: number) => (count % 20 < 11 ? 20 : count % 20 < 19 ? 60 : 150)
  const target = await listen((_request, response, count) => {
    setTimeout(() => response.end('ok'), delayMs(count))
  })
  const { result } = await runCli(ONE, `--arrivals 100/s --run-time 4s --host ${target.url}`)
  const { latencyMs, responseMs, requests } = result.totals
  expect(requests).toBe(400)
  for (const [name, ms] of [
    ['min', 20],
    ['p50', 20],
    ['p75', 60],
    ['p90', 60],
    ['p99', 150],
    ['mean', 42.5],
  ] as const) {
    expectWithin(latencyMs[name], ms, ms * 0.01 + 1.5, name)
  }
  expectWithin(responseMs.p99, 150, 3, 'response p99')
  expect(result.generator.littlesLaw.holds).toBe(true)
  // Little's law from outside: 100/s × 42.5 ms, over the four seconds in which work arrived.
  const { inFlightMean } = result.generator.littlesLaw
  expectWithin((inFlightMean * result.run.durationMs) / 4_000, 4.25, 0.2, 'in flight')
})

const STALL_SEC = 1
const MIDDLE_SEC = 3
const BASE_MS = 2

test('a server that stands still for a second shows in the response as the schedule says (coordinated omission)', async () => {
  const expected = openModel({ ratePerSec: 200, durationSec: 6 })
  const target = await listen(holding())
  const { result } = await runCli(
    ONE,
    `--arrivals 200/s --users-max 400 --run-time 6s --host ${target.url}`,
  )
  const { responseMs, requests } = result.totals
  expect(Math.abs(requests - expected.length)).toBeLessThanOrEqual(expected.length * 0.001)
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
})

test('with too few users the same stall drops arrivals, and every one is accounted for', async () => {
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
})

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

test('a generator that stood still for 300 ms does not hide it: response and lateness show it', async () => {
  const target = await listen((_request, response) => response.end('ok'))
  const { result } = await runCli(STALLING, `--arrivals 100/s --run-time 6s --host ${target.url}`)
  expect(result.arrivals).toMatchObject({ due: 600, started: 600, dropped: 0 })
  // Some 30 of 600 starts were late, by 300 ms down to nothing.
  expectWithin(result.arrivals.latenessMs.max, 290, 30, 'lateness max')
  expectWithin(result.arrivals.latenessMs.p99, 230, 40, 'lateness p99')
  expectWithin(result.totals.responseMs.p99, 235, 40, 'response p99')
  expect(result.totals.latencyMs.p99).toBeLessThan(100)
  expect(result.generator.littlesLaw.holds).toBe(true)
})

/** Answers after `BASE_MS`, except during one second in the middle, when it holds everything until that is over. */
function holding(): Answer {
  let startMs = Number.NaN
  const held: ServerResponse[] = []
  return (_request, response) => {
    const nowMs = performance.now()
    if (Number.isNaN(startMs)) {
      startMs = nowMs
      setTimeout(
        () => {
          for (const each of held) setTimeout(() => each.end('ok'), BASE_MS)
          held.length = 0
        },
        (MIDDLE_SEC + STALL_SEC) * 1_000,
      )
    }
    const atSec = (nowMs - startMs) / 1_000
    if (atSec >= MIDDLE_SEC && atSec < MIDDLE_SEC + STALL_SEC) held.push(response)
    else setTimeout(() => response.end('ok'), BASE_MS)
  }
}

/** Every response time in closed form: arrival k is due at k/rate and is sent then. Ascending, ms. */
function openModel({
  ratePerSec,
  durationSec,
}: {
  ratePerSec: number
  durationSec: number
}): number[] {
  return Array.from({ length: ratePerSec * durationSec }, (_, k) => {
    const dueSec = k / ratePerSec
    const isHeld = dueSec >= MIDDLE_SEC && dueSec < MIDDLE_SEC + STALL_SEC
    return (isHeld ? (MIDDLE_SEC + STALL_SEC - dueSec) * 1_000 : 0) + BASE_MS
  }).sort((a, b) => a - b)
}

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
