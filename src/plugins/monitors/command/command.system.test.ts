import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { monitorContract } from '../../../../test/contracts/monitor.ts'
import { isAlive } from '../../../../test/e2e/cli.test-kit.ts'
import { CommandMonitor } from './command-monitor.ts'

const folder = mkdtempSync(join(tmpdir(), 'onrush-command-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const watch = (command: string): CommandMonitor =>
  new CommandMonitor({ name: 'watched', command, source: 'its source', folder })
const read = (monitor: CommandMonitor) => monitor.read(new AbortController().signal)

let made = 0
monitorContract(async () => {
  const file = join(folder, `numbers-${made++}`)
  writeFileSync(file, 'queue 12\nheap 3MB\n')
  return { monitor: watch(`cat ${file}`), end: async () => rmSync(file) }
})

test('what a command prints is read, from the folder of the run', async () => {
  writeFileSync(join(folder, 'numbers.sh'), '#!/bin/sh\necho "queue 7"\necho "load 40%"\n', {
    mode: 0o755,
  })
  expect(await read(watch('./numbers.sh'))).toEqual([
    { metric: 'queue', unit: '', value: 7 },
    { metric: 'load', unit: '%', value: 40 },
  ])
})

test.each([
  ['echo so >&2; exit 3', 'it ended with 3: so'],
  ['./nowhere.sh', 'it ended with 127'],
  ['echo hello', '"hello" is not a name and a number'],
  ['yes a 1', 'it printed more than'],
])('%s is said: %s', async (command, why) => {
  await expect(read(watch(command))).rejects.toThrow(why)
})

test('a command that does not end is killed with all that it started', async () => {
  const monitor = watch('sleep 1000 & echo $! > pid; wait')
  const patience = new AbortController()
  const reading = monitor.read(patience.signal)
  const { readFileSync, existsSync } = await import('node:fs')
  const file = join(folder, 'pid')
  while (!existsSync(file) || readFileSync(file, 'utf8').trim() === '') {
    await new Promise(setImmediate)
  }
  patience.abort()
  await expect(reading).rejects.toThrow('it did not end in time')
  const pid = Number(readFileSync(file, 'utf8'))
  while (isAlive(pid)) await new Promise(setImmediate)
})
