import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { monitorContract } from '../../../../test/contracts/monitor.ts'
import { encodeCommand } from './info.ts'
import { RedisMonitor } from './redis-monitor.ts'

const REDIS = 'redis-server'
const isThere = spawnSync(REDIS, ['--version']).status === 0
const servers: { end(): Promise<void> }[] = []
afterAll(async () => {
  for (const server of servers) await server.end()
})

async function freePort(): Promise<number> {
  const server = createTcp().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A real one, in memory only. */
async function startRedis(...options: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-redis-'))
  const port = await freePort()
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder]
  const child: ChildProcess = spawn(REDIS, [...settings, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let log = ''
  for await (const part of child.stdout!) {
    log += String(part)
    if (log.includes('Ready to accept connections')) break
  }
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
  servers.push({ end })
  return { url: `redis://127.0.0.1:${port}`, port, end }
}

/** Sends a command as a client of the application would, and waits for the whole answer. */
async function command(port: number, ...words: readonly string[]): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.write(encodeCommand(...words))
  await once(socket, 'data')
  socket.destroy()
}

function watch(url: string, nowMs = (): number => performance.now()): RedisMonitor {
  return new RedisMonitor({ name: 'watched', url, source: 'its source', nowMs })
}
async function read(monitor: RedisMonitor): Promise<Record<string, number>> {
  const figures = await monitor.read(new AbortController().signal)
  return Object.fromEntries(figures.map(({ metric, value }) => [metric, value]))
}

describe.skipIf(!isThere)('Redis', () => {
  monitorContract(async () => {
    const { url, end } = await startRedis()
    return { monitor: watch(url), end }
  })

  test('tells commands, hits and memory of its limit as they are', async () => {
    const { url, port } = await startRedis('--maxmemory', '100mb')
    let nowMs = 0
    const monitor = watch(url, () => nowMs)
    await read(monitor)
    await command(port, 'SET', 'a', 'x'.repeat(10_000_000))
    for (const key of ['a', 'a', 'a', 'missing']) await command(port, 'STRLEN', key)
    nowMs = 1_000
    const figures = await read(monitor)
    // Five of the application, and the one that asked.
    expect(figures['commands']).toBe(6)
    expect(figures['hitRatio']).toBe(75)
    expect(figures['memory']).toBeGreaterThan(10_000_000)
    expect(figures['memoryUsed']).toBeGreaterThan(9.5)
    expect(figures['memoryUsed']).toBeLessThan(25)
    expect(figures['networkIn']).toBeGreaterThan(10_000_000)
    monitor.close()
  })

  test('with a password is read with it, and says what is wrong without', async () => {
    const { port } = await startRedis('--requirepass', 'p@ss')
    const right = watch(`redis://:p%40ss@127.0.0.1:${port}`)
    expect((await read(right))['clients']).toBe(1)
    right.close()
    await expect(read(watch(`redis://127.0.0.1:${port}`))).rejects.toThrow('NOAUTH')
  })
})

test('what listens there and is no Redis is said, and a port where nobody listens', async () => {
  const server: Server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await expect(read(watch(`redis://127.0.0.1:${port}`))).rejects.toThrow('no Redis')
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await expect(read(watch(`redis://127.0.0.1:${port}`))).rejects.toThrow('ECONNREFUSED')
})

test('one that accepts and says nothing is given up when its time is over, and closed', async () => {
  const server = createTcp().listen(0, '127.0.0.1')
  const connected = once(server, 'connection')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const patience = new AbortController()
  const reading = watch(`redis://127.0.0.1:${port}`).read(patience.signal)
  const [socket] = await connected
  socket.resume()
  const closed = once(socket, 'close')
  patience.abort()
  await expect(reading).rejects.toThrow('no answer in time')
  await closed
  await new Promise((resolve) => server.close(resolve))
})
