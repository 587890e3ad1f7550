/** Steered schedules stay schedules: nothing is lost, nothing is due twice, and everybody who is told the same agrees. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LoadShape, Scenario, Steer } from '../../contracts/plan.ts'
import { Course } from './course.ts'

const scenario = (load: LoadShape, startAfterMs = 0): Scenario => ({
  name: 's',
  users: [{ className: 'A', weight: 1, fixedCount: 0 }],
  load,
  startAfterMs,
  gracefulStopMs: 0,
})
const arrivals = (perSec: number, durationMs: number | null = null): LoadShape => ({
  kind: 'constant-arrivals',
  rate: { arrivals: perSec, perNs: 1e9 },
  durationMs,
  usersMax: 10,
})
const users = (n: number, fromUsers = 0, perSec = 1_000_000): LoadShape => ({
  kind: 'constant-users',
  fromUsers,
  users: n,
  spawnRatePerSec: perSec,
  durationMs: null,
})
const ms = (elapsedMs: number): number => elapsedMs * 1e6

test('another rate begins at its instant, and arrivals before it keep theirs', () => {
  const course = new Course(scenario(arrivals(10, 5_000)))
  course.apply({ kind: 'load', load: arrivals(100, 1_000), fromMs: 1_050 })
  const due = course.arrivals!
  expect(due.totalCount).toBe(11 + 100)
  expect([due.dueMs(10), due.dueMs(11), due.dueMs(12)]).toEqual([1_000, 1_050, 1_060])
  expect(course.endMs).toBe(2_050)
})

test('a pause moves what was to come by its length, and the end with it', () => {
  const course = new Course(scenario(arrivals(10, 2_000)))
  course.apply({ kind: 'pause', fromMs: 500 })
  expect([course.arrivals!.totalCount, course.endMs]).toEqual([5, null])
  course.apply({ kind: 'resume', fromMs: 3_500 })
  expect([course.arrivals!.totalCount, course.endMs]).toEqual([20, 5_000])
  expect([course.arrivals!.dueMs(4), course.arrivals!.dueMs(5)]).toEqual([400, 3_500])
})

test('users stay as they are while the run stands still, in the middle of a ramp too', () => {
  const course = new Course(scenario(users(10, 0, 1)))
  course.apply({ kind: 'pause', fromMs: 2_500 })
  course.apply({ kind: 'resume', fromMs: 60_000 })
  const at = (elapsedMs: number) => course.users!.usersAt(ms(elapsedMs))
  expect([at(2_400), at(30_000), at(60_400), at(60_500), at(120_000)]).toEqual([3, 3, 3, 4, 10])
  expect(course.users!.nextChangeNs(ms(2_000))).toBe(ms(60_500))
})

test('changes of classes stand still with the plan, and those of another load take their place', () => {
  const classes = (...names: string[]) =>
    names.map((className) => ({ className, weight: 1, fixedCount: 0 }))
  const load: LoadShape = {
    kind: 'ramping-users',
    startUsers: 2,
    stages: [
      { users: 2, durationMs: 1_000 },
      { users: 2, durationMs: 1_000, mix: { classes: classes('B'), overMs: 0 } },
      { users: 2, durationMs: 9_000, mix: { classes: classes('C'), overMs: 0 } },
    ],
    durationMs: 11_000,
    gracefulRampDownMs: 0,
  }
  const course = new Course(scenario(load))
  const at = (elapsedMs: number) => course.mix!.classOf(0, ms(elapsedMs))
  course.apply({ kind: 'pause', fromMs: 500 })
  expect(at(1_500)).toBe('A')
  course.apply({ kind: 'resume', fromMs: 60_500 })
  expect([at(60_900), at(61_000), at(62_000)]).toEqual(['A', 'B', 'C'])
  course.apply({ kind: 'load', load: users(5, 2), fromMs: 61_500 })
  expect([at(61_000), at(90_000), course.mix!.nextChangeNs(ms(61_500))]).toEqual([
    'B',
    'B',
    undefined,
  ])
  const mix = { classes: classes('D'), overMs: 0 }
  course.apply({ kind: 'load', load: { ...users(5, 5), mix } as LoadShape, fromMs: 70_000 })
  expect([at(69_999), at(70_000)]).toEqual(['B', 'D'])
})

test('a scenario that has not begun begins later by a pause, and with the load it was given meanwhile', () => {
  const waiting = new Course(scenario(arrivals(10, 1_000), 5_000))
  waiting.apply({ kind: 'pause', fromMs: 1_000 })
  waiting.apply({ kind: 'resume', fromMs: 3_000 })
  expect([waiting.arrivals!.dueMs(0), waiting.endMs]).toEqual([2_000, 8_000])
  const changed = new Course(scenario(arrivals(10, 1_000), 5_000))
  changed.apply({ kind: 'load', load: arrivals(20, 1_000), fromMs: 1_000 })
  expect([changed.arrivals!.totalCount, changed.endMs]).toEqual([20, 6_000])
})

test('what has ended stays ended', () => {
  const course = new Course(scenario(arrivals(10, 1_000)))
  course.apply({ kind: 'pause', fromMs: 1_500 })
  course.apply({ kind: 'resume', fromMs: 2_500 })
  expect([course.arrivals!.totalCount, course.endMs]).toEqual([10, 1_000])
})

/** Changes at growing instants; each pause is followed by a resume. */
const steers = (load: (n: number) => LoadShape): fc.Arbitrary<Steer[]> =>
  fc
    .array(fc.record({ afterMs: fc.integer({ min: 0, max: 3_000 }), n: fc.nat(50) }), {
      maxLength: 6,
    })
    .map((steps) => {
      let fromMs = 0
      return steps.flatMap(({ afterMs, n }): Steer[] => {
        fromMs += afterMs
        if (n > 10) return [{ kind: 'load', load: load(n), fromMs }]
        const pausedMs = fromMs
        fromMs += n * 100
        return [
          { kind: 'pause', fromMs: pausedMs },
          { kind: 'resume', fromMs },
        ]
      })
    })

describe('however a run is steered', () => {
  test('arrivals are due in order, each once, and count and due times agree', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        steers((n) => arrivals(n)),
        (perSec, changes) => {
          const course = new Course(scenario(arrivals(perSec)))
          for (const change of changes) course.apply(change)
          const due = course.arrivals!
          let lastNs = -1
          for (let index = 0; index < 300; index++) {
            const dueNs = due.dueNs(index)
            expect(dueNs).toBeGreaterThanOrEqual(lastNs)
            // Exact due times lie within the nanosecond after it.
            expect(due.countBy(dueNs + 1)).toBeGreaterThan(index)
            expect(due.countBy(dueNs - 1)).toBeLessThanOrEqual(index)
            expect(due.dueMs(index)).toBeCloseTo(dueNs / 1e6, 6)
            lastNs = dueNs
          }
        },
      ),
    )
  })

  test('users follow from one change to the next without one that is not announced', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        steers((n) => users(n, 5, n)),
        (n, changes) => {
          const course = new Course(scenario(users(n, 0, n / 3)))
          for (const change of changes) course.apply(change)
          const plan = course.users!
          let atNs: number | undefined = 0
          for (let steps = 0; atNs !== undefined && steps < 200; steps++) {
            const nextNs = plan.nextChangeNs(atNs)
            if (nextNs === undefined) break
            expect(nextNs).toBeGreaterThan(atNs)
            expect(plan.usersAt(nextNs - 1)).toBe(plan.usersAt(atNs))
            atNs = nextNs
          }
        },
      ),
    )
  })
})
