/** What every transport must do, as one suite: called by the tests of each with its own far end, which must behave as `echo-worker.mjs`. */
import { expect, test } from 'vitest'
import type { Channel, Command, Report, Transport } from '../../src/contracts/wire.ts'

type Line = { channel: Channel<Report, Command>; reports: Report[] }

/** How to take the line away and give it back; messages may take as long as they like meanwhile. */
export interface Outage<T extends Transport> {
  cut(transport: T): Promise<void> | void
  heal(transport: T): Promise<void> | void
}

/** Declares the tests; `make` is called once for each. */
export function transportContract<T extends Transport>(make: () => T, outage?: Outage<T>): void {
  test('each worker gets a channel of its own and is heard, even before anybody listens', async () => {
    const transport = make()
    const lines = await open(transport, 3)
    for (const line of lines) expect((await heard(line, 'hello')).type).toBe('hello')
    await transport.close()
  })

  test('messages keep their order and reach one worker only', async () => {
    const transport = make()
    const [first, second] = await open(transport, 2)
    for (let id = 0; id < 20; id++) first!.channel.send({ type: 'ping', id })
    await until(() => pongs(first!).length === 20)
    expect(pongs(first!)).toEqual(Array.from({ length: 20 }, (_, id) => id))
    expect(pongs(second!)).toEqual([])
    await transport.close()
  })

  test('bytes arrive as bytes', async () => {
    const transport = make()
    const [line] = await open(transport, 1)
    line!.channel.send(PREPARE)
    const snapshot = await heard(line!, 'snapshot')
    expect([...(snapshot as Report & { type: 'snapshot' }).bytes]).toEqual([1, 2, 255])
    await transport.close()
  })

  test('a script larger than any message arrives whole, and what setup returned as it was', async () => {
    const transport = make()
    const lines = await open(transport, 2)
    const code = 'x'.repeat(3_000_000)
    const prepare = { ...PREPARE, bundle: { ...PREPARE.bundle, code }, shared: new Map([[1, 2]]) }
    for (const { channel } of lines) {
      channel.send(prepare)
      // What follows stays behind it.
      channel.send({ type: 'ping', id: 7 })
    }
    for (const line of lines) {
      expect(await heard(line, 'stop-test')).toEqual({ type: 'stop-test', why: '3000000 Map(1)' })
      await until(() => pongs(line).length === 1)
      const types = line.reports.map((report) => report.type)
      expect(types.indexOf('stop-test')).toBeLessThan(types.indexOf('pong'))
    }
    await transport.close()
  })

  test.runIf(outage !== undefined)(
    'what is said while the line is down arrives when it is back: all of it, once, in order',
    async () => {
      const transport = make()
      const [line] = await open(transport, 1)
      await heard(line!, 'hello')
      for (let id = 0; id < 10; id++) line!.channel.send({ type: 'ping', id })
      await outage!.cut(transport)
      for (let id = 10; id < 20; id++) line!.channel.send({ type: 'ping', id })
      expect(pongs(line!).length).toBeLessThan(20)
      await outage!.heal(transport)
      await until(() => pongs(line!).length >= 20)
      line!.channel.send({ type: 'ping', id: 20 })
      await until(() => pongs(line!).includes(20))
      expect(pongs(line!)).toEqual(Array.from({ length: 21 }, (_, id) => id))
      await transport.close()
    },
  )

  test('the backlog is empty again when everything was taken', async () => {
    const transport = make()
    const [line] = await open(transport, 1)
    for (let id = 0; id < 5; id++) line!.channel.send({ type: 'ping', id })
    expect(line!.channel.backlog).toBeGreaterThan(0)
    await until(() => pongs(line!).length === 5 && line!.channel.backlog === 0)
    await transport.close()
  })

  test('closing ends every channel, may be said twice, and sending afterwards does nothing', async () => {
    const transport = make()
    const lines = await open(transport, 2)
    await transport.close()
    await transport.close()
    for (const line of lines) {
      await line.channel.closed
      line.channel.send({ type: 'heartbeat' })
      line.channel.close()
    }
  })
}

/** The far end in this process; `echo-worker.mjs` is the same as a process. */
export function echo(channel: Channel<Command, Report>): void {
  channel.onMessage((message) => {
    if (message.type === 'ping') channel.send({ type: 'pong', id: message.id, epochMs: 42 })
    if (message.type !== 'prepare') return
    const kind = message.shared instanceof Map ? `Map(${message.shared.size})` : 'nothing'
    channel.send({ type: 'stop-test', why: `${message.bundle.code.length} ${kind}` })
    channel.send({ type: 'snapshot', sequence: 0, bytes: new Uint8Array([1, 2, 255]) })
  })
  channel.send({ type: 'hello', version: '1.0.0', pid: 0, host: 'echo' })
}

export const PREPARE = {
  type: 'prepare',
  runId: 'r',
  plan: {} as never,
  share: { index: 0, weights: [1], lost: [] },
  bundle: { code: '', map: '', hash: '', entry: '' },
  silenceMs: 1_000,
  allowedHosts: [],
  shared: undefined,
} as const satisfies Command

export async function open(transport: Transport, count: number): Promise<Line[]> {
  const lines: Line[] = []
  await transport.start(count, (channel, index) => {
    const line: Line = { channel, reports: [] }
    lines[index] = line
    channel.onMessage((report) => line.reports.push(report))
  })
  return lines
}

export async function heard(line: Line, type: Report['type']): Promise<Report> {
  await until(() => line.reports.some((report) => report.type === type))
  return line.reports.find((report) => report.type === type)!
}

function pongs(line: Line): number[] {
  return line.reports.flatMap((report) => (report.type === 'pong' ? [report.id] : []))
}

/** Gives the event loop turns until `done`; a real transport needs real time, which passes meanwhile. */
export async function until(done: () => boolean, msMax = 10_000): Promise<void> {
  const endMs = performance.now() + msMax
  while (!done()) {
    if (performance.now() > endMs) throw new Error('what was awaited did not happen')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
