/** Shapes other than constant ones in whole runs of virtual time, and an hour of a thousand workers as schedules alone. */
import { expect, test } from 'vitest'
import type { Clock } from '../../src/contracts/clock.ts'
import type { LoadShape } from '../../src/contracts/plan.ts'
import type { VirtualUser } from '../../src/contracts/user.ts'
import { createExecutor } from '../../src/load/engine/executor.ts'
import { arrivalSchedule } from '../../src/model/plan/shape.ts'
import { Ownership } from '../../src/model/plan/share.ts'
import { planOf, type Simulation, simulate } from './simulate.ts'

const upAndDown: LoadShape & { readonly kind: 'ramping-arrivals' } = {
  kind: 'ramping-arrivals',
  perNs: 1e9,
  startArrivals: 0,
  stages: [
    { arrivals: 97, durationMs: 4_000 },
    { arrivals: 97, durationMs: 1_500 },
    { arrivals: 13, durationMs: 2_500 },
  ],
  durationMs: 8_000,
  usersMax: 1_000,
}
/** 194 + 145.5 + 137.5 */
const ARRIVALS = 477

test('ramping arrivals are the same instants on 1, 4 and 50 workers, each sent once', async () => {
  const instants = async (workers: number): Promise<string[]> => {
    const run = simulate({ plan: planOf(upAndDown), workers })
    const result = await run.result()
    expect(result.arrivals).toMatchObject({ due: ARRIVALS, started: ARRIVALS, unknown: 0 })
    return run.ledger
      .sort((a, b) => a.index - b.index)
      .map(({ index, atMs }) => `${index} at ${atMs.toFixed(6)}`)
  }
  const alone = await instants(1)
  expect(alone).toHaveLength(ARRIVALS)
  expect(await instants(4)).toEqual(alone)
  expect(await instants(50)).toEqual(alone)
})

test('a worker killed on the way up: the others go on with its arrivals, and the rest is called unknown', async () => {
  const run = simulate({ plan: planOf(upAndDown), workers: 4 })
  await run.clock.runUntil(run.clock.nowMs() + 2_700)
  run.transport.kill(2)
  const { arrivals } = await run.result()
  expect(arrivals.due).toBe(ARRIVALS)
  expect(arrivals.due).toBe(arrivals.started + arrivals.dropped + arrivals.unknown)
  expect(arrivals.unknown).toBeGreaterThan(0)
  const sent = new Set(run.ledger.map((each) => each.index))
  expect(sent.size).toBe(run.ledger.length)
  const schedule = arrivalSchedule(upAndDown)
  const missedMs = Array.from({ length: ARRIVALS }, (_, index) => index)
    .filter((index) => !sent.has(index))
    .map((index) => schedule.dueMs(index))
  expect(Math.max(...missedMs) - Math.min(...missedMs)).toBeLessThan(3_000)
})

/** The real executor with users whose iterations take `taskMs`; `live`: ids of the users that exist, by worker. */
function simulateUsers(
  load: LoadShape,
  workers: number,
  taskMs: number,
): Simulation & { readonly live: readonly Set<number>[] } {
  const live = Array.from({ length: workers }, () => new Set<number>())
  const run = simulate({
    plan: planOf(load),
    workers,
    worker: (index) => ({
      createExecutor,
      loadScript: async () => ({
        users: (context) => ({
          create: (className, id) => {
            live[index]!.add(id)
            const gone = (): void => void live[index]!.delete(id)
            return simulatedUser(className, id, context.clock, taskMs, gone)
          },
        }),
      }),
    }),
  })
  return { ...run, live }
}

function simulatedUser(
  className: string,
  id: number,
  clock: Clock,
  taskMs: number,
  gone: () => void,
): VirtualUser {
  let stopping = false
  const user: VirtualUser = {
    id,
    className,
    start: async () => true,
    run: (onEnd, quota) => {
      const end = (): void => {
        gone()
        onEnd(user)
      }
      const next = (): void => {
        if (stopping || quota?.begin() === false) end()
        else clock.at(clock.nowMs() + taskMs, finish, undefined)
      }
      const finish = (): void => {
        if (quota?.end() === false) end()
        else next()
      }
      next()
    },
    iterate: async () => true,
    stop: async () => {
      stopping = true
    },
    kill: () => {},
  }
  return user
}

