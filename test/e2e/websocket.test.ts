import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startShop } from '../../src/app/demo/shop.ts'
import { PlayServer } from '../../src/plugins/protocols/websocket/websocket.test-kit.ts'
import { CliFolder } from './cli.test-kit.ts'

const folder = new CliFolder()
const server = new PlayServer()
beforeAll(() => server.open())
afterAll(async () => {
  folder.remove()
  await server.close()
})

test('a script of both protocols runs, and each is counted as its own', async () => {
  const { code, result, err } = await folder.result(
    'both.ts',
    `import { HttpUser, task, constant } from 'onrush'
     import { WebSocketUser } from 'onrush/websocket'
     export class Reader extends HttpUser {
       waitTime = constant(0.05)
       @task async look() { await this.client.get('/', { okStatus: 426 }) }
     }
     export class Talker extends WebSocketUser {
       waitTime = constant(0.05)
       async onStart() { this.socket = await this.client.connect('/live') }
       @task async ask() {
         const answer = await this.socket.request('ping', { match: (m) => m === 'ping', timeout: '5s' })
         if (answer.text() !== 'ping') throw new Error('no echo')
         await this.socket.send('hello')
         for await (const message of this.socket) { if (message === 'hello') break }
       }
     }`,
    ...['--host', server.url, '-u', '4', '-r', '100', '-t', '1s'],
  )
  expect(code, err).toBe(0)
  const count = (method: string) =>
    result.series.find((each) => each.kind === 'websocket' && each.method === method)?.requests ?? 0
  const http = result.series.find((each) => each.kind === 'http')!
  expect(count('CONNECT')).toBe(2)
  expect(server.guests).toHaveLength(2)
  expect(count('REQUEST') + count('SEND')).toBe(server.messages.length)
  expect(count('RECEIVE')).toBe(server.messages.filter((each) => each === 'hello').length)
  expect(result.totals.requests).toBe(http.requests + count('CONNECT') + count('REQUEST'))
  expect(result.generator.littlesLaw.holds).toBe(true)
})

test('messages that fail decide the verdict, though they are no requests', async () => {
  const rude = await new PlayServer({ onFrame: (_, guest) => guest.socket.destroy() }).open()
  const { result } = await folder.result(
    'rude.ts',
    `import { task, constant } from 'onrush'
     import { WebSocketUser } from 'onrush/websocket'
     export class Talker extends WebSocketUser {
       waitTime = constant(0.1)
       async onStart() { this.socket = await this.client.connect('/live') }
       @task async talk() { await this.socket.send('hello') }
     }`,
    ...['--host', rude.url, '-u', '1', '-t', '1s'],
  )
  await rude.close()
  const sends = result.series.find((each) => each.method === 'SEND')!
  expect([result.totals.requests, result.totals.failures]).toEqual([1, 0])
  expect(sends.failures).toBeGreaterThan(1)
  expect(result.verdict).toMatchObject({ passed: false, exitCode: 1 })
  expect(result.errors.map((each) => each.series)).toContain('SEND /live')
})

const guide = readFileSync(new URL('../../docs/guide/websocket.md', import.meta.url), 'utf8')
const scripts = [...guide.matchAll(/```ts\n(import [\s\S]*?)```/g)].map((match) => match[1]!)

test('the scripts of the guide run green against the shop', async () => {
  expect(scripts).toHaveLength(2)
  const shop = await startShop()
  for (const [i, text] of scripts.entries()) {
    const load = ['--host', shop.url, '-u', '2', '-r', '100', '-t', '1s']
    const { code, result, err } = await folder.result(`guide-${i}.ts`, text, ...load)
    expect(code, err).toBe(0)
    expect(result.errors).toEqual([])
    expect(result.series.map((each) => each.method)).toContain('CONNECT')
  }
  await shop.close()
})
