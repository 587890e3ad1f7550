/** Against a server that answers as Docker's API does; there is none on most machines that run tests. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { monitorContract } from '../../../../test/contracts/monitor.ts'
import { DockerMonitor } from './docker-monitor.ts'

const folder = mkdtempSync(join(tmpdir(), 'onrush-docker-'))
const ends: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const end of ends) await end()
  rmSync(folder, { recursive: true, force: true })
})

/** In the form of API 1.41 and later, control groups of version 2. */
const statsAt = (second: number) => ({
  read: '2026-11-21T12:00:00Z',
  pids_stats: { current: 12 },
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 8, minor: 0, op: 'read', value: 1_000 * second },
      { major: 8, minor: 0, op: 'write', value: 4_000 * second },
    ],
  },
  cpu_stats: {
    cpu_usage: { total_usage: 1_500_000_000 * second },
    online_cpus: 4,
    throttling_data: { periods: 10 * second, throttled_periods: 2 * second, throttled_time: 5 },
  },
  memory_stats: { usage: 600_000, limit: 1_000_000, stats: { inactive_file: 100_000 } },
  networks: {
    eth0: { rx_bytes: 3_000 * second, tx_bytes: 500 * second },
    eth1: { rx_bytes: 1_000 * second, tx_bytes: 0 },
  },
})

let made = 0
async function docker(answer: (path: string) => unknown) {
  const socketPath = join(folder, `docker-${made++}.sock`)
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    const body = answer(request.url!)
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(
      typeof body === 'string' ? body : JSON.stringify(body ?? { message: 'No such container' }),
    )
  }).listen(socketPath)
  await once(server, 'listening')
  const end = async (): Promise<void> => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  ends.push(end)
  return { socketPath, asked, end }
}
function watch(socketPath: string, nowMs = (): number => performance.now()): DockerMonitor {
  const options = {
    name: 'watched',
    container: 'shop/web',
    source: 'its source',
    socketPath,
    nowMs,
  }
  return new DockerMonitor(options)
}
async function read(monitor: DockerMonitor): Promise<Record<string, number>> {
  const figures = await monitor.read(new AbortController().signal)
  return Object.fromEntries(figures.map(({ metric, value }) => [metric, value]))
}

monitorContract(async () => {
  const { socketPath, end } = await docker(() => statsAt(1))
  return { monitor: watch(socketPath), end }
})

test('the figures of a container are those of the second between two looks', async () => {
  let second = 1
  const { socketPath, asked } = await docker(() => statsAt(second))
  const monitor = watch(socketPath, () => second * 1_000)
  expect(await read(monitor)).toEqual({ memory: 500_000, memoryUsed: 50, processes: 12 })
  second = 3
  expect(await read(monitor)).toEqual({
    ...{ cpu: 150, memory: 500_000, memoryUsed: 50, throttled: 20, processes: 12 },
    ...{ networkIn: 4_000, networkOut: 500, diskRead: 1_000, diskWrite: 4_000 },
  })
  expect(asked[0]).toBe('/containers/shop%2Fweb/stats?stream=false&one-shot=true')
  monitor.close()
})

test.each([
  [undefined, 'there is no such container'],
  [{ cpu_stats: {}, memory_stats: {} }, 'the container does not run'],
  ['<html>', 'no Docker'],
])('%j is said: %s', async (answer, why) => {
  const { socketPath } = await docker(() => answer)
  await expect(read(watch(socketPath))).rejects.toThrow(why)
})

test('a machine without Docker says so', async () => {
  await expect(read(watch(join(folder, 'nowhere.sock')))).rejects.toThrow('ENOENT')
})
