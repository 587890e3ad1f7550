import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { monitorContract } from '../../../../test/contracts/monitor.ts'
import { findListeners } from './listener.ts'
import { ProcessMonitor } from './process-monitor.ts'

const children = new Set<ChildProcess>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})

/** Runs `code`, which says one line when it is ready; `say` makes it go on and waits for the next line. */
async function start(
  code: string,
): Promise<{ pid: number; say(): Promise<string>; end(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.add(child)
  const line = async (): Promise<string> => String((await once(child.stdout!, 'data'))[0])
  await line()
  return {
    pid: child.pid!,
    say: async () => {
      child.stdin!.write('go\n')
      return line()
    },
    end: async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

const READY = "console.log('ready');"
const ON_INPUT = (code: string): string => `${READY}process.stdin.on('data', () => { ${code} })`
/** So much CPU time, whoever else wants the core. */
const BURN = `const used = () => { const { user, system } = process.cpuUsage(); return user + system };
  const end = used() + 5e5;
  while (used() < end) for (let turn = 0; turn < 1e6; turn++);`

function watch(pid: number, nowMs = (): number => performance.now()): ProcessMonitor {
  const find = async (): Promise<number[]> => [pid]
  return new ProcessMonitor({ name: 'watched', source: 'its source', find, finds: false, nowMs })
}
async function read(monitor: ProcessMonitor): Promise<Record<string, number>> {
  const figures = await monitor.read()
  return Object.fromEntries(figures.map(({ metric, value }) => [metric, value]))
}

describe.skipIf(!existsSync('/proc/self/stat'))('a process', () => {
  monitorContract(async () => {
    const child = await start(ON_INPUT(''))
    return { monitor: watch(child.pid), end: child.end }
  })

  test('that used half a second of CPU in half a second is seen at 100 %', async () => {
    const child = await start(ON_INPUT(`${BURN} console.log('burnt')`))
    // The child burns a given amount of CPU; the clock says how long that took.
    let nowMs = 0
    const monitor = watch(child.pid, () => nowMs)
    await read(monitor)
    await child.say()
    nowMs = 500
    const { cpu } = await read(monitor)
    expect(cpu).toBeGreaterThan(95)
    expect(cpu).toBeLessThan(130)
    expect((await child.say()).length).toBeGreaterThan(0)
  })

  test('is seen with its children, those too that have ended since', async () => {
    const grandchild = JSON.stringify(BURN)
    // The second child ends when its input does, with its parent.
    const code = `const { spawn } = require('node:child_process');
      process.stdin.on('data', () => spawn(process.execPath, ['-e', ${grandchild}]).once('close', () => console.log('done')));
      spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
        .once('spawn', () => ${READY.replace(';', '')})`
    const child = await start(code)
    let nowMs = 0
    const monitor = watch(child.pid, () => nowMs)
    const before = await read(monitor)
    expect(before['processes']).toBe(2)
    await child.say()
    nowMs = 1_000
    const after = await read(monitor)
    // Half a second of the grandchild, and what starting it took.
    expect(after['cpu']).toBeGreaterThan(50)
    expect(after['cpu']).toBeLessThan(100)
    expect(after['processes']).toBe(2)
  })

  test('that takes memory and opens files is seen to', async () => {
    const child = await start(
      ON_INPUT(`globalThis.kept = Buffer.alloc(1e8, 1);
        globalThis.files = Array.from({ length: 50 }, () => require('node:fs').openSync('/dev/null'));
        console.log('done')`),
    )
    const monitor = watch(child.pid)
    const before = await read(monitor)
    await child.say()
    const after = await read(monitor)
    expect(after['memory']! - before['memory']!).toBeGreaterThan(9e7)
    expect(after['memory']! - before['memory']!).toBeLessThan(2e8)
    expect(after['descriptors']! - before['descriptors']!).toBe(50)
    expect(after['descriptorsUsed']).toBeGreaterThan(0)
    expect(after['threads']).toBeGreaterThan(1)
  })

  test('is found by the port it listens on, and found again after it was started anew', async () => {
    const code = (port: number): string =>
      `require('node:http').createServer().listen(${port}, '127.0.0.1', function () { console.log(this.address().port) })`
    const child = spawn(process.execPath, ['-e', code(0)], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.add(child)
    const port = Number((await once(child.stdout!, 'data'))[0])
    expect(await findListeners(port)).toEqual([child.pid])
    const monitor = new ProcessMonitor({
      ...{ name: 'target', source: `port ${port}`, finds: true },
      find: () => findListeners(port),
      nowMs: () => performance.now(),
    })
    expect((await read(monitor))['processes']).toBe(1)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await expect(monitor.read()).rejects.toThrow('the process has ended')
    const again = await start(
      `require('node:http').createServer().listen(${port}, '127.0.0.1', () => ${READY.replace(';', '')})`,
    )
    // It looks again every few readings.
    let found: number | undefined
    for (let reading = 0; reading < 6 && found === undefined; reading++) {
      found = await read(monitor).then(
        (figures) => figures['processes'],
        () => undefined,
      )
    }
    expect(found).toBe(1)
    await again.end()
  })

  test('nobody is found on a port where nobody listens, and this process on its own', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await findListeners(port)).toEqual([process.pid])
    await new Promise((resolve) => server.close(resolve))
    expect(await findListeners(port)).toEqual([])
  })
})
