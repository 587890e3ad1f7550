/**
 * What every protocol must do, as one suite: called by the tests of each with its own client and server. A protocol that passes can be
 * trusted by the engine (its users end when told to), by the numbers (each request once), and by the rule of allowed hosts.
 */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ClientContext } from '../../src/contracts/user.ts'
import { openSocketCount } from '../../src/load/http/network.ts'
import { TestWorker } from '../loopback/session.test-kit.ts'

export interface ProtocolTarget {
  /** As a script would name it. */
  readonly host: string
  /** Requests received, by the target's own count. */
  readonly received: number
  close(): Promise<void>
}
export interface ProtocolClient {
  /** One request that the target answers at once. Connects first where that is needed. */
  ask(): Promise<{ readonly ok: boolean; readonly error: { readonly kind: string } | undefined }>
  /** One request that the target receives and never answers. */
  askInVain(): Promise<{ readonly ok: boolean }>
  close(): void
}
export interface ProtocolUnderTest {
  readonly kind: string
  /** Requests the target counts for one `ask` of a new client: 1, and the connection where that is one. */
  readonly requestsOfFirstAsk: number
  startTarget(): Promise<ProtocolTarget>
  client(host: string, context: ClientContext): ProtocolClient
}

/** Declares the tests. */
export function protocolContract(protocol: ProtocolUnderTest): void {
  let worker: TestWorker
  let target: ProtocolTarget
  const clients: ProtocolClient[] = []
  const client = (host = target.host, context = worker.user()): ProtocolClient => {
    const made = protocol.client(host, context)
    clients.push(made)
    return made
  }
  const requests = () => worker.recorder.requests

  beforeEach(async () => {
    worker = new TestWorker()
    target = await protocol.startTarget()
  })
  afterEach(async () => {
    for (const each of clients.splice(0)) each.close()
    await target.close()
    for (let turn = 0; turn < 200 && openSocketCount() > 0; turn++)
      await new Promise((resolve) => setImmediate(resolve))
    expect(openSocketCount(), 'sockets left open').toBe(0)
    expect(worker.recorder.inFlight, 'requests without an end').toBe(0)
    const { size } = (worker.clock as unknown as { _wheel: { size: number } })._wheel
    expect(size, 'timers left').toBe(0)
  })

  test('every request is counted once, under its protocol, as the target counts it', async () => {
    const [one, two] = [client(), client()]
    for (let i = 0; i < 5; i++) expect((await one.ask()).ok).toBe(true)
    expect((await two.ask()).ok).toBe(true)
    const ofTwoClients = 2 * protocol.requestsOfFirstAsk + 4
    expect(requests()).toHaveLength(ofTwoClients)
    expect(worker.recorder.begun).toBe(ofTwoClients)
    expect(target.received).toBe(ofTwoClients)
    expect(requests().reduce((sum, each) => sum + each.wireRequests, 0)).toBe(ofTwoClients)
    expect(requests().every((each) => each.series.startsWith(`${protocol.kind} `))).toBe(true)
    expect(requests().every((each) => each.error === '' && each.latencyUs > 0)).toBe(true)
  })

  test('a target that is not there is data, not an exception, and ends later than the call', async () => {
    const { host } = target
    await target.close()
    const { ok, error } = await client(host).ask()
    expect(ok).toBe(false)
    expect(['refused', 'closed']).toContain(error?.kind)
    expect(requests()[0]!.error).toMatch(/^refused: /)
  })

  test('a host that may not be loaded gets nothing, and the failure says so', async () => {
    worker.refused.add(new URL(target.host).hostname)
    expect((await client().ask()).ok).toBe(false)
    expect(requests()[0]!.error).toMatch(/^blocked: /)
    expect(target.received).toBe(0)
  })

  test('closing the client ends what is in flight at once, as cancelled', async () => {
    const hung = client()
    const answer = hung.askInVain()
    while (target.received < protocol.requestsOfFirstAsk)
      await new Promise((resolve) => setImmediate(resolve))
    expect(worker.recorder.inFlight).toBe(1)
    hung.close()
    expect(worker.recorder.inFlight).toBe(0)
    expect((await answer).ok).toBe(false)
    expect(worker.recorder.last.error).toMatch(/^cancelled: /)
  })

  test('closing while it connects ends that as well', async () => {
    const early = client()
    const answer = early.ask().catch((error: Error) => error)
    early.close()
    const ended = await answer
    expect(ended instanceof Error ? ended.name : ended.ok).toBe(
      ended instanceof Error ? 'ClientClosed' : false,
    )
    expect(requests()[0]!.error).toMatch(/^cancelled: /)
  })

  test('a closed client rejects, so that a loop without load cannot go on; closing twice is fine', async () => {
    const closed = client()
    await closed.ask()
    closed.close()
    closed.close()
    await expect(closed.ask()).rejects.toThrow('the user has ended')
  })

  test('the first request of a late iteration carries the lateness, the next ones none', async () => {
    const late = client(target.host, worker.user({ lateUs: 5_000 }))
    await late.ask()
    await late.ask()
    expect(requests().map((each) => each.lateUs)).toEqual([
      5_000,
      ...requests()
        .slice(1)
        .map(() => 0),
    ])
  })

  test('who listens is told of each request once, with the figures that were counted', async () => {
    const user = worker.user({ onRequest: (event) => worker.events.push(event) })
    await client(target.host, user).ask()
    expect(worker.events.map((each) => `${each.kind} ${each.method} ${each.name}`)).toEqual(
      requests().map((each) => each.series),
    )
    expect(worker.events.map((each) => each.bytesOut)).toEqual(
      requests().map((each) => each.bytesOut),
    )
  })
}
