import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WARMUP_BATCHES_MAX } from '../../kernel/limits.ts'
import { Prng } from '../../kernel/prng.ts'
import { findWarmUp } from './warm-up.ts'

const seconds = (count: number, at: (second: number) => number): number[] =>
  Array.from({ length: count }, (_, second) => at(second))
const steady = (value: number) => (count: number) => seconds(count, () => value)
const rate = steady(50)

describe('the warm-up', () => {
  test('ends where response times have settled', () => {
    const found = findWarmUp(
      seconds(60, (s) => (s < 12 ? 212 : 12 + (s % 3))),
      rate(60),
    )
    expect(found).toEqual({
      endSec: 15,
      steady: true,
      why: 'response time 172 ms before and 13 ms after',
    })
  })

  test('ends where the rate has settled, also when response times never changed', () => {
    const users = seconds(60, (s) => Math.min(s, 18))
    expect(findWarmUp(steady(10)(60), users)).toEqual({
      endSec: 20,
      steady: true,
      why: 'rate 9.45/s before and 18/s after',
    })
  })

  test('is the longer one of both', () => {
    const found = findWarmUp(
      seconds(60, (s) => (s < 10 ? 90 : 30)),
      seconds(60, (s) => (s < 5 ? 1 : 9)),
    )
    expect(found).toMatchObject({ endSec: 10, steady: true })
  })

  test('is none in a run that was steady from the start, noise and all', () => {
    const prng = Prng.of(7, 'noise')
    const noisy = seconds(300, () => 100 + prng.integer(-10, 10))
    expect(findWarmUp(noisy, rate(300))).toEqual({
      endSec: 0,
      steady: true,
      why: 'steady from the start',
    })
  })

  test('is none when the first second only misses what was on its way', () => {
    const first = seconds(40, (s) => (s === 0 ? 48 : 50))
    expect(findWarmUp(steady(40)(40), first)).toMatchObject({ endSec: 0, steady: true })
  })

  test('of a target that answers nobody at first is known by the rate', () => {
    const answers = seconds(60, (s) => (s < 7 ? 0 : 20))
    const times = answers.map((each) => (each === 0 ? null : 30))
    expect(findWarmUp(times, answers)).toMatchObject({ endSec: 10, steady: true })
  })
})

describe('nothing is cut', () => {
  const none = (why: string) => ({ endSec: 0, steady: false, why: expect.stringContaining(why) })

  test('from a ramp, which never settles', () => {
    expect(
      findWarmUp(
        steady(10)(100),
        seconds(100, (s) => s),
      ),
    ).toEqual(none('rate did not settle by half-time'))
  })

  test('when response times grow all the time', () => {
    expect(
      findWarmUp(
        seconds(100, (s) => 10 + s / 5),
        rate(100),
      ),
    ).toEqual(none('response time'))
  })

  test('when they grow again after they had settled', () => {
    const later = seconds(100, (s) => (s < 10 ? 500 : 20 + (s % 3) + Math.max(0, s - 60) / 4))
    expect(findWarmUp(later, rate(100))).toEqual(none('response time kept changing'))
  })

  test('from a run that is too short to tell', () => {
    expect(findWarmUp(steady(10)(19), rate(19))).toEqual(none('lasted 19 s'))
    expect(findWarmUp([], [])).toEqual(none('lasted 0 s'))
  })

  test('where nothing was answered any more', () => {
    const silence = new Array<null>(40).fill(null)
    expect(findWarmUp(silence, steady(0)(40))).toEqual(none('nothing was answered'))
    const broken = seconds(40, (s) => (s < 10 ? 50 : 0))
    expect(findWarmUp(steady(10)(40), broken)).toEqual(none('nothing was answered'))
  })

  test('beyond what is remembered', () => {
    const endSec = WARMUP_BATCHES_MAX * 5 + 5
    const long = seconds(3 * endSec, (s) => (s < endSec ? 100 : 10))
    expect(findWarmUp(long, steady(5)(3 * endSec))).toEqual(none(`${endSec} s`))
  })
})

test('noise alone is seldom taken for a warm-up, or for unsteady', () => {
  const prng = Prng.of(3, 'noise')
  const runs = Array.from({ length: 300 }, () => {
    const noise = (): number[] => seconds(60, () => 100 + prng.integer(-30, 30))
    return findWarmUp(noise(), noise())
  })
  expect(runs.filter((each) => !each.steady).length).toBeLessThan(45)
  expect(runs.filter((each) => each.endSec > 0).length).toBeLessThan(30)
})

test('it is the same in other units, whole batches, and at most half of the run', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 80 })
  fc.assert(
    fc.property(values, values, (times, rates) => {
      const found = findWarmUp(times, rates)
      expect(found.endSec % 5).toBe(0)
      expect(found.endSec).toBeLessThanOrEqual(Math.min(times.length, rates.length) / 2)
      if (!found.steady) expect(found.endSec).toBe(0)
      const doubled = findWarmUp(
        times.map((each) => 2 * each),
        rates.map((each) => 4 * each),
      )
      expect([doubled.endSec, doubled.steady]).toEqual([found.endSec, found.steady])
    }),
  )
})
