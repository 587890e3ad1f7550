/** The cases of ramping arrivals, ramping users and iterations, each run through our functions. */
import { describe, expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import type { Share } from '../../contracts/plan.ts'
import { iterationsPlanned } from './iterations.ts'
import { RampingArrivals } from './ramping-arrivals.ts'
import { RampingUsers } from './ramping-users.ts'
import { Ownership, withUsersMax } from './share.ts'
import { peakOf } from './users-peak.ts'

interface Part {
  weights: number[]
  index: number
}
const shareOf = (part?: Part): Share => ({
  weights: part?.weights ?? [1],
  index: part?.index ?? 0,
  lost: [],
})

describe('ramping arrivals', () => {
  interface Input {
    rateUnitNs: number
    startRatePerUnit: number
    stages: { durationNs: number; targetRatePerUnit: number }[]
    share?: Part
    usersMax?: number
    listedPositions?: number[]
    elapsedNs: number[]
    iterationNs: number
  }
  const scheduleOf = (input: Input): RampingArrivals =>
    new RampingArrivals(
      input.rateUnitNs,
      input.startRatePerUnit,
      input.stages.map((each) => ({
        arrivals: each.targetRatePerUnit,
        durationNs: each.durationNs,
      })),
    )

  type Offsets = { totalCount: number; offsets: { index: number; offsetNs: number }[] }
  test.each(casesOf<Input, Offsets>('load/ramping-arrivals', 'offsets'))(
    CASE_NAME,
    ({ input, expect: want }) => {
      const schedule = scheduleOf(input)
      const share = shareOf(input.share)
      const owned = new Ownership(
        input.usersMax === undefined ? share : withUsersMax(share, input.usersMax),
      )
      const count = owned.countBelow(schedule.totalCount)
      expect(count).toBe(want.totalCount)
      const positions = input.listedPositions ?? Array.from({ length: count }, (_, i) => i)
      const offsets = positions.map((position) => {
        const index = owned.nthOwned(position < 0 ? count + position : position)
        return { index, offsetNs: schedule.dueNs(index) }
      })
      expect(offsets).toEqual(want.offsets)
    },
  )

  test.each(casesOf<Input, { countsDue: number[] }>('load/ramping-arrivals', 'countBy'))(
    CASE_NAME,
    (one) => {
      const schedule = scheduleOf(one.input)
      expect(one.input.elapsedNs.map((ns) => schedule.countBy(ns))).toEqual(one.expect.countsDue)
    },
  )
})

describe('ramping users', () => {
  interface Input {
    startUsers: number
    stages: { durationNs: number; targetUsers: number }[]
    share?: Part
    elapsedNs: number[]
  }
  const scheduleOf = (input: Input): RampingUsers =>
    new RampingUsers(
      input.startUsers,
      input.stages.map((each) => ({ users: each.targetUsers, durationNs: each.durationNs })),
    )

  type Steps = { steps: { offsetNs: number; users: number }[]; endNs: number }
  test.each(casesOf<Input, Steps>('load/ramping-users', 'steps'))(
    CASE_NAME,
    ({ input, expect: want }) => {
      const schedule = scheduleOf(input)
      const owned = new Ownership(shareOf(input.share))
      const steps: Steps['steps'] = []
      for (let ns: number | undefined = 0; ns !== undefined; ns = schedule.nextChangeNs(ns)) {
        const users = owned.countBelow(schedule.usersAt(ns))
        if (steps.at(-1)?.users !== users) steps.push({ offsetNs: ns, users })
      }
      expect(steps).toEqual(want.steps)
      expect(input.stages.reduce((sum, each) => sum + each.durationNs, 0)).toBe(want.endNs)
    },
  )

  test.each(casesOf<Input, { users: number[] }>('load/ramping-users', 'usersAt'))(
    CASE_NAME,
    (one) => {
      const schedule = scheduleOf(one.input)
      expect(one.input.elapsedNs.map((ns) => schedule.usersAt(ns))).toEqual(one.expect.users)
    },
  )

  type Scenarios = { scenarios: { users: number; fromNs: number; untilNs: number }[] }
  test.each(casesOf<Scenarios, { usersPeak: number }>('load/ramping-users', 'planPeak'))(
    CASE_NAME,
    (one) => {
      const spans = one.input.scenarios.map(({ users, fromNs, untilNs }) => ({
        users,
        fromMs: fromNs / 1e6,
        untilMs: untilNs / 1e6,
      }))
      expect(peakOf(spans)).toBe(one.expect.usersPeak)
    },
  )
})

describe('iterations', () => {
  type Input = { iterations: number; users: number; share: Part }
  type Split = {
    ownedCount: number
    usersCount: number
    ownedFirst: number[]
    ownedLast: number[]
  }
  test.each(casesOf<Input, Split>('load/iterations', 'sharedSplit'))(
    CASE_NAME,
    ({ input, expect: want }) => {
      const share = shareOf(input.share)
      const owned = new Ownership(withUsersMax(share, input.users))
      const load = { ...input, kind: 'shared-iterations', durationMs: 1000 } as const
      const count = iterationsPlanned(load, share)
      expect(count).toBe(want.ownedCount)
      expect(new Ownership(share).countBelow(input.users)).toBe(want.usersCount)
      expect(want.ownedFirst.map((_, n) => owned.nthOwned(n))).toEqual(want.ownedFirst)
      expect(want.ownedLast.map((_, n) => owned.nthOwned(count - 1 - n))).toEqual(want.ownedLast)
    },
  )
})
