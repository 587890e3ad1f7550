/** A `LoadTestShape` over several workers in virtual time, with users that only exist. */
import { expect, test } from 'vitest'
import type { VirtualUser } from '../../src/contracts/user.ts'
import { OnrushError, problem } from '../../src/kernel/errors.ts'
import { createExecutor } from '../../src/load/engine/executor.ts'
import { type Decision, followShape } from '../../src/run/coordinator/shape-pilot.ts'
import { planOf, type Simulation, simulate } from './simulate.ts'

function idleUser(className: string, id: number): VirtualUser {
  let end = (): void => {}
  const user: VirtualUser = {
    id,
    className,
    start: async () => true,
    run: (onEnd) => {
      end = () => onEnd(user)
    },
    iterate: async () => true,
    stop: async () => end(),
    kill: () => end(),
  }
  return user
}

/** `AB`: both, with weight 1. */
type Tick = (
  second: number,
  users: number,
) => [users: number, rate: number, classes?: string] | null

const decisionOf = ([users, spawnRatePerSec, classes]: NonNullable<
  ReturnType<Tick>
>): Decision => ({
  users,
  spawnRatePerSec,
  ...(classes !== undefined && {
    classes: [...classes].map((className) => ({ className, weight: 1, fixedCount: 0 })),
  }),
})

/** A run that follows `tick` on so many workers; and the seconds it was asked for. */
function shaped(
  tick: Tick,
  workers: number,
): { run: Simulation; asked: number[]; classesNow: () => string } {
  const asked: number[] = []
  const ask = async (second: number, users: number): Promise<Decision | null> => {
    asked.push(second)
    const answer = tick(second, users)
    return answer && decisionOf(answer)
  }
  const first = decisionOf(tick(0, 0) ?? [0, 1])
  const { users, spawnRatePerSec, classes } = first
  const live = new Map<number, string>()
  const create = (className: string, id: number): VirtualUser => {
    live.set(id, className)
    const user = idleUser(className, id)
    const { run } = user
    return Object.assign(user, {
      run: (onEnd: (ended: VirtualUser) => void) =>
        run((ended) => {
          live.delete(id)
          onEnd(ended)
        }),
    })
  }
  const mix = classes && { classes, overMs: 0 }
  const load = { kind: 'constant-users', users, spawnRatePerSec, ...(mix && { mix }) } as const
  const run = simulate({
    plan: planOf({ ...load, durationMs: null }),
    workers,
    worker: () => ({
      createExecutor,
      loadScript: async () => ({ users: () => ({ create }) }),
    }),
  })
  followShape(run.handle, { first, ask }, run.clock, 'Shape')
  const classesNow = () =>
    [...live]
      .sort(([a], [b]) => a - b)
      .map(([, name]) => name)
      .join('')
  return { run, asked, classesNow }
}

test.each([1, 4])(
  'each second has the users its tick asked for, on %i workers',
  async (workers) => {
    const stages = [3, 3, 8, 8, 2, 9, 0, 5]
    const { run, asked } = shaped(
      (second) => (second < 8 ? [stages[second]!, 1_000] : null),
      workers,
    )
    const result = await run.result()
    expect(asked).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(result.windows.slice(0, 8).map((each) => each.users)).toEqual(stages)
    expect(result.windows.slice(0, 8).map((each) => each.planned!.users)).toEqual(stages)
    expect(result.run.durationMs).toBeGreaterThanOrEqual(8_000)
    expect(result.run.durationMs).toBeLessThan(9_000)
    expect(result.users.stopped).toBe(result.users.started)
  },
)

test('a stage shorter than its ramp is not skipped: the next begins where the ramp is', async () => {
  const stages: [number, number][] = [
    [100, 10],
    [100, 10],
    [0, 5],
    [0, 5],
  ]
  const { run } = shaped((second) => stages[second] ?? null, 3)
  const result = await run.result()
  // 10 at once, 10 after a second; then 5 go at once and 5 more a second later.
  expect(result.windows.slice(0, 4).map((each) => each.users)).toEqual([10, 20, 15, 10])
})

test('an answer that stays is no change, one that differs is written down with the name of the shape', async () => {
  const { run } = shaped((second) => (second < 6 ? [second < 3 ? 4 : 7, 10] : null), 2)
  const { events } = await run.result()
  expect(events.filter((each) => each.kind === 'steer')).toMatchObject([
    { by: 'Shape', text: 'arrivals: 4 users becomes 7 users from 3.0 s on.' },
  ])
})

test('the shape is told how many users there are', async () => {
  const seen: number[] = []
  const { run } = shaped((second, users) => {
    if (second > 0) seen.push(users)
    return second < 5 ? [2 * (second + 1), 100] : null
  }, 2)
  await run.result()
  expect(seen).toEqual([0, 2, 4, 6, 8])
})

test('a tick that throws fails the run, with what it threw', async () => {
  const { run } = shaped((second) => {
    if (second === 3) throw new OnrushError([problem('E_SCRIPT', 'shape', 'no such stage', '', '')])
    return [5, 10]
  }, 2)
  const result = await run.result()
  expect(result.verdict).toMatchObject({ passed: false, exitCode: 3 })
  expect(result.verdict.reason).toContain('no such stage')
})

test('while the run is paused the time of the shape stands still', async () => {
  const { run, asked } = shaped((second) => (second < 5 ? [Math.ceil(second), 100] : null), 2)
  while (!(run.handle.nowMs() >= 2_200)) await run.clock.runUntil(run.clock.nowMs() + 10)
  run.handle.steering.pause('test')
  await run.clock.runUntil(run.clock.nowMs() + 10_000)
  expect(asked).toEqual([1, 2])
  run.handle.steering.resume('test')
  const result = await run.result()
  expect(asked.every((second) => second <= 6)).toBe(true)
  expect(result.run.durationMs).toBeGreaterThanOrEqual(15_000)
})

test.each([1, 3])(
  'classes named by a tick are those of the users, who change at the spawn rate, on %i workers',
  async (workers) => {
    const ticks: NonNullable<ReturnType<Tick>>[] = [
      [4, 100, 'AB'],
      [4, 2, 'B'],
      [6, 2, 'B'],
      [6, 2],
      [3, 100, 'C'],
      [3, 100],
    ]
    const { run, classesNow } = shaped((second) => ticks[second] ?? null, workers)
    const seen: string[] = []
    const look = async (runMs: number): Promise<void> => {
      while (!(run.handle.nowMs() >= runMs)) await run.clock.runUntil(run.clock.nowMs() + 10)
      seen.push(classesNow())
    }
    for (const runMs of [900, 1_600, 2_200, 3_900, 4_900, 5_900]) await look(runMs)
    // The first A goes half a second after second 1, the other one at 2.5 s: another number of users does not hold that up.
    expect(seen).toEqual(['ABAB', 'BBAB', 'BBABBB', 'BBBBBB', 'CCC', 'CCC'])
    const { events, users } = await run.result()
    expect(events.filter((each) => each.kind === 'steer').map((each) => each.text)).toEqual([
      'arrivals: 4 users (A, B) becomes 4 users (B) from 1.0 s on.',
      'arrivals: 4 users (B) becomes 6 users from 2.0 s on.',
      'arrivals: 6 users becomes 3 users (C) from 4.0 s on.',
    ])
    expect(users.started).toBe(users.stopped)
  },
)
