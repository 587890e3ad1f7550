import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCgroup } from './cgroup.ts'
import { ProcessMonitor } from './process-monitor.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-cgroup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
const GROUP = 'cgroups/kube/pod1'
const limited = (periods: number, throttled: number): Record<string, string> => ({
  'proc/7/cgroup': '1:name=systemd:/old\n0::/kube/pod1\n',
  [`${GROUP}/cpu.max`]: '50000 100000\n',
  [`${GROUP}/cpu.stat`]: `usage_usec 9\nnr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_usec 5\n`,
  [`${GROUP}/memory.current`]: '900000\n',
  [`${GROUP}/memory.stat`]: 'anon 400000\ninactive_file 100000\nactive_file 400000\n',
  [`${GROUP}/memory.max`]: '1000000\n',
})
const read = () => readCgroup(join(folder, 'proc'), join(folder, 'cgroups'), 7)

test('a group with limits tells how often it was stopped, and its memory without what can be dropped', () => {
  write(limited(10, 3))
  expect(read()).toEqual({
    periods: 10,
    throttled: 3,
    memoryBytes: 800_000,
    memoryLimitBytes: 1_000_000,
  })
})

test('no group of version 2, none that limits anything, and none at all tell nothing', () => {
  expect(read()).toBeUndefined()
  write({ 'proc/7/cgroup': '4:memory:/a\n' })
  expect(read()).toBeUndefined()
  write({
    ...limited(0, 0),
    [`${GROUP}/cpu.max`]: 'max 100000\n',
    [`${GROUP}/memory.max`]: 'max\n',
  })
  expect(read()).toBeUndefined()
})

test('a limit of memory alone is told alone', () => {
  write({ ...limited(10, 3), [`${GROUP}/cpu.max`]: 'max 100000\n' })
  expect(read()).toMatchObject({ periods: 0, memoryLimitBytes: 1_000_000 })
})

test('the share of periods in which a process was stopped is a figure of it', async () => {
  write({
    ...limited(100, 5),
    // After the name: state, parent, …, user and system ticks (14, 15), threads (20), start (22), pages (24).
    'proc/7/stat': `7 (a) b (c) S 1 7 7 0 -1 0 0 0 0 0 10 5 0 0 20 0 4 0 1234 0 500 0\n`,
    'proc/7/task/7/children': '',
  })
  let nowMs = 0
  const monitor = new ProcessMonitor({
    ...{ name: 'target', source: 'pid:7', find: async () => [7], finds: false },
    ...{ nowMs: () => nowMs, proc: join(folder, 'proc'), cgroups: join(folder, 'cgroups') },
  })
  const figures = async () =>
    Object.fromEntries((await monitor.read()).map(({ metric, value }) => [metric, value]))
  expect(await figures()).toMatchObject({ threads: 4, memoryUsed: 80 })
  write(limited(120, 10))
  nowMs = 1_000
  expect(await figures()).toMatchObject({ cpu: 0, throttled: 25 })
  // Another process under the old number.
  write({ 'proc/7/stat': `7 (a) S 1 7 7 0 -1 0 0 0 0 0 10 5 0 0 20 0 4 0 9999 0 500 0\n` })
  await expect(monitor.read()).rejects.toThrow('the process has ended')
})
