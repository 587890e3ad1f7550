import { kill } from 'node:process'
import { describe, expect, test } from 'vitest'
import {
  heard,
  open,
  PREPARE,
  transportContract,
  until,
} from '../../../../test/contracts/transport.ts'
import { type ProcessTransport, processTransport } from './process.ts'

const entry = new URL('../../../../test/fixtures/workers/echo-worker.mjs', import.meta.url)
const make = (): ProcessTransport => processTransport({ entry, execArgv: [], env: {} })

describe('process transport', () => {
  const signalAll = (signal: string) => (transport: ProcessTransport) => {
    for (const pid of transport.pids) kill(pid!, signal)
  }
  transportContract(make, { cut: signalAll('SIGSTOP'), heal: signalAll('SIGCONT') })

  test('what a script prints becomes a log report, and a foreign message is no report', async () => {
    const transport = make()
    const [line] = await open(transport, 1)
    line!.channel.send(PREPARE)
    expect(await heard(line!, 'log')).toEqual({
      type: 'log',
      level: 'info',
      text: 'printed by the script',
    })
    await heard(line!, 'snapshot')
    expect(line!.reports.every((report) => typeof report.type === 'string')).toBe(true)
    await transport.close()
  })

  test('a killed process is noticed at once and named', async () => {
    const transport = make()
    const [line] = await open(transport, 1)
    await heard(line!, 'hello')
    const startMs = performance.now()
    kill(transport.pids[0]!, 'SIGKILL')
    expect(await line!.channel.closed).toEqual({ clean: false, detail: 'killed by SIGKILL' })
    expect(performance.now() - startMs).toBeLessThan(2_000)
    await transport.close()
  })

  test('a process that exits by itself says with which code', async () => {
    const transport = make()
    const [line] = await open(transport, 1)
    await heard(line!, 'hello')
    line!.channel.send({ type: 'stop', reason: 'error', graceMs: 0 })
    expect(await line!.channel.closed).toEqual({ clean: false, detail: 'exited with code 3' })
    await transport.close()
  })

  test('a stopped process does not survive the end of the transport', async () => {
    const transport = make()
    const [line] = await open(transport, 1)
    await heard(line!, 'hello')
    const pid = transport.pids[0]!
    kill(pid, 'SIGSTOP')
    await transport.close()
    await until(() => !isAlive(pid))
  })

  test('processes launched ahead are the ones that start, and go when nobody wanted them', async () => {
    const transport = make()
    transport.launch(1)
    const [pid] = transport.pids
    const [line] = await open(transport, 1)
    await heard(line!, 'hello')
    expect(transport.pids).toEqual([pid])
    await transport.close()

    const unwanted = make()
    unwanted.launch(2)
    const pids = unwanted.pids.map((each) => each!)
    await unwanted.close()
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('an entry that does not exist ends its channel as not clean', async () => {
    const missing = processTransport({
      entry: new URL('no-such-worker.mjs', entry),
      execArgv: [],
      env: {},
    })
    const [line] = await open(missing, 1)
    expect((await line!.channel.closed).clean).toBe(false)
    await missing.close()
  })
})

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0)
  } catch {
    // ESRCH: no such process, which is what the caller asks.
    return false
  }
}
