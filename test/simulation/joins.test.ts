/** Workers that join a run that goes on: the target's ledger has each arrival once, whoever comes and goes. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RunResult } from '../../src/contracts/result.ts'
import { arrivalsPlan, type Simulation, simulate } from './simulate.ts'

const at = (run: Simulation, ms: number): Promise<void> => run.clock.runUntil(1_000 + ms)

function expectEachArrivalOnce(run: Simulation, result: RunResult, due: number): void {
  const sent = run.ledger.map((each) => each.index).sort((a, b) => a - b)
  expect(sent).toEqual(Array.from({ length: due }, (_, index) => index))
  expect(result.arrivals).toMatchObject({ due, started: due, unknown: 0 })
  expect(result.totals.requests).toBe(due)
  const inWindows = result.windows.reduce((sum, each) => sum + each.requests, 0)
  expect(inWindows).toBe(due)
}

test('one that joins has its part from the instant on that is said, and no arrival is missing or sent twice', async () => {
  const run = simulate({ plan: arrivalsPlan(90, 8_000), workers: 2 })
  await at(run, 3_000)
  run.transport.join()
  const result = await run.result()
  expectEachArrivalOnce(run, result, 720)
  const said = result.events.find((each) => each.kind === 'worker-started')
  const [, fromSec] = /takes its part of the load from the other 2 workers from ([\d.]+) s on/.exec(
    said!.text,
  )!
  const ofLate = run.ledger.filter((each) => each.worker === 2)
  expect(ofLate[0]!.atMs).toBeGreaterThan(Number(fromSec) * 1_000 - 51)
  expect(ofLate[0]!.atMs).toBeLessThan(4_000)
  const late = run.ledger.filter((each) => each.atMs > 4_000)
  expect(late.filter((each) => each.worker === 2)).toHaveLength(Math.round(late.length / 3))
  expect(result.generator.workers.map((each) => each.index)).toEqual([0, 1, 2])
  expect(result.run.workers).toBe(3)
  // Nobody waited for the first snapshot of one who had not begun.
  expect(run.windows.every((window) => window.complete)).toBe(true)
})

test('a stronger one gets more', async () => {
  const run = simulate({ plan: arrivalsPlan(100, 6_000), workers: 1 })
  await at(run, 1_000)
  run.transport.join({ power: 1, labels: { region: 'eu' } })
  const result = await run.result()
  expectEachArrivalOnce(run, result, 600)
  // Of the first nothing is known: alike.
  expect(result.generator.workers[1]).toMatchObject({ labels: { region: 'eu' } })
})

test('changes of the load that came before are made by one who joins later, too', async () => {
  const run = simulate({ plan: arrivalsPlan(50, 8_000), workers: 1 })
  await at(run, 1_000)
  expect(run.handle.steering.change({ arrivals: '100/s' }, 'a test')).toEqual([])
  await at(run, 3_000)
  run.transport.join()
  const result = await run.result()
  const due = result.arrivals.due
  expectEachArrivalOnce(run, result, due)
  const last = run.ledger.filter((each) => each.atMs >= 5_000 && each.atMs < 7_000)
  expect(last).toHaveLength(200)
  expect(last.filter((each) => each.worker === 1)).toHaveLength(100)
})

test('one whose script cannot be loaded is sent away, and the run goes on', async () => {
  const broken = () => Promise.reject(new Error('no such package'))
  const run = simulate({
    plan: arrivalsPlan(50, 5_000),
    workers: 1,
    worker: (index) => (index === 1 ? { loadScript: broken } : {}),
  })
  await at(run, 1_000)
  run.transport.join()
  const result = await run.result()
  expect(result.verdict.passed).toBe(true)
  expect(result.events.map((each) => each.text).join()).toMatch(
    /wanted to join and could not: .*no such package/,
  )
  expect(result.generator.workers).toHaveLength(1)
  expectEachArrivalOnce(run, result, 250)
})

test('nobody joins what is about to end, and nobody is waited for', async () => {
  const run = simulate({ plan: arrivalsPlan(50, 4_000), workers: 1 })
  await at(run, 3_000)
  run.transport.join()
  const result = await run.result()
  expect(result.generator.workers).toHaveLength(1)
  expect(result.run.durationMs).toBeLessThan(4_300)
  expectEachArrivalOnce(run, result, 200)
})

test('a run to which nobody comes back after all were lost ends; one who joined in time goes on alone', async () => {
  const run = simulate({ plan: arrivalsPlan(60, 9_000), workers: 1 })
  await at(run, 2_000)
  run.transport.join()
  await at(run, 5_000)
  run.transport.kill(0)
  const result = await run.result()
  expect(result.generator.workers.map((each) => each.lost)).toEqual([true, false])
  expect(run.ledger.filter((each) => each.atMs >= 7_000 && each.worker === 1)).toHaveLength(120)
  expect(result.arrivals.due).toBe(result.arrivals.started + result.arrivals.unknown)
  expect(result.arrivals.due).toBe(540)
})

test('whoever joins and is lost, at whatever time: due = started + unknown, and nothing is sent twice', async () => {
  const change = fc.record({ atMs: fc.integer({ min: 500, max: 7_000 }), kills: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 3 }),
      async (changes, workers) => {
        const run = simulate({ plan: arrivalsPlan(40, 10_000), workers })
        const alive = Array.from({ length: workers }, (_, index) => index)
        let count = workers
        for (const { atMs, kills } of [...changes].sort((a, b) => a.atMs - b.atMs)) {
          await at(run, atMs)
          if (!kills) {
            run.transport.join()
            alive.push(count++)
          } else if (alive.length > 1) run.transport.kill(alive.shift()!)
        }
        const result = await run.result()
        const sent = new Set(run.ledger.map((each) => each.index))
        expect(sent.size).toBe(run.ledger.length)
        const { due, started, dropped, unknown } = result.arrivals
        expect({ due, sum: started + dropped + unknown }).toEqual({ due: 400, sum: 400 })
        // What was not reported was sent or not: never more than is said to be unknown.
        expect(run.ledger.length).toBeGreaterThanOrEqual(started)
        expect(run.ledger.length).toBeLessThanOrEqual(due)
      },
    ),
    { numRuns: 25 },
  )
}, 60_000)
