import { expect, test } from 'vitest'
import type { Channel, Command, Report } from '../../contracts/wire.ts'
import { VirtualClock } from '../../kernel/clock.ts'
import { RemoteWorker } from './remote-worker.ts'

/** Five pings to a worker whose clock is `aheadMs` ahead, each with so long a way there and back. */
function measured(aheadMs: number, waysMs: readonly (readonly [there: number, back: number])[]) {
  const clock = new VirtualClock(1_000)
  const pings: number[] = []
  const channel: Channel<Report, Command> = {
    send: (command) => void (command.type === 'ping' && pings.push(command.id)),
    onMessage: () => {},
    backlog: 0,
    closed: new Promise(() => {}),
    close: () => {},
  }
  let done = false
  const worker = new RemoteWorker(0, channel, clock, () => {
    done = true
  })
  worker.measureOffset()
  for (const [thereMs, backMs] of waysMs) {
    clock.advanceTo(clock.nowMs() + thereMs)
    const epochMs = clock.epochMs() + aheadMs
    clock.advanceTo(clock.nowMs() + backMs)
    worker.onPong(pings.at(-1)!, epochMs)
  }
  expect(done).toBe(true)
  return worker
}

test('a worker on the same clock has no offset, however unlike the ways there and back are', () => {
  const { offsetMs, roundTripMs } = measured(0, [
    [9, 1],
    [0.1, 4],
    [3, 0.2],
    [8, 8],
    [5, 0.4],
  ])
  expect([offsetMs, roundTripMs]).toEqual([0, expect.closeTo(3.2, 6)])
})

test('of a worker with another clock the quickest ping counts, right to half of its way', () => {
  const { offsetMs } = measured(-250, [
    [9, 1],
    [1, 0.5],
    [4, 4],
    [8, 8],
    [5, 1],
  ])
  expect(offsetMs).toBeCloseTo(-250 + 0.25, 6)
})
