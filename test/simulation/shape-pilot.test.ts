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

type Tick = (second: number, users: number) => [users: number, rate: number] | null

/** A run that follows `tick` on so many workers; and the seconds it was asked for. */
function shaped(tick: Tick, workers: number): { run: Simulation; asked: number[] } {
  const asked: number[] = []
  const ask = async (second: number, users: number): Promise<Decision | null> => {
    asked.push(second)
    const answer = tick(second, users)
    return answer && { users: answer[0], spawnRatePerSec: answer[1] }
  }
  const [users, spawnRatePerSec] = tick(0, 0) ?? [0, 1]
  const first = { users, spawnRatePerSec }
  const run = simulate({
    plan: planOf({ kind: 'constant-users', ...first, durationMs: null }),
    workers,
    worker: () => ({
      createExecutor,
      loadScript: async () => ({ users: () => ({ create: idleUser }) }),
    }),
  })
  followShape(run.handle, { first, ask }, run.clock, 'Shape')
  return { run, asked }
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
