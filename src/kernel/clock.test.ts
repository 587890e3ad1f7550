import { describe, expect, test } from 'vitest'
import { SystemClock, VirtualClock } from './clock.ts'

describe('virtual clock', () => {
  test('timers run at exactly their due time, in order', () => {
    const clock = new VirtualClock()
    const seen: [string, number][] = []
    const note = (name: string): void => {
      seen.push([name, clock.nowMs()])
    }
    clock.at(5.5, note, 'b')
    clock.at(5.25, note, 'a')
    clock.at(90_000, note, 'd')
    clock.at(5.5, note, 'c')
    clock.advanceTo(100_000)
    expect(seen).toEqual([
      ['a', 5.25],
      ['b', 5.5],
      ['c', 5.5],
      ['d', 90_000],
    ])
    expect(clock.nowMs()).toBe(100_000)
  })

  test('promises that wait between two timers get to run', async () => {
    const clock = new VirtualClock()
    const sleep = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        clock.at(clock.nowMs() + ms, resolve, undefined)
      })
    const seen: number[] = []
    const work = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await sleep(1_000)
        seen.push(clock.nowMs())
      }
    }
    const done = work()
    await clock.runUntilIdle()
    await done
    expect(seen).toEqual([1_000, 2_000, 3_000])
  })

  test('a cancelled timer does not run and the epoch moves along', () => {
    const clock = new VirtualClock(0, 5_000)
    let ran = false
    const timer = clock.at(
      10,
      () => {
        ran = true
      },
      undefined,
    )
    clock.cancel(timer)
    clock.advanceTo(20)
    expect(ran).toBe(false)
    expect(clock.pending).toBe(0)
    expect(clock.epochMs()).toBe(5_020)
  })

  test('it refuses to move backwards', () => {
    const clock = new VirtualClock(10)
    expect(() => clock.advanceTo(9)).toThrow('backwards')
  })
})

describe('system clock', () => {
  test('the wall clock says fractions of the millisecond it is in', () => {
    const clock = new SystemClock()
    const fractions = new Set<number>()
    for (let n = 0; n < 1_000; n++) {
      const beforeMs = Date.now()
      const epochMs = clock.epochMs()
      expect(epochMs).toBeGreaterThanOrEqual(beforeMs)
      expect(Math.floor(epochMs)).toBeLessThanOrEqual(Date.now())
      fractions.add(epochMs % 1)
    }
    expect(fractions.size).toBeGreaterThan(10)
  })

  test('never early, whether it sleeps or turns the loop', async () => {
    const clock = new SystemClock()
    const startMs = clock.nowMs()
    const early: number[] = []
    const dues = Array.from({ length: 60 }, (_, i) => startMs + i * 0.37)
    await Promise.all(
      dues.map(
        (whenMs) =>
          new Promise<void>((resolve) => {
            clock.at(
              whenMs,
              () => {
                if (clock.nowMs() < whenMs) early.push(whenMs)
                resolve()
              },
              undefined,
            )
          }),
      ),
    )
    expect(early).toEqual([])
  })

  test('a timer set for an earlier moment than the armed one is not held up by it', async () => {
    const clock = new SystemClock()
    const order: string[] = []
    await new Promise<void>((resolve) => {
      const far = clock.at(clock.nowMs() + 60_000, () => undefined, undefined)
      clock.at(
        clock.nowMs() + 2,
        () => {
          order.push('near')
          clock.cancel(far)
          resolve()
        },
        undefined,
      )
      clock.at(clock.nowMs() - 5, (name: string) => order.push(name), 'past')
    })
    expect(order).toEqual(['past', 'near'])
    expect(clock._timer).toBeUndefined()
  })
})
