/** The published and computed cases of the load model that this room answers, each run through our functions. */
import { describe, expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import type { Share, UserShare } from '../../contracts/plan.ts'
import { parseDuration } from './duration.ts'
import { hostOrder } from './placement.ts'
import { ConstantArrivals, UserRamp } from './schedules.ts'
import { Deal, Ownership, withUsersMax } from './share.ts'
import { parseThreshold } from './threshold.ts'
import { mayAbort } from './threshold-verdict.ts'
import { UserMix } from './user-mix.ts'

const shareOf = (weights: number[], index: number): Share => ({ weights, index, lost: [] })

interface ArrivalsInput {
  ratePerUnit: number
  rateUnitNs: number
  durationNs: number
  elapsedNs: number[]
  share?: { weights: number[]; index: number }
  usersMax?: number
  listedPositions?: number[]
  iterationNs: number
}
const arrivalsOf = (input: ArrivalsInput): ConstantArrivals =>
  new ConstantArrivals({ arrivals: input.ratePerUnit, perNs: input.rateUnitNs }, input.durationNs)
const ownedBy = (input: ArrivalsInput): Ownership => {
  const share = shareOf(input.share?.weights ?? [1], input.share?.index ?? 0)
  return new Ownership(input.usersMax === undefined ? share : withUsersMax(share, input.usersMax))
}

describe('constant arrivals', () => {
  type Expect = { totalCount: number; offsets: { index: number; offsetNs: number }[] }
  test.each(casesOf<ArrivalsInput, Expect>('load/constant-arrivals', 'offsets'))(
    CASE_NAME,
    (one) => {
      const schedule = arrivalsOf(one.input)
      const ownership = ownedBy(one.input)
      const count = ownership.countBelow(schedule.totalCount)
      expect(count).toBe(one.expect.totalCount)
      const positions = one.input.listedPositions ?? Array.from({ length: count }, (_, i) => i)
      const offsets = positions.map((position) => {
        const index = ownership.nthOwned(position < 0 ? count + position : position)
        return { index, offsetNs: schedule.dueNs(index) }
      })
      expect(offsets).toEqual(one.expect.offsets)
    },
  )

  test.each(casesOf<ArrivalsInput, { countsDue: number[] }>('load/constant-arrivals', 'countBy'))(
    CASE_NAME,
    (one) => {
      const schedule = arrivalsOf(one.input)
      expect(one.input.elapsedNs.map((ns) => schedule.countBy(ns))).toEqual(one.expect.countsDue)
    },
  )
})

describe('shares', () => {
  type Weights = {
    weights: number[]
    totals: number[]
    index: number
    count: number
    localIds: number[]
  }
  type Stripe = {
    cycleLength: number
    owners: number[]
    workers: { startIndex: number; gaps: number[] }[]
  }
  const stripeOf = (deal: Deal, worker: number): { startIndex: number; gaps: number[] } => {
    const own = deal.positions[worker]!
    const startIndex = own[0]!
    const next = [...own.slice(1), startIndex + deal.owners.length]
    return { startIndex, gaps: own.map((position, i) => next[i]! - position) }
  }

  test.each(casesOf<Weights, Stripe>('load/segments', 'stripe'))(CASE_NAME, (one) => {
    const deal = new Deal(one.input.weights)
    expect(deal.owners).toEqual(one.expect.owners)
    expect(deal.owners).toHaveLength(one.expect.cycleLength)
    expect(one.input.weights.map((_, worker) => stripeOf(deal, worker))).toEqual(one.expect.workers)
  })

  test.each(casesOf<Weights, { countsByWorker: number[][] }>('load/segments', 'scale'))(
    CASE_NAME,
    (one) => {
      const counts = one.expect.countsByWorker.map((_, worker) =>
        one.input.totals.map((total) => new Deal(one.input.weights).countBelow(worker, total)),
      )
      expect(counts).toEqual(one.expect.countsByWorker)
    },
  )

  test.each(casesOf<Weights, { firstOwned: number[] }>('load/segments', 'owned'))(
    CASE_NAME,
    (one) => {
      const ownership = new Ownership(shareOf(one.input.weights, one.input.index))
      const owned = one.expect.firstOwned.map((_, n) => ownership.nthOwned(n))
      expect(owned).toEqual(one.expect.firstOwned)
    },
  )

  test.each(casesOf<Weights, { userIds: number[] }>('load/segments', 'userIds'))(
    CASE_NAME,
    (one) => {
      const ownership = new Ownership(shareOf(one.input.weights, one.input.index))
      expect(one.input.localIds.map((local) => 1 + ownership.nthOwned(local - 1))).toEqual(
        one.expect.userIds,
      )
    },
  )

  type Restripe = { share: { weights: number[]; index: number }; usersMax: number }
  test.each(casesOf<Restripe, { stripe: unknown }>('load/segments', 'restripe'))(
    CASE_NAME,
    (one) => {
      const { weights, index } = one.input.share
      const share = withUsersMax(shareOf(weights, index), one.input.usersMax)
      expect(stripeOf(new Deal(share.weights), index)).toEqual(one.expect.stripe)
    },
  )
})

interface OracleClass {
  name: string
  weight: number
  fixedCount?: number
}
const mixOf = (classes: OracleClass[]): UserMix =>
  new UserMix(
    classes.map(
      (one): UserShare => ({
        className: one.name,
        weight: one.weight,
        fixedCount: one.fixedCount ?? 0,
      }),
    ),
  )

describe('user mix', () => {
  type Input = { classes: OracleClass[]; count: number; targetUsers: number; users: number }
  test.each(casesOf<Input, { order: string[] }>('load/user-mix', 'sequence'))(CASE_NAME, (one) => {
    const mix = mixOf(one.input.classes)
    const order = Array.from({ length: one.input.count }, (_, index) => mix.classOf(index))
    expect(order.filter((each) => each !== undefined)).toEqual(one.expect.order)
  })

  type Counts = { usersByClass: Record<string, number>; reachedUsers: number }
  test.each(casesOf<Input, Counts>('load/user-mix', 'counts'))(CASE_NAME, (one) => {
    const counts = mixOf(one.input.classes).countsAt(one.input.targetUsers)
    expect(Object.fromEntries(counts)).toEqual(one.expect.usersByClass)
    expect([...counts.values()].reduce((a, b) => a + b, 0)).toBe(one.expect.reachedUsers)
  })

  type Bursts = {
    burstUsers: number
    burstCount: number
    rampNs: number
    bursts: {
      offsetNs: number
      users: number
      usersByWorker?: Record<string, Record<string, number>>
    }[]
  }
  type Ramp = { fromUsers: number; targetUsers: number; spawnRatePerSec: string }
  test.each(casesOf<Ramp, Bursts>('load/user-mix', 'bursts'))(CASE_NAME, (one) => {
    const { fromUsers, targetUsers, spawnRatePerSec } = one.input
    const ramp = new UserRamp(fromUsers, targetUsers, exactly(spawnRatePerSec))
    expect([ramp.burstUsers, ramp.burstCount]).toEqual([
      one.expect.burstUsers,
      one.expect.burstCount,
    ])
    expectNs(ramp.rampNs, one.expect.rampNs)
    const listed = Array.from({ length: ramp.burstCount }, (_, burst) => burst)
    const shown = listed.length <= 16 ? listed : [...listed.slice(0, 8), ...listed.slice(-3)]
    shown.forEach((burst, i) => {
      expectNs(ramp.burstNs(burst), one.expect.bursts[i]!.offsetNs)
      expect(ramp.usersAfterBurst(burst)).toBe(one.expect.bursts[i]!.users)
      expect(ramp.usersAt(ramp.burstNs(burst))).toBe(one.expect.bursts[i]!.users)
    })
    expect(shown).toHaveLength(one.expect.bursts.length)
  })

  type Population = {
    classes: OracleClass[]
    workers: string[]
    phases: { targetUsers: number; spawnRatePerSec: string }[]
  }
  test.each(casesOf<Population, { phases: Bursts[] }>('load/user-mix', 'population'))(
    CASE_NAME,
    (one) => {
      const mix = mixOf(one.input.classes)
      const limit = [...mix.countsAt(100_000).values()].reduce((a, b) => a + b, 0)
      let from = 0
      one.input.phases.forEach(({ targetUsers, spawnRatePerSec }, p) => {
        const target = Math.min(targetUsers, limit)
        const ramp = new UserRamp(from, target, exactly(spawnRatePerSec))
        for (const burst of one.expect.phases[p]!.bursts) {
          expect(ramp.usersAt(burst.offsetNs + 1)).toBe(burst.users)
          if (burst.usersByWorker !== undefined) {
            expect(byWorker(mix, one.input.workers, burst.users)).toEqual(burst.usersByWorker)
          }
        }
        from = target
      })
    },
  )
})

describe('placement', () => {
  type Workers = { workers: string[] }
  test.each(casesOf<Workers, { order: string[] }>('load/user-mix', 'hostOrder'))(
    CASE_NAME,
    (one) => {
      const order = hostOrder(one.input.workers).map((index) => one.input.workers[index])
      expect(order).toEqual(one.expect.order)
    },
  )

  type Change = { workersBefore?: string[]; workersAfter: string[]; users: number }
  type After = { usersByWorker: Record<string, number> }
  const changes = casesOf<Change, After>('load/user-mix', 'rebalance')
  test.each(changes)(CASE_NAME, ({ input, expect: wanted }) => {
    const deal = new Deal(input.workersAfter.map(() => 1))
    const counts = hostOrder(input.workersAfter).map((index, turn) => [
      input.workersAfter[index],
      deal.countBelow(turn, input.users),
    ])
    expect(Object.fromEntries(counts)).toEqual(wanted.usersByWorker)
  })

  const losses = changes.filter(
    ({ input }) => (input.workersBefore ?? []).length > input.workersAfter.length,
  )
  // A live loss moves nobody who stays, so each layer may round one user differently from a fresh deal.
  test.each(losses)('$id: a live loss is within one user of a fresh deal', (one) => {
    const { workersBefore = [], workersAfter, users } = one.input
    const weights = workersBefore.map(() => 1)
    const lost = weights.flatMap((_, i) => (workersAfter.includes(workersBefore[i]!) ? [] : [i]))
    let sum = 0
    for (const worker of workersAfter) {
      const index = workersBefore.indexOf(worker)
      const count = new Ownership({ index, weights, lost }).countBelow(users)
      expect(Math.abs(count - one.expect.usersByWorker[worker]!)).toBeLessThanOrEqual(1)
      sum += count
    }
    expect(sum).toBe(users)
  })
})

/** Placement of the first `users` users: user k is index k of an even share. */
function byWorker(
  mix: UserMix,
  workers: string[],
  users: number,
): Record<string, Record<string, number>> {
  const deal = new Deal(workers.map(() => 1))
  const placed = workers.map(() => Object.fromEntries(mix.classNames.map((each) => [each, 0])))
  const order = hostOrder(workers)
  for (let index = 0; index < users; index++) {
    placed[order[deal.ownerOf(index)]!]![mix.classOf(index)!]!++
  }
  return Object.fromEntries(workers.map((worker, i) => [worker, placed[i]!]))
}

const exactly = (fraction: string): number => {
  const [over = '', under = '1'] = fraction.split('/')
  return Number(over) / Number(under)
}
const expectNs = (got: number, want: number): void => {
  expect(Math.abs(got - want)).toBeLessThanOrEqual(1)
}

describe('durations', () => {
  type Parse = { accept: boolean; durationNs?: number }
  test.each(casesOf<{ text: unknown }, Parse>('load/durations', 'parse'))(
    '$id $input.text',
    (one) => {
      const parsed = parseDuration(one.input.text)
      expect('ns' in parsed).toBe(one.expect.accept)
      if ('ns' in parsed) expect(parsed.ns).toBe(one.expect.durationNs)
    },
  )
})

describe('thresholds', () => {
  type Native = {
    subject: string
    percentile: number | null
    operator: string
    limitNs?: number
    limitRatio?: number
    abortAfterNs: number | null
  }
  test.each(casesOf<{ expression: string }, Native>('load/thresholds', 'native'))(
    CASE_NAME,
    (one) => {
      const parsed = parseThreshold(one.input.expression)
      if (!('metric' in parsed)) throw new Error(parsed.why)
      const { subject, percentile, operator, limitNs, limitRatio, abortAfterNs } = one.expect
      expect(parsed.operator).toBe(operator)
      expect(parsed.limit).toBe(limitNs === undefined ? limitRatio! * 100 : limitNs / 1e6)
      expect(parsed.abort ? parsed.delayMs * 1e6 : null).toBe(abortAfterNs)
      expect(parsed.metric).toEqual(
        percentile === null
          ? { kind: subject, series: '' }
          : { kind: 'percentile', of: 'response', percentile, series: subject },
      )
    },
  )

  type Abort = { evaluationNs: number[]; failing: boolean[]; delayNs: number }
  test.each(casesOf<Abort, { abortAtNs: number | null }>('load/thresholds', 'abort'))(
    CASE_NAME,
    (one) => {
      const rule = parseThreshold(`errors < 1% abort after ${one.input.delayNs}ns`)
      if (!('metric' in rule)) throw new Error(rule.why)
      const at = one.input.evaluationNs.find(
        (ns, i) => one.input.failing[i] && mayAbort(rule, ns / 1e6),
      )
      expect(at ?? null).toBe(one.expect.abortAtNs)
    },
  )
})
