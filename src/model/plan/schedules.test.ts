import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'
import { ceilMulDiv, floorMulDiv } from './exact.ts'
import { formatRate, parseRate } from './rate.ts'
import { ConstantArrivals, UserRamp } from './schedules.ts'
import { UserMix } from './user-mix.ts'

const whole = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max })

describe('exact arithmetic', () => {
  test('a · b / c is floored and ceiled as in whole numbers, however large', () => {
    fc.assert(
      fc.property(whole(2 ** 40), whole(2 ** 40), whole(2 ** 40), (a, b, c) => {
        const exact = (BigInt(a) * BigInt(b)) / BigInt(c)
        fc.pre(exact < 2n ** 53n)
        const rest = (BigInt(a) * BigInt(b)) % BigInt(c) === 0n ? 0 : 1
        expect(floorMulDiv(a, b, c)).toBe(Number(exact))
        expect(ceilMulDiv(a, b, c)).toBe(Number(exact) + rest)
      }),
    )
  })
})

describe('constant arrivals', () => {
  test('due times and counts answer each other at any distance', () => {
    fc.assert(
      fc.property(whole(1_000_000), whole(3_600e9), whole(1e9), (arrivals, perNs, index) => {
        const schedule = new ConstantArrivals({ arrivals, perNs }, null)
        fc.pre((index * perNs) / arrivals < 2 ** 53)
        const dueNs = schedule.dueNs(index)
        expect(BigInt(dueNs)).toBe((BigInt(index) * BigInt(perNs)) / BigInt(arrivals))
        expect(schedule.countBy(dueNs + 1)).toBeGreaterThan(index)
        if (dueNs > 0) expect(schedule.countBy(dueNs - 1)).toBeLessThanOrEqual(index)
      }),
    )
  })

  test('nothing is due before the start or after the end', () => {
    const schedule = new ConstantArrivals({ arrivals: 7_000, perNs: 1e9 }, 3_600e9)
    expect(schedule.totalCount).toBe(25_200_000)
    expect(schedule.countBy(-1)).toBe(0)
    expect(schedule.countBy(1e15)).toBe(25_200_000)
    expect(schedule.dueNs(25_199_999)).toBeLessThan(3_600e9)
    expect(schedule.dueNs(25_200_000)).toBe(3_600e9)
  })
})

describe('user ramp', () => {
  test('the next change is the first moment at which the number differs', () => {
    const ramp = new UserRamp(0, 9, 2.4)
    const seen: number[] = []
    let atNs: number | undefined = 0
    for (let i = 0; i < 10 && atNs !== undefined; i++) {
      seen.push(ramp.usersAt(atNs))
      if (atNs > 0) expect(ramp.usersAt(atNs - 1)).toBeLessThan(ramp.usersAt(atNs))
      atNs = ramp.nextChangeNs(atNs)
    }
    expect(seen).toEqual([2, 4, 6, 8, 9])
  })

  test('down is the mirror of up', () => {
    const ramp = new UserRamp(9, 3, 2)
    expect([0, 1e9, 2e9, 9e9].map((ns) => ramp.usersAt(ns))).toEqual([7, 5, 3, 3])
    expect(ramp.usersAt(-1)).toBe(9)
  })
})

describe('rates', () => {
  test.each([
    ['50/s', 1, 20e6],
    ['30/min', 1, 2e9],
    ['1000/h', 1, 3.6e9],
    ['0.5/s', 1, 2e9],
    ['2.4 / s', 3, 1.25e9],
  ])('%s is exact', (text, arrivals, perNs) => {
    expect(parseRate(text)).toEqual({ rate: { arrivals, perNs } })
  })

  test.each(['', '50', '0/s', '-1/s', '50/fortnight', '1e3/s', '50 per s', '99999999/s', 50, null])(
    '%j is refused with a way out',
    (text) => {
      expect(parseRate(text, '--arrivals')).toMatchObject({
        code: 'E_RATE',
        path: '--arrivals',
        fix: expect.stringContaining("'50/s'"),
      })
    },
  )

  test.each(['50/s', '2.5/s', '30/min', '7/h'])('%s comes back as it was written', (text) => {
    const parsed = parseRate(text)
    if (!('rate' in parsed)) throw new Error(parsed.why)
    expect(formatRate(parsed.rate)).toBe(text)
  })
})

describe('durations', () => {
  test('what is printed reads back the same', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9e15 }), (ns) => {
        expect(parseDuration(formatDuration(ns))).toEqual({ ns })
      }),
    )
  })

  test('a refusal says where, why and what to write', () => {
    expect(parseDuration('5 mins', 'plan.for')).toMatchObject({
      code: 'E_DURATION',
      path: 'plan.for',
    })
    expect(parseDuration(undefined)).toMatchObject({ code: 'E_DURATION' })
  })
})

describe('user mix', () => {
  const shares = [
    { className: 'B', weight: 3, fixedCount: 0 },
    { className: 'A', weight: 1, fixedCount: 0 },
    { className: 'Admin', weight: 1, fixedCount: 2 },
  ]

  test('a million users are in proportion', () => {
    const counts = new UserMix(shares).countsAt(1_000_000)
    expect([...counts.keys()]).toEqual(['A', 'Admin', 'B'])
    expect(counts.get('Admin')).toBe(2)
    expect(Math.abs(counts.get('B')! - 749_998.5)).toBeLessThanOrEqual(1)
  })

  test('the class of a user does not depend on who was asked for before', () => {
    const late = new UserMix(shares)
    const last = late.classOf(500)
    const early = new UserMix(shares)
    for (let k = 0; k < 500; k++) expect(early.classOf(k)).toBe(late.classOf(k))
    expect(early.classOf(500)).toBe(last)
  })
})
