/** What every transport must do, as one suite: called by the tests of each with its own far end, which must behave as `echo-worker.mjs`. */
import { expect, test } from 'vitest'
import type { Channel, Command, Report, Transport } from '../../src/contracts/wire.ts'

type Line = { channel: Channel<Report, Command>; reports: Report[] }

/** Declares the tests; `make` is called once for each. */
export function transportContract(make: () => Transport): void {
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
