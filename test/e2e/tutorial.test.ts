/** The tutorial as it is written: its files, its commands, and what it says of them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CALM_ONCE } from '../truth/run-cli.ts'
import { CliFolder } from './cli.test-kit.ts'

const text = readFileSync(
  new URL('../../docs/guide/tutorial-find-my-limit.md', import.meta.url),
  'utf8',
)
const blocks = [...text.matchAll(/```(\w+) ?(\S*)\n(.*?)```/gs)]
const files = blocks.filter(([, language]) => language !== 'sh')
const commands = blocks
  .filter(([, language]) => language === 'sh')
  .flatMap(([, , , lines]) => lines!.trim().split('\n'))

const folder = new CliFolder()
let server: ChildProcess
let port: number
beforeAll(async () => {
  for (const [, , name, body] of files) folder.write(name!, body!)
  port = await freePort()
  const env = { ...process.env, PORT: String(port) }
  server = spawn(process.execPath, [join(folder.path, 'server.mjs')], { env })
  await new Promise((resolve) => server.stdout?.once('data', resolve))
})
afterAll(() => {
  server.kill('SIGKILL')
  folder.remove()
})

/** As a shell would take it apart. */
const run = (command: string) => {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain!,
  )
  const [program, ...args] = words.map((each) =>
    each.replace('127.0.0.1:3000', `127.0.0.1:${port}`),
  )
  expect(program).toBe('onrush')
  return folder.run(...args)
}

test('the first command finds the limit that the server has', {
  ...CALM_ONCE,
  timeout: 150_000,
}, async () => {
  const { code, err } = await run(commands[0]!)
  expect(code, err).toBe(0)
  const holds = Number(/Holds +up to ([\d.]+)\/s/.exec(err)?.[1])
  expect(holds, err).toBeGreaterThan(47)
  expect(holds, err).toBeLessThanOrEqual(51)
  expect(err).toContain('the queue grew')
  expect(err).toMatch(/Headroom +1\.[67] × the expected peak of 30\/s/)
})

test('the second one fails, because less holds than is required', {
  ...CALM_ONCE,
  timeout: 90_000,
}, async () => {
  const { code, err } = await run(commands[1]!)
  expect(code, err).toBe(1)
  expect(err).toContain('at least 40/s')
  expect(err).toContain('below the 60/s that are required')
})

test('what was found is listed, and a part of an id that fits both says so', async () => {
  const list = await run(commands[2]!)
  const ids = list.out.match(/^\d{8}-\d{6}-[0-9a-f]{4}/gm)!
  expect(ids.length).toBeGreaterThanOrEqual(2)
  expect(await run(commands[3]!)).toMatchObject({ code: 2 })
  const { code } = await folder.run('report', ids[0]!.slice(-4), '--html', 'limit.html')
  expect(code).toBe(0)
  expect(readFileSync(join(folder.path, 'limit.html'), 'utf8')).toContain('CAPACITY')
})

test('no command was left out', () => {
  expect(commands).toHaveLength(4)
  expect(files.map(([, , name]) => name)).toEqual(['server.mjs', 'visit.ts'])
})

/** Of a server that is closed again. */
async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const found = (probe.address() as AddressInfo).port
  await new Promise((resolve) => probe.close(resolve))
  return found
}
