import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../kernel/clock.ts'
import { WorkerMeetings } from '../worker/meetings.ts'
import { Meetings } from './meetings.ts'

/** Several workers and their coordinator, every message `delayMs` on its way. */
function stage(workers: number, delayMs: number) {
  const clock = new VirtualClock()
  const later = (run: () => void): void => void clock.at(clock.nowMs() + delayMs, run, undefined)
  const sides: WorkerMeetings[] = []
  const coordinator = new Meetings((worker, name, count) =>
    later(() => sides[worker]!.release(name, count)),
  )
  for (let worker = 0; worker < workers; worker++) {
    sides.push(
      new WorkerMeetings(clock, ({ name, size, change }) =>
        later(() => coordinator.change(worker, name, size, change)),
      ),
    )
  }
  return { clock, coordinator, sides }
}

describe('a rendezvous over several workers', () => {
  test('lets nobody go before the last one is there, then all', () => {
    const { clock, sides } = stage(3, 7)
    let gone = 0
    const come = (worker: number) => sides[worker]!.join('pay', 4, () => gone++)
    come(0)
    come(1)
    come(1)
    clock.advanceTo(1_000)
    expect(gone).toBe(0)
    come(2)
    clock.advanceTo(2_000)
    expect(gone).toBe(4)
  })
  test('is there again for the next four, and names do not meet each other', () => {
    const { clock, sides } = stage(2, 1)
    const gone = { pay: 0, look: 0 }
    for (let n = 0; n < 7; n++) sides[n % 2]!.join('pay', 4, () => gone.pay++)
    sides[0]!.join('look', 2, () => gone.look++)
    clock.advanceTo(1_000)
    expect(gone).toEqual({ pay: 4, look: 0 })
    sides[1]!.join('pay', 4, () => gone.pay++)
    sides[1]!.join('look', 2, () => gone.look++)
    clock.advanceTo(2_000)
    expect(gone).toEqual({ pay: 8, look: 2 })
  })
  test('a lost worker takes its users with it', () => {
    const { clock, coordinator, sides } = stage(2, 1)
    let gone = 0
    sides[0]!.join('pay', 2, () => gone++)
    clock.advanceTo(100)
    coordinator.lose(0)
    sides[1]!.join('pay', 2, () => gone++)
    clock.advanceTo(200)
    expect(gone).toBe(0)
    sides[1]!.join('pay', 2, () => gone++)
    clock.advanceTo(300)
    expect(gone).toBe(2)
  })
  test('whoever comes and gives up at whatever moment: in the end fewer wait than a meeting needs', () => {
    const step = fc.record({
      worker: fc.nat(2),
      afterMs: fc.nat(30),
      stayMs: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(20),
        (steps, size, delayMs) => {
          const { clock, sides } = stage(3, delayMs)
          const left = { waiting: 0, gone: 0, gaveUp: 0 }
          let atMs = 0
          for (const { worker, afterMs, stayMs } of steps) {
            atMs += afterMs
            clock.at(
              atMs,
              () => {
                left.waiting++
                let here = true
                const giveUp = sides[worker]!.join('pay', size, () => {
                  here = false
                  left.waiting--
                  left.gone++
                })
                if (stayMs === undefined) return
                clock.at(
                  atMs + stayMs,
                  () => {
                    giveUp()
                    if (here) {
                      left.waiting--
                      left.gaveUp++
                    }
                    here = false
                  },
                  undefined,
                )
              },
              undefined,
            )
          }
          clock.advanceTo(atMs + 10_000)
          expect(left.waiting).toBeLessThan(size)
          expect(left.waiting + left.gone + left.gaveUp).toBe(steps.length)
        },
      ),
      { seed: 20_261_121 },
    )
  })
})
