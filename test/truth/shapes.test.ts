/** Shapes that change, run by real workers against a server that notes when requests arrive. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { packageVersion } from '../../src/app/cli/package-version.ts'
import type { LoadPlan, LoadShape } from '../../src/contracts/plan.ts'
import type { RunResult } from '../../src/contracts/result.ts'
import { SystemClock } from '../../src/kernel/clock.ts'
import { bundleText } from '../../src/load/script/bundle.ts'
import { type ArrivalSchedule, arrivalSchedule } from '../../src/model/plan/shape.ts'
import { judgeGenerator } from '../../src/plugins/insights/generator/generator.ts'
import { processTransport } from '../../src/plugins/transports/process/process.ts'
import { startRun } from '../../src/run/coordinator/start-run.ts'
import { ONE } from './run-cli.ts'
import { startTarget, type Target } from './target.ts'

test('a ramp from 0 to 500/s in 2 s arrives as the schedule says, on one worker and on two', async () => {
  const load: LoadShape & { readonly kind: 'ramping-arrivals' } = {
    kind: 'ramping-arrivals',
    perNs: 1e9,
    startArrivals: 0,
    stages: [{ arrivals: 500, durationMs: 2_000 }],
    durationMs: 2_000,
    usersMax: 200,
  }
  const schedule = arrivalSchedule(load)
  expect(schedule.totalCount).toBe(500)
  for (const workers of [1, 2]) {
    const apartMs: number[] = []
    // Counts are exact however busy the machine is. Times are so when it lets both sides run: one calm run of three will do,
    // and what the run itself says it was late is no lie.
    for (let attempt = 0; attempt < 3 && !(Math.min(...apartMs) <= 5); attempt++) {
      const { result, target } = await run(load, workers)
      expect(result.arrivals).toMatchObject({ due: 500, started: 500, dropped: 0, unknown: 0 })
      expect(target.arrivals).toHaveLength(500)
      const lateMs = result.arrivals.latenessMs.p99 ?? 0
      apartMs.push(apartMsP95(target.arrivals, schedule) - lateMs)
    }
    expect(Math.min(...apartMs), `${workers} workers: ${apartMs.join(', ')}`).toBeLessThanOrEqual(5)
  }
})

/** How far arrivals are from the schedule. The server knows no start: the offset that fits best, the median one, stands for it. */
function apartMsP95(arrivals: Target['arrivals'], schedule: ArrivalSchedule): number {
  const arrivedMs = sorted(arrivals.map((each) => each.epochMs))
  const offsetsMs = arrivedMs.map((ms, index) => ms - schedule.dueMs(index))
  const startMs = sorted(offsetsMs)[offsetsMs.length >> 1]!
  const apartMs = sorted(offsetsMs.map((ms) => Math.abs(ms - startMs)))
  return apartMs[Math.floor(apartMs.length * 0.95)]!
}

test('shared iterations are done to the last one by two workers, and then the run is over', async () => {
  const load: LoadShape = {
    kind: 'shared-iterations',
    users: 7,
    iterations: 301,
    durationMs: 30_000,
  }
  const { result, target } = await run(load, 2)
  expect(target.arrivals).toHaveLength(301)
  expect(result.arrivals).toMatchObject({ due: 301, started: 301, dropped: 0 })
  expect(result.users).toMatchObject({ started: 7, stopped: 7 })
  expect(result.run.durationMs).toBeLessThan(15_000)
})

test('users that ramp up and down again end one by one, and none is left', async () => {
  const load: LoadShape = {
    kind: 'ramping-users',
    startUsers: 0,
    stages: [
      { users: 20, durationMs: 1_000 },
      { users: 2, durationMs: 1_000 },
    ],
    durationMs: 2_000,
    gracefulRampDownMs: 1_000,
  }
  const { result, target } = await run(load, 2, PACED)
  expect(result.users).toMatchObject({ started: 20, stopped: 20, failed: 0 })
  expect(result.totals).toMatchObject({ requests: target.arrivals.length, failures: 0 })
})

const PACED = `
import { HttpUser, constant, task } from 'onrush'
export class One extends HttpUser {
  waitTime = constant(0.05)
  @task async get() { await this.client.get('/') }
}`

/** The run of one scenario, and the target after it. */
async function run(
  load: LoadShape,
  workers: number,
  script = ONE,
): Promise<{ result: RunResult; target: Target }> {
  const target = await startTarget((_request, response) => response.end('ok'))
  const transport = processTransport({
    entry: new URL('../../dist/app/entry/worker-process.js', import.meta.url),
    execArgv: [],
    env: process.env,
  })
  try {
    const bundle = await bundleText(
      script,
      'shapes.ts',
      fileURLToPath(new URL('.', import.meta.url)),
    )
    if (!('code' in bundle)) throw new Error(bundle.map((each) => each.what).join())
    const handle = startRun({
      runId: 'shapes',
      plan: planOf(load, target.url),
      bundle,
      shared: undefined,
      allowedHosts: [],
      transport,
      workers,
      outputs: [],
      clock: new SystemClock(),
      strictGenerator: false,
      judgeGenerator,
      facts: {
        script: 'shapes.ts',
        scriptHash: bundle.hash,
        version: packageVersion(),
        node: process.versions.node,
        startedAt: '2026-01-01T00:00:00.000Z',
        git: Promise.resolve(null),
      },
    })
    return { result: await handle.finished, target }
  } finally {
    await transport.close()
    await target.close()
  }
}

function planOf(load: LoadShape, host: string): LoadPlan {
  const users = [{ className: 'One', weight: 1, fixedCount: 0 }]
  return {
    schemaVersion: 1,
    name: 'shapes',
    seed: 1,
    host,
    hostOverrides: true,
    scenarios: [{ name: 'shapes', users, load, startAfterMs: 0, gracefulStopMs: 2_000 }],
    thresholds: [],
    tags: {},
    include: null,
    exclude: [],
  }
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b)
}
