/** Steering whole runs in virtual time: coordinator, wire and workers are the real ones. */
import { expect, test } from 'vitest'
import { rule } from '../../src/model/plan/threshold.test-kit.ts'
import { arrivalsPlan, type Simulation, simulate } from './simulate.ts'

/** Runs until `runMs` on the run clock. */
async function until(run: Simulation, runMs: number): Promise<void> {
  while (Number.isNaN(run.handle.nowMs())) await run.clock.runUntil(run.clock.nowMs() + 1)
  await run.clock.runUntil(run.clock.nowMs() + runMs - run.handle.nowMs())
}

const sentBetween = (run: Simulation, fromMs: number, toMs: number): number =>
  run.ledger.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length

test('another rate holds on all workers from one instant on, within a second, and is written into the run', async () => {
  const run = simulate({ plan: arrivalsPlan(50, 10_000), workers: 4 })
  await until(run, 4_000)
  expect(run.handle.steering.change({ arrivals: '200/s' }, 'test')).toEqual([])
  const result = await run.result()
  const [change] = result.events.filter((each) => each.kind === 'steer')
  expect(change).toMatchObject({ by: 'test', level: 'info', atMs: 4_000 })
  expect(change!.text).toBe('arrivals: 50/s arrivals becomes 200/s arrivals from 4.3 s on.')
  expect(sentBetween(run, 0, 4_300)).toBe(215)
  expect(sentBetween(run, 4_300, 10_000)).toBe(200 * 5.7)
  expect(new Set(run.ledger.map((each) => each.index)).size).toBe(run.ledger.length)
  expect(result.arrivals).toMatchObject({ due: 215 + 1_140, dropped: 0, unknown: 0 })
  expect(result.run.durationMs).toBeLessThan(11_100)
})

test('a load over time takes the place of what was left, and brings its own end', async () => {
  const run = simulate({ plan: arrivalsPlan(50, null), workers: 2 })
  await until(run, 2_700)
  run.handle.steering.change({ arrivals: '→ 150/s over 4s, hold 2s' }, 'test')
  const result = await run.result()
  expect(result.arrivals.due).toBe(150 + (50 + 150) * 2 + 300)
  expect(result.run.durationMs).toBeGreaterThanOrEqual(9_000)
  expect(result.run.durationMs).toBeLessThan(10_100)
})

test('a paused run sends nothing, is not judged, and does its plan to the end when it goes on', async () => {
  const thresholds = [rule('rate(http) > 45/s over 3s'), rule('rate(http) > 45/s')]
  const plan = { ...arrivalsPlan(50, 10_000), thresholds }
  const run = simulate({ plan, workers: 3 })
  await until(run, 3_700)
  expect(run.handle.steering.pause('anna')).toEqual([])
  expect(run.handle.steering.paused).toBe(true)
  await until(run, 13_700)
  expect(run.handle.steering.resume('anna')).toEqual([])
  const result = await run.result()
  expect([sentBetween(run, 4_000, 14_000), run.ledger.length]).toEqual([0, 500])
  expect(result.arrivals).toMatchObject({ due: 500, started: 500, dropped: 0 })
  expect(result.verdict).toMatchObject({ passed: true })
  expect(result.totals.ratePerSec).toBeCloseTo(50, 0)
  const paused = result.windows.filter((each) => each.paused).map((each) => each.atMs / 1_000)
  expect(paused).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
  const late = result.windows.slice(14, 20)
  expect(late.map((each) => each.planned!.arrivals)).toEqual([50, 50, 50, 50, 50, 50])
})

test('what was planned stands beside what happened, window by window', async () => {
  const run = simulate({ plan: arrivalsPlan(40, 6_000), workers: 3 })
  await until(run, 2_700)
  run.handle.steering.change({ arrivals: '80/s' }, 'test')
  const { windows } = await run.result()
  for (const { planned, arrivals } of windows) expect(arrivals!.started).toBe(planned!.arrivals)
  expect(windows.slice(0, 6).map((each) => each.planned!.arrivals)).toEqual([
    40, 40, 40, 80, 80, 80,
  ])
})

test('a change during a pause takes place when the run goes on', async () => {
  const run = simulate({ plan: arrivalsPlan(50, 6_000), workers: 2 })
  await until(run, 1_700)
  run.handle.steering.pause('test')
  await until(run, 3_000)
  expect(run.handle.steering.change({ arrivals: '100/s' }, 'test')).toEqual([])
  await until(run, 5_700)
  run.handle.steering.resume('test')
  const result = await run.result()
  expect(result.arrivals.due).toBe(100 + 400)
})

test('a lost worker takes no arrival of a steered run with it uncounted', async () => {
  const run = simulate({ plan: arrivalsPlan(60, 12_000), workers: 3 })
  await until(run, 2_700)
  run.handle.steering.change({ arrivals: '120/s' }, 'test')
  await until(run, 5_000)
  run.transport.kill(2)
  const { arrivals } = await run.result()
  expect(arrivals.due).toBe(180 + 120 * 9)
  expect(arrivals.due).toBe(arrivals.started + arrivals.dropped + arrivals.unknown)
  expect(arrivals.unknown).toBeGreaterThan(0)
})

test('what cannot be done is said, and the run goes on as it was', async () => {
  const run = simulate({ plan: arrivalsPlan(50, 3_000), workers: 2 })
  const { steering } = run.handle
  const codes = (request: Parameters<typeof steering.change>[0]) =>
    steering.change(request, 'test').map((each) => `${each.code}: ${each.what}`)
  expect(codes({ arrivals: '60/s' })).toEqual(['E_STEER: the run is not running'])
  await until(run, 1_000)
  expect(codes({ users: 10 })).toEqual(['E_STEER: it has no users to change'])
  expect(codes({ scenario: 'nobody', arrivals: '1/s' })).toEqual([
    'E_STEER: there is no scenario nobody',
  ])
  expect(codes({ arrivals: 'fast' })).toEqual(['E_RATE: "fast" cannot be read as a rate'])
  expect(codes({})).toEqual(['E_STEER: a change names users or arrivals'])
  expect(steering.resume('test').map((each) => each.what)).toEqual(['the run is running already'])
  expect(steering.note('  ', 'test')).toHaveLength(1)
  expect(steering.note(' cache cleared ', 'anna')).toEqual([])
  const result = await run.result()
  expect(result.arrivals.due).toBe(150)
  expect(result.events.filter((each) => each.by !== undefined)).toEqual([
    { atMs: 1_000, kind: 'note', level: 'info', text: 'cache cleared', by: 'anna' },
  ])
})
