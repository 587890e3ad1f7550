import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { floorSqrt } from './floor-sqrt.ts'
import { type ArrivalStageNs, RampingArrivals } from './ramping-arrivals.ts'
import { RampingUsers } from './ramping-users.ts'
import { Ownership } from './share.ts'

interface Plan {
  readonly perNs: number
  readonly start: number
  readonly stages: readonly ArrivalStageNs[]
}
const rate = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 100_000 }),
)
/** Rates from a few a day to thousands a second; stages of nothing, of nanoseconds, of hours. */
const planOf = (arrivalsMax: number): fc.Arbitrary<Plan> =>
  fc
    .record({
      perNs: fc.constantFrom(1e9, 950_000_000, 7, 60e9, 3_600e9),
      start: rate,
      stages: fc.array(
        fc.record({
          arrivals: rate,
          durationNs: fc.oneof(
            fc.constant(0),
            fc.integer({ min: 1, max: 50 }),
            fc.integer({ min: 1, max: 5e9 }),
            fc.integer({ min: 1, max: 86_400e9 }),
          ),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    })
    .filter((plan) => {
      const { totalCount } = scheduleOf(plan)
      return totalCount > 0 && totalCount <= arrivalsMax
    })
const scheduleOf = ({ perNs, start, stages }: Plan): RampingArrivals =>
  new RampingArrivals(perNs, start, stages)

/** The integral of the rate up to `ns` as a fraction, by the definition alone. */
function integral({ perNs, start, stages }: Plan, ns: bigint): { over: bigint; under: bigint } {
  const twoP = 2n * BigInt(perNs)
  let from = BigInt(start)
  let startNs = 0n
  let over = 0n
  let under = twoP
  for (const stage of stages) {
    const d = BigInt(stage.durationNs)
    const to = BigInt(stage.arrivals)
    if (d > 0n && ns > startNs) {
      const x = ns - startNs < d ? ns - startNs : d
      over = over * d + (2n * from * x * d + (to - from) * x * x) * (under / twoP)
      under *= d
    }
    startNs += d
    from = to
  }
  return { over, under }
}

describe('ramping arrivals', () => {
  test('an arrival is due in the nanosecond in which the integral reaches its number', () => {
    fc.assert(
      fc.property(
        planOf(2 ** 40),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (plan, at) => {
          const schedule = scheduleOf(plan)
          for (const index of [Math.floor(at * schedule.totalCount), 0, schedule.totalCount - 1]) {
            const dueNs = BigInt(schedule.dueNs(index))
            // Where the integral stands against index + 1, a nanosecond before, at, and after.
            const [before, there, after] = [-1n, 0n, 1n].map((step) => {
              const { over, under } = integral(plan, dueNs + step)
              return over - BigInt(index + 1) * under
            })
            expect(dueNs === 0n || before! < 0n).toBe(true)
            expect(there! <= 0n && (there === 0n || after! > 0n)).toBe(true)
          }
        },
      ),
      { numRuns: 400 },
    )
  })

  test('the count at an instant is the floor of the integral', () => {
    fc.assert(
      fc.property(planOf(2 ** 40), fc.integer({ min: 0, max: 500_000e9 }), (plan, elapsedNs) => {
        const schedule = scheduleOf(plan)
        const lengthNs = plan.stages.reduce((sum, each) => sum + each.durationNs, 0)
        for (const ns of [elapsedNs, elapsedNs % (lengthNs + 1), lengthNs]) {
          const { over, under } = integral(plan, BigInt(ns))
          expect(BigInt(schedule.countBy(ns))).toBe(over / under)
        }
        expect(schedule.countBy(-1)).toBe(0)
        expect(schedule.countBy(lengthNs)).toBe(schedule.totalCount)
      }),
      { numRuns: 300 },
    )
  })

  test('due times never go back, whatever the order in which they are asked for', () => {
    fc.assert(
      fc.property(planOf(5_000), (plan) => {
        const forward = scheduleOf(plan)
        const backward = scheduleOf(plan)
        const ascending = Array.from({ length: forward.totalCount }, (_, k) => forward.dueNs(k))
        const descending = ascending.map((_, k) => backward.dueNs(ascending.length - 1 - k))
        expect(descending.reverse()).toEqual(ascending)
        expect(ascending.findIndex((ns, k) => k > 0 && ns < ascending[k - 1]!)).toBe(-1)
      }),
      { numRuns: 100 },
    )
  })

  test('over any share each arrival belongs to one worker, at the instant of the whole', () => {
    const weightsOf = fc
      .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 6 })
      .filter((weights) => weights.some((weight) => weight > 0))
    fc.assert(
      fc.property(planOf(2_000), weightsOf, (plan, weights) => {
        const whole = scheduleOf(plan)
        const parts = weights.flatMap((_, index) => {
          const owned = new Ownership({ index, weights, lost: [] })
          const schedule = scheduleOf(plan)
          const dues: [number, number][] = []
          for (let k = owned.nextOwned(0); k < schedule.totalCount; k = owned.nextOwned(k + 1)) {
            dues.push([k, schedule.dueNs(k)])
          }
          return dues
        })
        parts.sort(([a], [b]) => a - b)
        const all = Array.from({ length: whole.totalCount }, (_, k) => [k, whole.dueNs(k)])
        expect(parts).toEqual(all)
      }),
      { numRuns: 60 },
    )
  })
})

describe('ramping users', () => {
  test('the changes are all the instants at which the number differs, and each stage reaches its end', () => {
    const plan = fc.record({
      startUsers: fc.nat({ max: 30 }),
      stages: fc.array(
        fc.record({
          users: fc.nat({ max: 30 }),
          durationNs: fc.oneof(fc.constant(0), fc.nat({ max: 40 })),
        }),
        { maxLength: 6 },
      ),
    })
    fc.assert(
      fc.property(plan, ({ startUsers, stages }) => {
        const schedule = new RampingUsers(startUsers, stages)
        const lengthNs = stages.reduce((sum, each) => sum + each.durationNs, 0)
        const changes: number[] = []
        for (let ns = 1; ns <= lengthNs + 5; ns++) {
          if (schedule.usersAt(ns) !== schedule.usersAt(ns - 1)) changes.push(ns)
        }
        const found: number[] = []
        let next = schedule.nextChangeNs(0)
        for (; next !== undefined; next = schedule.nextChangeNs(next)) found.push(next)
        expect(found).toEqual(changes)
        expect(schedule.usersAt(lengthNs)).toBe(stages.at(-1)?.users ?? startUsers)
        expect(schedule.usersAt(-1)).toBe(0)
      }),
    )
  })
})

test('an integer square root is the largest whole number whose square is not larger', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 200n }), (n) => {
      for (const each of [n, n * n, n * n - 1n]) {
        if (each < 0n) continue
        const root = floorSqrt(each)
        expect(root * root <= each && (root + 1n) * (root + 1n) > each).toBe(true)
      }
    }),
  )
})