test('a run of iterations is over when all of them are done, on every worker', async () => {
  const load: LoadShape = {
    kind: 'shared-iterations',
    users: 10,
    iterations: 200,
    durationMs: 120_000,
  }
  const result = await simulateUsers(load, 4, 100).result()
  expect(result.arrivals).toMatchObject({ due: 200, started: 200, dropped: 0, unknown: 0 })
  expect(result.users).toMatchObject({ started: 10, stopped: 10 })
  // 50 iterations each by 2 or 3 users.
  expect(result.run.durationMs).toBeGreaterThanOrEqual(2_500)
  expect(result.run.durationMs).toBeLessThan(3_500)
})

test('iterations that did not begin in time are dropped, not forgotten', async () => {
  const load: LoadShape = {
    kind: 'per-user-iterations',
    users: 6,
    iterations: 10,
    durationMs: 3_000,
  }
  const result = await simulateUsers(load, 2, 1_000).result()
  expect(result.arrivals).toMatchObject({ due: 60, started: 18, dropped: 42, unknown: 0 })
  expect(result.run.durationMs).toBeLessThan(5_000)
})

test('iterations of a lost worker are unknown as far as it did not report them', async () => {
  const load: LoadShape = {
    kind: 'shared-iterations',
    users: 10,
    iterations: 400,
    durationMs: 60_000,
  }
  const run = simulateUsers(load, 4, 100)
  await run.clock.runUntil(run.clock.nowMs() + 1_500)
  run.transport.kill(1)
  const { arrivals } = await run.result()
  expect(arrivals).toMatchObject({ due: 400, dropped: 0 })
  expect(arrivals.unknown).toBeGreaterThan(0)
  expect(arrivals.started + arrivals.unknown).toBe(400)
})

test('users of a ramp live once each on whatever workers there are, and those of a lost one come back on others', async () => {
  const load: LoadShape = {
    kind: 'ramping-users',
    startUsers: 0,
    stages: [
      { users: 40, durationMs: 8_000 },
      { users: 40, durationMs: 8_000 },
      { users: 6, durationMs: 4_000 },
      { users: 6, durationMs: 4_000 },
    ],
    durationMs: 24_000,
    gracefulRampDownMs: 1_000,
  }
  const run = simulateUsers(load, 4, 90)
  const startMs = run.clock.nowMs()
  const idsAt = async (ms: number, workers: readonly number[]): Promise<number[]> => {
    await run.clock.runUntil(startMs + ms)
    return workers.flatMap((index) => [...run.live[index]!]).sort((a, b) => a - b)
  }
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => 1 + index)
  const early = await idsAt(6_000, [0, 1, 2, 3])
  expect(early).toEqual(upTo(early.length))
  expect(early.length).toBeGreaterThan(20)
  run.transport.kill(2)
  expect(await idsAt(14_000, [0, 1, 3])).toEqual(upTo(40))
  expect(await idsAt(23_000, [0, 1, 3])).toEqual(upTo(6))
  const { users } = await run.result()
  expect(users.started).toBeGreaterThanOrEqual(40)
  expect(await idsAt(60_000, [0, 1, 3])).toEqual([])
})

test('an hour of ramping arrivals on 1,000 workers: each of 3.6 million once, in order, as on one', () => {
  const load: LoadShape & { readonly kind: 'ramping-arrivals' } = {
    ...upAndDown,
    stages: [
      { arrivals: 1_500, durationMs: 1_200_000 },
      { arrivals: 1_500, durationMs: 1_200_000 },
      { arrivals: 0, durationMs: 1_200_000 },
    ],
    durationMs: 3_600_000,
  }
  const whole = arrivalSchedule(load)
  const weights = Array.from({ length: 1_000 }, (_, index) => 1 + (index % 3))
  const seen = new Uint8Array(whole.totalCount)
  let [outOfOrder, sumMs] = [0, 0]
  for (let index = 0; index < weights.length; index++) {
    const owned = new Ownership({ index, weights, lost: [] })
    const schedule = arrivalSchedule(load)
    let lastNs = -1
    for (let k = owned.nextOwned(0); k < schedule.totalCount; k = owned.nextOwned(k + 1)) {
      const dueNs = schedule.dueNs(k)
      if (dueNs <= lastNs) outOfOrder++
      lastNs = dueNs
      sumMs += dueNs / 1e6
      seen[k]!++
    }
  }
  expect(whole.totalCount).toBe(3_600_000)
  expect([outOfOrder, seen.findIndex((count) => count !== 1)]).toEqual([0, -1])
  // Up and down mirror each other, so the mean is the middle of the hour but for half a gap between arrivals.
  expect(sumMs / whole.totalCount / 1_800_000).toBeCloseTo(1, 5)
})
