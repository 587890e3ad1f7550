/**
 * What every output of `--output` must do, as one suite: called by the tests of each with a rig of its own, whose far end reads strictly
 * what it is sent. Time is virtual where a deadline is meant; everything else waits for what happens.
 */
import { expect, test } from 'vitest'
import type { Output } from '../../src/contracts/output.ts'
import type { RunResult } from '../../src/contracts/result.ts'
import type { VirtualClock } from '../../src/kernel/clock.ts'
import {
  OUTBOX_FLUSH_MS_MAX,
  OUTBOX_MESSAGE_MS_MAX,
  OUTBOX_MESSAGES_MAX,
} from '../../src/kernel/limits.ts'
import { RUN, seriesOf, windowOf } from '../../src/model/export/window.test-kit.ts'

export interface Rig {
  readonly output: Output & { close(): void }
  readonly clock: VirtualClock
  /** What was said to people. */
  readonly said: readonly string[]
  /** Requests of `GET /cart` since the start, as the far end understands what it got. Throws on anything malformed. */
  requests(): number | Promise<number>
  close(): void | Promise<void>
}
/** A far end that fails in its own way. */
export interface BadRig extends Rig {
  /** Resolves when so many messages reached it, answered or not. */
  reached?(count: number): Promise<void>
}

export interface OutputRigs {
  make(): Promise<Rig>
  /** Takes connections and answers nothing. Absent: there is nobody who could. */
  makeSilent?(): Promise<BadRig>
  /** Is not there, or full. */
  makeDead?(): Promise<BadRig>
}

const RESULT = {} as RunResult
const TIMES = [10, 20, 30, 40, 400]
const cart = (count: number) => seriesOf('/cart', TIMES.slice(0, count))

export function outputContract({ make, makeSilent, makeDead }: OutputRigs): void {
  test('windows arrive, and at the end all of them have', async () => {
    const rig = await make()
    await rig.output.start?.(RUN)
    for (let window = 0; window < 12; window++)
      rig.output.onWindow?.(windowOf(window, [cart(3)]), [])
    await rig.output.stop?.(RESULT)
    expect(await rig.requests()).toBe(36)
    expect(rig.said).toEqual([])
    await rig.close()
  })

  test('a window that comes again with late numbers counts once, in its newest version', async () => {
    const rig = await make()
    await rig.output.start?.(RUN)
    for (let window = 0; window < 8; window++)
      rig.output.onWindow?.(windowOf(window, [cart(2)]), [])
    rig.output.onWindow?.(windowOf(6, [cart(5)]), [])
    rig.output.onWindow?.(windowOf(6, [cart(5)]), [])
    rig.output.onWindow?.(windowOf(2, [cart(3)]), [])
    await rig.output.stop?.(RESULT)
    expect(await rig.requests()).toBe(16 + 3 + 1)
    await rig.close()
  })

  test('it may be closed twice, and what comes afterwards does nothing', async () => {
    const rig = await make()
    await rig.output.start?.(RUN)
    rig.output.onWindow?.(windowOf(0, [cart(1)]), [])
    await rig.output.stop?.(RESULT)
    rig.output.close()
    rig.output.close()
    rig.output.onWindow?.(windowOf(1, [cart(1)]), [])
    expect(rig.said).toEqual([])
    await rig.close()
  })

  test('a run that never began is closed without a word', async () => {
    const rig = await make()
    rig.output.close()
    expect(rig.said).toEqual([])
    await rig.close()
  })

  if (makeSilent !== undefined)
    test('a system that never answers is said once, and cannot hold the end of the run', async () => {
      const rig = await makeSilent()
      await rig.output.start?.(RUN)
      for (let window = 0; window < 5; window++)
        rig.output.onWindow?.(windowOf(window, [cart(1)]), [])
      await rig.reached?.(1)
      await rig.clock.runUntil(OUTBOX_MESSAGE_MS_MAX + 1)
      await until(() => rig.said.length > 0)
      expect(rig.said).toEqual([
        expect.stringContaining('did not answer within 5 s. The run goes on.'),
      ])
      const stopped = rig.output.stop?.(RESULT)
      await rig.reached?.(2)
      await rig.clock.runUntil(rig.clock.nowMs() + OUTBOX_FLUSH_MS_MAX)
      await stopped
      expect(rig.said).toHaveLength(2)
      expect(rig.said[1]).toMatch(/\d of \d messages did not arrive/)
      await rig.close()
    })

  if (makeSilent !== undefined)
    test('a slow system holds a bounded number of messages, and the run not at all', async () => {
      const rig = await makeSilent()
      await rig.output.start?.(RUN)
      const windows = 5 * OUTBOX_MESSAGES_MAX + 50
      for (let window = 0; window < windows; window++) {
        rig.output.onWindow?.(windowOf(window, [cart(1)]), [])
      }
      expect(rig.said).toEqual([expect.stringContaining('it was too slow')])
      rig.output.close()
      await rig.close()
    })

  if (makeDead !== undefined)
    test('a dead system is said when it is noticed and counted at the end', async () => {
      const rig = await makeDead()
      await rig.output.start?.(RUN)
      for (let window = 0; window < 5; window++)
        rig.output.onWindow?.(windowOf(window, [cart(1)]), [])
      await until(() => rig.said.length > 0)
      for (let window = 5; window < 60; window++) {
        rig.output.onWindow?.(windowOf(window, [cart(1)]), [])
        await rig.clock.runUntil(rig.clock.nowMs() + 1_000)
      }
      expect(rig.said).toHaveLength(1)
      await rig.output.stop?.(RESULT)
      expect(rig.said.length).toBeLessThanOrEqual(2)
      await rig.close()
    })
}

/** Lets sockets have their turns until `met()` holds; the test's own time limit ends it otherwise. */
export async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setImmediate(resolve))
}
