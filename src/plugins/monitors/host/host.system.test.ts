import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { monitorContract } from '../../../../test/contracts/monitor.ts'
import { HostMonitor } from './host-monitor.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

interface Machine {
  readonly cpu: string
  readonly waitedUs: number
  readonly received: number
}
/** A /proc of our own. */
function machine(first: Machine): { proc: string; now(next: Machine): void } {
  const proc = mkdtempSync(join(tmpdir(), 'onrush-host-'))
  folders.push(proc)
  for (const folder of ['net', 'pressure']) mkdirSync(join(proc, folder))
  const now = ({ cpu, waitedUs, received }: Machine): void => {
    const line = (name: string, bytes: number): string =>
      `${name}: ${bytes} 1 0 0 0 0 0 0 ${bytes / 2} 1 0 0 0 0 0 0\n`
    const files = {
      stat: `cpu  ${cpu}\ncpu0 1 1 1 1\n`,
      loadavg: '1.25 0.80 0.60 3/456 789\n',
      meminfo: 'MemTotal:     1000 kB\nMemFree: 1 kB\nMemAvailable:  250 kB\n',
      'pressure/cpu': `some avg10=1.00 avg60=1.00 avg300=1.00 total=${waitedUs}\nfull avg10=0.00 total=0\n`,
      'net/dev': `Inter-|   Receive\n face |bytes\n    lo: 999999 0 0 0 0 0 0 0 999999 0\n${line('  eth0', received)}${line('wlan0', received)}`,
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(proc, name), text)
  }
  now(first)
  return { proc, now }
}

const IDLE: Machine = { cpu: '100 0 100 800 0 0 0 0 0 0', waitedUs: 5_000, received: 1_000 }

monitorContract(async () => {
  const { proc } = machine(IDLE)
  const monitor = new HostMonitor({ name: 'watched', proc, nowMs: () => 0 })
  return {
    monitor: Object.assign(monitor, { source: 'its source' }),
    end: async () => rmSync(proc, { recursive: true, force: true }),
  }
})

test('what a machine did between two readings is told per second, without its loopback', async () => {
  const { proc, now } = machine(IDLE)
  let nowMs = 0
  const monitor = new HostMonitor({ name: 'host', proc, nowMs: () => nowMs })
  const read = async () =>
    Object.fromEntries((await monitor.read()).map(({ metric, value }) => [metric, value]))
  expect(await read()).toEqual({ load: 1.25, memoryUsed: 75 })
  // Of 200 ticks 50 were idle and 30 waited for disks.
  now({ cpu: '200 0 120 850 30 0 0 0 50 0', waitedUs: 405_000, received: 5_000 })
  nowMs = 2_000
  expect(await read()).toEqual({
    ...{ cpu: 60, load: 1.25, memoryUsed: 75, cpuPressure: 20 },
    ...{ networkIn: 4_000, networkOut: 2_000 },
  })
})

describe.skipIf(!existsSync('/proc/stat'))('this machine', () => {
  test('is told in plausible figures', async () => {
    const monitor = new HostMonitor({ name: 'host', nowMs: () => performance.now() })
    await monitor.read()
    const end = performance.now() + 50
    while (performance.now() < end);
    const figures = await monitor.read()
    const cpu = figures.find((each) => each.metric === 'cpu')!.value
    expect(cpu).toBeGreaterThan(0)
    expect(cpu).toBeLessThanOrEqual(100)
    for (const { metric, unit, value } of figures) {
      expect(value, metric).toBeGreaterThanOrEqual(0)
      if (unit === '%') expect(value, metric).toBeLessThanOrEqual(101)
    }
  })
})
