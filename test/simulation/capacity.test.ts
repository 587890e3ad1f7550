/** A search for the limit over the real coordinator and several workers in virtual time, against one server of exactly 10 ms. */
import { expect, test } from 'vitest'
import { Conductor } from '../../src/model/capacity/conductor.ts'
import { rampKnee } from '../../src/model/capacity/ramp-knee.ts'
import { CapacitySearch, readableLoad } from '../../src/model/capacity/search.ts'
import { rules } from '../../src/model/capacity/searched.test-kit.ts'
import { judgeGenerator } from '../../src/plugins/insights/generator/generator.ts'
import { CapacityPilot } from '../../src/run/coordinator/capacity-pilot.ts'
import { arrivalsPlan, planOf, simulate } from './simulate.ts'

const SETTINGS = {
  start: 40,
  max: 5_000,
  relativeWidth: 0.05,
  trialSec: 4,
  trialSecMax: 16,
  soakSec: 12,
  maxSec: 280,
}

function searched(workers: number, settings: Partial<typeof SETTINGS> = {}) {
  let freeMs = 0
  const all = { ...SETTINGS, ...settings }
  const search = new CapacitySearch(all, readableLoad('arrivals'))
  const objectives = rules('p95 < 300ms')
  const conductor = new Conductor(
    { by: 'arrivals', settings: all, objectives, judgeGenerator },
    search,
  )
  const pilot = new CapacityPilot(conductor, (load) => ({ arrivals: `${load}/s` }))
  const run = simulate({
    plan: arrivalsPlan(conductor.load, null),
    workers,
    latencyMs: (atMs) => {
      freeMs = Math.max(freeMs, atMs) + 10
      return freeMs - atMs
    },
    run: { outputs: [pilot] },
  })
  pilot.fly(run.handle)
  return { run, conductor, search }
}

test.each([1, 3])(
  'the limit of 100/s is found within a twentieth, with %i worker(s)',
  async (workers) => {
    const { run, conductor, search } = searched(workers)
    const result = await run.result()
    const { holds, confirmed, firstBroken } = search.answer
    expect(Math.abs(holds! / 100 - 1)).toBeLessThanOrEqual(0.05)
    expect(confirmed).toBe(true)
    expect(firstBroken!.load).toBeGreaterThan(100)
    // Each second that was measured was one of this load and no other.
    for (const trial of conductor.trials) {
      const seconds = result.windows.slice(trial.fromMs / 1_000).slice(0, trial.measuredSec)
      for (const { planned } of seconds)
        expect(Math.abs(planned!.arrivals - trial.load)).toBeLessThan(1.001)
    }
  },
)

test('every trial is the same with one worker and with three', async () => {
  const trials = await Promise.all(
    [1, 3].map(async (workers) => {
      const { run, conductor } = searched(workers)
      await run.result()
      return conductor.trials.map(({ load, verdict, purpose }) => ({ load, verdict, purpose }))
    }),
  )
  expect(trials[0]).toEqual(trials[1])
})

test('the run ends with the time of the search', async () => {
  const { run, search } = searched(1, { maxSec: 12 })
  const result = await run.result()
  expect(result.run.durationMs).toBeLessThan(16_000)
  expect(search.answer).toMatchObject({ ended: 'time', isAtLeast: true })
})

test('a plain run whose load rises beyond the limit says where response times bend', async () => {
  const load = {
    kind: 'ramping-arrivals',
    ...{ perNs: 1e9, startArrivals: 10, durationMs: 90_000 },
    ...{ stages: [{ durationMs: 90_000, arrivals: 120 }], usersMax: 2_000 },
  } as const
  let freeMs = 0
  const run = simulate({
    plan: planOf(load),
    workers: 2,
    latencyMs: (atMs) => {
      freeMs = Math.max(freeMs, atMs) + 10
      return freeMs - atMs
    },
    run: { findKnee: async (windows) => rampKnee(windows) },
  })
  const { knee } = await run.result()
  expect(knee).toMatchObject({ unit: 'arrivals', method: 'broken-stick' })
  expect(knee!.load).toBeGreaterThan(85)
  expect(knee!.load).toBeLessThan(115)
})
