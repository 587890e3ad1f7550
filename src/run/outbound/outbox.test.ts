import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../kernel/clock.ts'
import {
  OUTBOX_BYTES_MAX,
  OUTBOX_FLUSH_MS_MAX,
  OUTBOX_MESSAGE_MS_MAX,
  OUTBOX_MESSAGES_MAX,
  OUTBOX_RETRY_MS_MAX,
} from '../../kernel/limits.ts'
import { type Carrier, Outbox, Refused } from './outbox.ts'

/** Answers as `answer` says; without it, only when it is aborted. */
class FakeCarrier implements Carrier {
  readonly carried: string[] = []
  readonly startedMs: number[] = []
  closed = 0
  answer: (() => Promise<void>) | undefined = () => Promise.resolve()
  readonly #clock: VirtualClock
  constructor(clock: VirtualClock) {
    this.#clock = clock
  }
  async carry(message: Uint8Array, signal: AbortSignal): Promise<void> {
    this.startedMs.push(this.#clock.nowMs())
    if (this.answer !== undefined) await this.answer()
    else {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
    }
    this.carried.push(Buffer.from(message).toString())
  }
  close(): void {
    this.closed++
  }
}

function open() {
  const clock = new VirtualClock()
  const carrier = new FakeCarrier(clock)
  const said: string[] = []
  const outbox = new Outbox('sink', carrier, clock, (text) => said.push(text))
  const put = (text: string): void => outbox.put(Buffer.from(text))
  return { clock, carrier, said, outbox, put }
}
const dead = (): Promise<void> => Promise.reject(new Error('nobody there'))
const refusing = (): Promise<void> => Promise.reject(new Refused('it answered 400'))

describe('an outbox', () => {
  test('carries one message at a time, in order, and is silent when all is well', async () => {
    const { clock, carrier, said, outbox, put } = open()
    for (const text of ['a', 'b', 'c']) put(text)
    await outbox.flush()
    expect(carrier.carried).toEqual(['a', 'b', 'c'])
    expect(said).toEqual([])
    expect(carrier.closed).toBe(1)
    expect(clock.pending).toBe(0)
  })

  test('what is put the moment it has nothing left is carried too', async () => {
    const { clock, carrier, outbox, put } = open()
    carrier.answer = () => {
      // Runs right after the loop has seen an empty queue, or before: either way it must arrive.
      if (carrier.startedMs.length < 5) void Promise.resolve().then(() => put('more'))
      return Promise.resolve()
    }
    put('first')
    await clock.runUntil(1)
    expect(carrier.carried).toEqual(['first', 'more', 'more', 'more', 'more'])
    outbox.close()
  })

  test('tries again after 1, 2, 4 … 30 seconds, in order, and says it once', async () => {
    const { clock, carrier, said, outbox, put } = open()
    carrier.answer = dead
    put('a')
    put('b')
    await clock.runUntil(100_000)
    expect(carrier.startedMs).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 61_000, 91_000])
    expect(said).toEqual(['output sink does not arrive: nobody there. The run goes on.'])
    carrier.answer = () => Promise.resolve()
    await clock.runUntil(100_000 + OUTBOX_RETRY_MS_MAX)
    expect(carrier.carried).toEqual(['a', 'b'])
    await outbox.flush()
    expect(said).toHaveLength(1)
  })

  test('does not try again what was refused, and counts it', async () => {
    const { clock, carrier, said, outbox, put } = open()
    carrier.answer = refusing
    put('a')
    put('b')
    await clock.runUntil(1)
    carrier.answer = () => Promise.resolve()
    put('c')
    await outbox.flush()
    expect(carrier.carried).toEqual(['c'])
    expect(said).toEqual([
      'output sink does not arrive: it answered 400. The run goes on.',
      'output sink: 2 of 3 messages did not arrive, the last because it answered 400',
    ])
  })

  test('says what it was told on one line, without anything a terminal obeys', async () => {
    const { clock, carrier, said, outbox, put } = open()
    carrier.answer = () => Promise.reject(new Refused('it answered 400: \x1b[2J\r\n\0bad\n'))
    put('a')
    await clock.runUntil(1)
    expect(said).toEqual([
      'output sink does not arrive: it answered 400: [2J bad. The run goes on.',
    ])
    outbox.close()
  })

  test('gives a message that is not answered its time and no more', async () => {
    const { clock, carrier, said, outbox, put } = open()
    carrier.answer = undefined
    put('a')
    await clock.runUntil(OUTBOX_MESSAGE_MS_MAX - 1)
    expect(said).toEqual([])
    await clock.runUntil(OUTBOX_MESSAGE_MS_MAX)
    expect(said).toEqual([expect.stringContaining('it did not answer within 5 s')])
    outbox.close()
  })

  test('ends within its time although nothing is answered, and says what was left', async () => {
    const { clock, carrier, said, outbox, put } = open()
    carrier.answer = undefined
    put('a')
    put('b')
    const flushed = outbox.flush()
    await clock.runUntil(OUTBOX_FLUSH_MS_MAX)
    await flushed
    expect(said).toEqual([
      expect.stringMatching(/^output sink: 2 of 2 messages did not arrive, the last because it /),
    ])
    expect(carrier.closed).toBe(1)
    expect(clock.pending).toBe(0)
  })

  test('tries a dead system once more at the end, and no longer', async () => {
    const { clock, carrier, outbox, put } = open()
    carrier.answer = dead
    put('a')
    await clock.runUntil(500)
    await outbox.flush()
    expect(carrier.startedMs).toEqual([0, 500])
    expect(clock.pending).toBe(0)
  })

  test('drops the oldest that wait beyond its bounds, never the one under way', async () => {
    const { carrier, said, outbox, put } = open()
    carrier.answer = undefined
    for (let index = 0; index < OUTBOX_MESSAGES_MAX + 3; index++) put(String(index))
    expect(said).toEqual([
      'output sink does not arrive: it was too slow, and too much waited for it. The run goes on.',
    ])
    outbox.close()
    const other = open()
    other.carrier.answer = undefined
    const large = new Uint8Array(OUTBOX_BYTES_MAX / 2 + 1)
    other.outbox.put(large)
    expect(other.said).toEqual([])
    other.outbox.put(large)
    expect(other.said).toHaveLength(1)
    other.outbox.close()
  })

  test('drops a message larger than all bounds, and goes on', async () => {
    const { carrier, outbox } = open()
    outbox.put(new Uint8Array(10))
    outbox.put(new Uint8Array(OUTBOX_BYTES_MAX + 1))
    await outbox.flush()
    expect(carrier.carried).toHaveLength(1)
  })

  test('does nothing after it was closed', () => {
    const { carrier, outbox, put, said } = open()
    outbox.close()
    put('a')
    outbox.close()
    expect(carrier.startedMs).toEqual([])
    expect(carrier.closed).toBe(1)
    expect(said).toEqual([])
  })
})
