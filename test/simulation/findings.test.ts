/** Findings of whole runs in virtual time: a target whose one limit is known, behind the real coordinator and the real workers. */
import { expect, test } from 'vitest'
import { INSIGHTS } from '../../src/app/insights.ts'
import type { RunResult } from '../../src/contracts/result.ts'
import { planOf, type Simulation, simulate } from './simulate.ts'

/** First come, first served by `slots` at a time, `serviceMs` each. */
function served(slots: number, serviceMs: number): (atMs: number) => number {
  const freeAtMs = new Array<number>(slots).fill(0)
  return (atMs) => {
    const next = freeAtMs.indexOf(Math.min(...freeAtMs))
    freeAtMs[next] = Math.max(freeAtMs[next]!, atMs) + serviceMs
    return freeAtMs[next]! - atMs
  }
}

/** Arrivals from 4/s to 160/s within 30 s. */
function ramp(latencyMs: (atMs: number) => number): Simulation {
  const plan = planOf({
    kind: 'ramping-arrivals',
    perNs: 1_000_000_000,
    startArrivals: 4,
    stages: [{ arrivals: 160, durationMs: 30_000 }],
    durationMs: 30_000,
    usersMax: 5_000,
  })
  return simulate({ plan, workers: 2, latencyMs, run: { loadInsights: async () => INSIGHTS } })
}
const titles = ({ findings }: RunResult): readonly string[] => findings.map(({ title }) => title)

test.each([
  [1, 20, 50],
  [4, 50, 80],
  [8, 100, 80],
])(
  'a target of %i at a time, %i ms each, is known by its size and its ceiling of %i/s',
  async (slots, serviceMs, ceiling) => {
    const result = await ramp(served(slots, serviceMs)).result()
    expect(result.findings[0]).toMatchObject({ id: 'fixed-slots', severity: 'critical' })
    expect(titles(result)[0]).toContain(`about ${slots} requests at a time`)
    expect(result.findings[0]!.evidence[0]!.value).toBeCloseTo(ceiling, -0.5)
    expect(result.insights!.notEvaluated.map(({ id }) => id)).toContain('target-cpu')
  },
)

test('a target that is never full gives nothing to say', async () => {
  const result = await ramp(served(40, 50)).result()
  expect(titles(result)).toEqual([])
  expect(result.insights!.evaluated).toContain('fixed-slots')
})

test('who looks while the run goes on sees the same, from its tenth second at the earliest', async () => {
  const simulation = ramp(served(2, 50))
  const seen: { readonly atMs: number; readonly ids: readonly string[] }[] = []
  simulation.clock.at(simulation.clock.nowMs() + 500, look, undefined)
  function look(): void {
    const { run, findings } = simulation.handle.peek()
    seen.push({ atMs: run.durationMs, ids: findings.map(({ id }) => id) })
    if (simulation.handle.state !== 'done')
      simulation.clock.at(simulation.clock.nowMs() + 1_000, look, undefined)
  }
  const result = await simulation.result()
  expect(seen.filter(({ atMs }) => atMs < 10_000).flatMap(({ ids }) => ids)).toEqual([])
  expect(seen.findLast(({ atMs }) => atMs < 30_000)?.ids).toEqual(['fixed-slots'])
  expect(result.findings.map(({ id }) => id)).toEqual(['fixed-slots'])
})

test('a run that stands still for a while is not judged by that', async () => {
  const simulation = ramp(served(40, 50))
  const { clock, handle } = simulation
  clock.at(clock.nowMs() + 8_000, () => handle.steering.pause('test'), undefined)
  clock.at(clock.nowMs() + 14_000, () => handle.steering.resume('test'), undefined)
  const result = await simulation.result()
  expect(result.windows.some(({ paused }) => paused)).toBe(true)
  expect(titles(result)).toEqual([])
})
