import { expect, test } from 'vitest'
import type { Clock, TimerHandle } from '../../contracts/clock.ts'
import type { VirtualUser } from '../../contracts/user.ts'
import { Roster } from './roster.ts'
import { Slice } from './slice.ts'

test('slices are halved while the loop is late, and doubled when it is not', () => {
  const slice = new Slice()
  const sizes = [0, 300, 300, 150, 2, 300, 300, 300, 300, 300, 300, 0, 0, 0, 0, 0, 0].map((ms) => {
    slice.adapt(ms)
    return slice.size
  })
  expect(sizes).toEqual([100, 50, 25, 25, 50, 25, 12, 10, 10, 10, 10, 20, 40, 80, 160, 200, 200])
})

test('a worker that gets little of its core ends fewer users at a time', () => {
  const waiting: (() => void)[] = []
  let nowMs = 0
  // Everything happens 300 ms after it was due.
  const clock: Clock = {
    nowMs: () => nowMs,
    epochMs: () => nowMs,
    cancel: () => undefined,
    at(whenMs, run, argument) {
      waiting.push(() => {
        nowMs = whenMs + 300
        run(argument)
      })
      return 0 as TimerHandle
    },
  }
  const nothing = (): void => undefined
  const recorder = { userStarted: nothing, userStopped: nothing, userFailed: nothing }
  const roster = new Roster({ clock, recorder, log: nothing })
  for (let id = 0; id < 500; id++) {
    roster.add({ id, stop: async () => roster.remove(roster.get(id)!) } as unknown as VirtualUser)
  }
  void roster.end(1e6)
  const left = [roster.size]
  // Beside the next slice only the kill at the end of the grace waits, and that was set after the first one.
  const [first, kill, ...none] = waiting.splice(0)
  expect([typeof kill, none]).toEqual(['function', []])
  for (let turn = first!; left.length < 4; turn = waiting.pop()!) {
    turn()
    left.push(roster.size)
  }
  expect(left).toEqual([450, 425, 413, 403])
})
