/** What a scenario says of its users, through all floors: the timeout of an iteration, its environment, its own end. */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliFolder } from './cli.test-kit.ts'

const schema = readFileSync(new URL('../../schema/onrush.result.1.json', import.meta.url), 'utf8')
const validate = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(schema))

let folder: CliFolder
let server: Server
let url: string
/** Paths asked for. `/slow` is never answered. */
const asked: string[] = []

beforeAll(async () => {
  folder = new CliFolder()
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url !== '/slow') response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  folder.remove()
})

test('an iteration that takes too long is cut and counted, and its users do the next one', async () => {
  const script = `import { scenario } from 'onrush'
    export default scenario('visit', async ({ client }) => {
      await client.get('/slow')
      await client.get('/never')
    }, { host: '${url}' })
    export const plan = { scenarios: { a: { arrivals: '20/s', for: '1s', usersMax: 20, iterationTimeout: '200ms' } } }`
  const { result, err } = await folder.result('cut.ts', script, '--no-preflight')
  expect(asked.filter((path) => path === '/slow')).toHaveLength(20)
  expect(asked).not.toContain('/never')
  expect(result.totals).toMatchObject({ requests: 20, failures: 20, wireRequests: 20 })
  expect(result.users.max, 'users are used again').toBeLessThan(20)
  expect(result.errors.map((each) => [each.kind, each.series, each.count])).toEqual(
    expect.arrayContaining([
      ['timeout', 'GET /slow', 20],
      ['iteration-timeout', 'TASK visit.visit', 20],
    ]),
  )
  expect(err).toContain('visit.visit was cut: the iteration took longer than 0.2 s')
})

test('a user whose task awaits what onrush cannot end is given up, and another takes its place', async () => {
  const script = `import { HttpUser, task } from 'onrush'
    export class Stuck extends HttpUser {
      static host = '${url}'
      @task async act() { await this.client.get('/stuck'); await new Promise(() => undefined) }
    }
    export const plan = { scenarios: { a: { users: 2, spawnRate: 10, for: '2s', gracefulStop: '0s', iterationTimeout: '200ms' } } }`
  const { result, err } = await folder.result('stuck.ts', script, '--no-preflight')
  expect(result.users).toMatchObject({ started: 4, stopped: 4 })
  expect(result.users.failed).toBeGreaterThanOrEqual(2)
  expect(asked.filter((path) => path === '/stuck')).toHaveLength(4)
  expect(err).toContain('Stuck.act did not end within 1 s after it was cut')
})

test('each scenario has its own environment, of which the result shows the names only', async () => {
  const script = `import { HttpUser, task } from 'onrush'
    export class Shopper extends HttpUser {
      static host = '${url}'
      @task async act() { await this.client.get('/' + this.env.REGION) }
    }
    export const plan = { scenarios: {
      eu: { user: Shopper, users: 1, iterations: 1, env: { REGION: 'eu' } },
      us: { user: Shopper, users: 1, iterations: 1, env: { REGION: 'us' } },
    } }`
  const { code, result, err } = await folder.result('env.ts', script, '--no-preflight')
  expect(code, err).toBe(0)
  expect(asked.filter((path) => path === '/eu' || path === '/us').sort()).toEqual(['/eu', '/us'])
  expect(validate(result), JSON.stringify(validate.errors)).toBe(true)
  expect(result.run.plan.scenarios.map(({ env }) => env)).toEqual([
    { REGION: '•••' },
    { REGION: '•••' },
  ])
})
