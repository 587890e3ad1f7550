import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TimerWheel } from './timer-wheel.ts'

describe('timer wheel', () => {
  test('a timer never runs before its fractional due time', () => {
    const wheel = new TimerWheel(0)
    const fired: string[] = []
    wheel.set(5.7, (name: string) => fired.push(name), 'a')
    wheel.expire(5.69)
    expect(fired).toEqual([])
    wheel.expire(5.7)
    wheel.expire(6)
    expect(fired).toEqual(['a'])
  })

  test('timers of one instant run in the order they were set', () => {
    const wheel = new TimerWheel(0)
    const fired: number[] = []
    for (let i = 0; i < 1_000; i++) wheel.set(20_000.5, (n: number) => fired.push(n), i)
    for (let now = 0; now <= 20_001; now += 100.25) wheel.expire(now)
    wheel.expire(20_001)
    expect(fired).toEqual(Array.from({ length: 1_000 }, (_, i) => i))
  })

  test('every timer that is not cancelled fires once, in order of due time, whatever the steps', () => {
    const delay = fc.double({ min: 0, max: 30_000, noNaN: true })
    const scenario = fc.record({
      timers: fc.array(fc.record({ delay, cancel: fc.boolean() }), { maxLength: 200 }),
      steps: fc.array(fc.double({ min: 0, max: 9_000, noNaN: true }), { maxLength: 20 }),
    })
    fc.assert(
      fc.property(scenario, ({ timers, steps }) => {
        const wheel = new TimerWheel(1_000.25)
        const fired: { index: number; atMs: number }[] = []
        let nowMs = 1_000.25
        const whenMs = timers.map((timer) => 1_000.25 + timer.delay)
        const handles = whenMs.map((when, i) =>
          wheel.set(when, (index: number) => fired.push({ index, atMs: nowMs }), i),
        )
        timers.forEach((timer, i) => {
          if (timer.cancel) expect(wheel.cancel(handles[i]!)).toBe(true)
        })
        for (const step of [...steps, 40_000]) {
          nowMs += step
          const before = fired.length
          wheel.expire(nowMs)
          const batch = fired.slice(before).map((f) => f.index)
          expect(batch.every((i) => whenMs[i]! <= nowMs)).toBe(true)
          const ordered = [...batch].sort((a, b) => whenMs[a]! - whenMs[b]! || a - b)
          expect(batch).toEqual(ordered)
        }
        const wanted = timers.flatMap((timer, i) => (timer.cancel ? [] : [i]))
        expect(fired.map((f) => f.index).sort((a, b) => a - b)).toEqual(wanted)
        expect(wheel.size).toBe(0)
        expect(wheel.nextDueMs()).toBe(Number.POSITIVE_INFINITY)
      }),
    )
  })

  test('after a pause of more than a turn timers still run in order of due time', () => {
    const wheel = new TimerWheel(1_000.25)
    const fired: number[] = []
    for (const whenMs of [8_232.5, 1_000.25, 30_000, 8_232.25, 8_232.5, 200_000]) {
      wheel.set(whenMs, (when: number) => fired.push(when), whenMs)
    }
    wheel.expire(41_000)
    expect(fired).toEqual([1_000.25, 8_232.25, 8_232.5, 8_232.5, 30_000])
    expect(wheel.size).toBe(1)
  })

  test('the next due time is exact within a turn and never late beyond it', () => {
    const wheel = new TimerWheel(0)
    wheel.set(100_000.5, () => undefined, undefined)
    expect(wheel.nextDueMs()).toBeLessThanOrEqual(100_000.5)
    wheel.set(4_000.25, () => undefined, undefined)
    wheel.set(4_000.125, () => undefined, undefined)
    expect(wheel.nextDueMs()).toBe(4_000.125)
  })

  test('a handle that fired or was cancelled is ignored, also after its place is used again', () => {
    const wheel = new TimerWheel(0)
    const fired: string[] = []
    const first = wheel.set(1, (name: string) => fired.push(name), 'first')
    expect(wheel.cancel(first)).toBe(true)
    wheel.set(1, (name: string) => fired.push(name), 'second')
    expect(wheel.cancel(first)).toBe(false)
    wheel.expire(2)
    expect(fired).toEqual(['second'])
  })

  test('a timer may cancel one that is due at the same moment', () => {
    const wheel = new TimerWheel(0)
    const fired: string[] = []
    wheel.set(1, () => wheel.cancel(second), undefined)
    const second = wheel.set(1, (name: string) => fired.push(name), 'second')
    wheel.expire(3)
    expect(fired).toEqual([])
    expect(wheel.size).toBe(0)
  })

  test('a timer that sets itself again at once cannot trap expire', () => {
    const wheel = new TimerWheel(0)
    let runs = 0
    const again = (): void => {
      runs++
      wheel.set(0, again, undefined)
    }
    wheel.set(0, again, undefined)
    wheel.expire(50)
    expect(runs).toBeLessThanOrEqual(51)
    const before = runs
    wheel.expire(50)
    expect(runs).toBe(before + 1)
  })

  test('when one timer throws, the others stay due and can still be cancelled', () => {
    const wheel = new TimerWheel(0)
    const fired: string[] = []
    wheel.set(
      1,
      () => {
        throw new Error('boom')
      },
      undefined,
    )
    wheel.set(1, (name: string) => fired.push(name), 'second')
    const third = wheel.set(1, (name: string) => fired.push(name), 'third')
    expect(() => wheel.expire(2)).toThrow('boom')
    wheel.cancel(third)
    wheel.expire(2)
    expect(fired).toEqual(['second'])
  })

  test('100,000 sleeping users cost at most 100 bytes each in the wheel', () => {
    const wheel = new TimerWheel(0)
    for (let i = 0; i < 100_000; i++) wheel.set(i % 5_000, () => undefined, undefined)
    const arrays = [wheel._whenMs, wheel._next, wheel._prev, wheel._slot, wheel._generation]
    const arrayBytes = arrays.reduce((sum, array) => sum + array.byteLength, 0)
    // Two plain arrays of pointers hold the function and its argument, at most half as long again as used.
    expect((arrayBytes + 2 * 8 * 150_000) / 100_000).toBeLessThanOrEqual(100)
  })
})
