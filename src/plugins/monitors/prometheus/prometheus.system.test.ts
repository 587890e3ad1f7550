import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { monitorContract } from '../../../../test/contracts/monitor.ts'
import { PrometheusMonitor } from './prometheus-monitor.ts'

const ends: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const end of ends) await end()
})

/** An endpoint whose page is what `page` says by now. */
async function serve(page: () => string, type = 'text/plain; version=0.0.4') {
  const connections = new Set<number | undefined>()
  const server: Server = createServer((request, response) => {
    connections.add(request.socket.remotePort)
    response.writeHead(request.url === '/metrics' ? 200 : 404, { 'content-type': type })
    response.end(page())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const end = async (): Promise<void> => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  ends.push(end)
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/metrics`, end, connections }
}

function watch(url: string, nowMs = (): number => performance.now()): PrometheusMonitor {
  return new PrometheusMonitor({ name: 'watched', url, source: 'its source', nowMs })
}
async function read(monitor: PrometheusMonitor): Promise<Record<string, string>> {
  const figures = await monitor.read(new AbortController().signal)
  return Object.fromEntries(figures.map(({ metric, unit, value }) => [metric, `${value}${unit}`]))
}

monitorContract(async () => {
  const { url, end } = await serve(() => 'process_resident_memory_bytes 1\n')
  return { monitor: watch(url), end }
})

test('without a choice the usual series are taken: gauges as they are, counters per second, times as their mean', async () => {
  let second = 0
  const page = (): string =>
    [
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${10 + 0.4 * second}`,
      '# TYPE process_resident_memory_bytes gauge',
      'process_resident_memory_bytes 5e7',
      '# TYPE http_requests_total counter',
      `http_requests_total{code="200"} ${100 * second}`,
      // It begins with its first request.
      second === 0 ? '' : `http_requests_total{code="500"} ${7 * second}`,
      '# TYPE http_request_duration_seconds histogram',
      `http_request_duration_seconds_bucket{le="+Inf"} ${100 * second}`,
      `http_request_duration_seconds_sum ${2 * second}`,
      `http_request_duration_seconds_count ${100 * second}`,
      'nobody_asked_for_this 1',
      '',
    ].join('\n')
  const { url, connections } = await serve(page)
  const monitor = watch(url, () => second * 1_000)
  expect(await read(monitor)).toEqual({ memory: '50000000bytes' })
  second = 1
  const { cpu, ...others } = await read(monitor)
  expect(Number.parseFloat(cpu!)).toBeCloseTo(40, 6)
  expect(others).toEqual({
    memory: '50000000bytes',
    requests: '107/s',
    requestTime: '20ms',
    'requestTime.count': '100/s',
  })
  expect(connections.size).toBe(1)
  monitor.close()
})

test('a counter that begins anew counts from nought, series by series', async () => {
  let pages = ['a_total{x="1"} 100\na_total{x="2"} 50\n', 'a_total{x="1"} 3\na_total{x="2"} 60\n']
  const { url } = await serve(() => pages[0]!)
  let nowMs = 0
  const monitor = watch(`${url}#a_total`, () => nowMs)
  await read(monitor)
  pages = pages.slice(1)
  nowMs = 1_000
  expect(await read(monitor)).toEqual({ a_total: '13/s' })
  monitor.close()
})

test('chosen series are taken, by labels too, and those that come later when they come', async () => {
  let isLater = false
  const { url } = await serve(
    () =>
      `# TYPE jobs gauge\njobs{state="idle"} 3\njobs{state="busy"} 4\n${isLater ? '# TYPE late gauge\nlate 9\n' : ''}# EOF\n`,
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  )
  const monitor = watch(`${url}#jobs,jobs{state="busy"},late`)
  expect(await read(monitor)).toEqual({ jobs: '7', 'jobs{state="busy"}': '4' })
  isLater = true
  expect(await read(monitor)).toMatchObject({ late: '9' })
  monitor.close()
})

test.each([
  ['#jbos', 'jobs 1\n', 'it has no series jbos. Did you mean'],
  ['', 'jobs 1\n', 'choose some after a #, such as jobs'],
  ['', '<html>', 'line 1: it does not begin with a name'],
  ['/gone', '', 'it answers with status 404'],
])('%s of %j is said', async (choice, page, why) => {
  const { url } = await serve(() => page)
  await expect(read(watch(`${url}${choice}`))).rejects.toThrow(why)
})

const EXPORTER = 'prometheus-node-exporter'
describe.skipIf(spawnSync(EXPORTER, ['--version']).status !== 0)('the node exporter', () => {
  test('is read with its own choice of series', async () => {
    const probe = createTcp().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    await new Promise((resolve) => probe.close(resolve))
    const child: ChildProcess = spawn(EXPORTER, [`--web.listen-address=127.0.0.1:${port}`], {
      stdio: 'ignore',
    })
    ends.push(async () => {
      child.kill('SIGKILL')
    })
    const url = `http://127.0.0.1:${port}/metrics`
    const usual = watch(url)
    let figures: Record<string, string> = {}
    const isRefused = (error: Error): boolean => error.message.includes('ECONNREFUSED')
    while (figures['memory'] === undefined && child.exitCode === null) {
      // It comes up when it does, and says so nowhere that can be awaited.
      figures = await read(usual).catch((error: Error) => {
        if (!isRefused(error)) throw error
        return {}
      })
      await new Promise(setImmediate)
    }
    expect(Object.keys(figures)).toEqual(
      expect.arrayContaining(['memory', 'descriptors', 'goroutines', 'load', 'memoryAvailable']),
    )
    const idle = watch(`${url}#node_cpu_seconds_total{mode="idle"},node_load1`)
    await read(idle)
    expect(Object.keys(await read(idle))).toEqual([
      'node_cpu_seconds_total{mode="idle"}',
      'node_load1',
    ])
    usual.close()
    idle.close()
  })
})
