/**
 * Tags and scenarios through the whole machine: from the script over two workers to the verdict, the result and the reports. The target
 * counts by path, so that each series is compared with somebody who knows.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RunResult, SeriesResult } from '../../src/contracts/result.ts'
import { CliFolder, Target } from './cli.test-kit.ts'

let folder: CliFolder
let target: Target
const received = new Map<string, number>()
beforeAll(async () => {
  folder = new CliFolder()
  target = await new Target((request, response) => {
    // The preflight is no request of a user.
    const who = request.headers['x-who']
    if (typeof who === 'string') received.set(who, (received.get(who) ?? 0) + 1)
    response.statusCode = request.url === '/bad' ? 500 : 200
    response.end('ok')
  }).open()
})
beforeEach(() => received.clear())
afterAll(async () => {
  await target.close()
  folder.remove()
})

const users = () => `
import { HttpUser, task, constant } from 'onrush'
class Base extends HttpUser {
  static host = ${JSON.stringify(target.url)}
  waitTime = constant(0.02)
}
export class Browser extends Base {
  http = { tags: { tier: 'gold' } }
  @task async look() {
    await this.client.get('/', { headers: { 'x-who': 'eu' }, tags: { region: 'eu' } })
    await this.client.get('/bad', { headers: { 'x-who': 'us' }, tags: { region: 'us', tier: 'basic' } })
    await this.client.get('/', { headers: { 'x-who': 'gold' }, checks: { fine: (r) => r.ok } })
    this.metrics.count('orders_paid', 0)
  }
}
export class Buyer extends Base {
  @task async buy() {
    await this.client.get('/', { headers: { 'x-who': 'buyer' } })
    await this.transaction('checkout', () => this.client.get('/bad', { headers: { 'x-who': 'bad' }, checks: { fine: () => 'never' } }))
    this.metrics.count('orders_paid')
  }
}
`
/** Requests by tags, each under the name that the target knows it by. */
const find = ({ series }: RunResult, name: string, tags?: SeriesResult['tags']) =>
  series.filter((each) => each.name === name && JSON.stringify(each.tags) === JSON.stringify(tags))

function whySchemaRefuses(result: RunResult): string {
  const path = new URL('../../schema/onrush.result.1.json', import.meta.url)
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
  const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')))
  return validate(result) ? '' : JSON.stringify(validate.errors)
}

test('tags of requests and users make series of their own, which rules can ask for', async () => {
  const { result, code, err } = await folder.result(
    'tags.ts',
    `${users()}
    export const plan = {
      scenarios: { all: { user: [Browser, Buyer], users: 4, for: '1s' } },
      thresholds: [
        'errors(tag:region=eu) == 0%',
        'errors(http, tag:region=us, tag:tier=basic) == 100%',
        'count(GET /, tag:tier=gold) > 0',
        'orders_paid > 0',
        { 'http_req_failed{region:us}': ['rate==1'] },
      ],
    }`,
    '--workers',
    '2',
  )
  expect(code, err).toBe(0)
  const [eu] = find(result, '/', { region: 'eu', tier: 'gold' })
  const [us] = find(result, '/bad', { region: 'us', tier: 'basic' })
  const [gold] = find(result, '/', { tier: 'gold' })
  const [plain] = find(result, '/')
  expect(eu!.requests).toBe(received.get('eu'))
  expect(us).toMatchObject({ requests: received.get('us'), failures: received.get('us') })
  expect(gold!.requests).toBe(received.get('gold'))
  expect(plain!.requests).toBe(received.get('buyer'))
  expect(Object.hasOwn(plain!, 'tags')).toBe(false)
  expect(result.totals.requests).toBe([...received.values()].reduce((sum, each) => sum + each, 0))
  expect(whySchemaRefuses(result)).toBe('')
})

test('rules of a scenario judge its own requests, and are shown with its name', async () => {
  const { result, code } = await folder.result(
    'scenarios.ts',
    `${users()}
    export const plan = {
      scenarios: {
        browse: { user: Browser, users: 2, for: '1s', thresholds: ['errors(GET /) < 1%', 'max(http) < 30s'] },
        buy: {
          user: Buyer, users: 1, for: '1s', tags: { team: 'shop' },
          thresholds: ['errors < 10%', 'count(checkout) > 0', 'checks == 0%', 'orders_paid == 0'],
        },
      },
      thresholds: ['errors(scenario:buy, tag:team=shop) < 60%'],
    }`,
    ...['--junit', 'junit.xml', '--markdown', 'sum.md', '--csv', 'out'],
  )
  expect(code).toBe(1)
  const bad = received.get('bad')!
  const bought = received.get('buyer')! + bad
  expect(result.thresholds.map(({ rule, passed }) => [rule, passed])).toEqual([
    ['errors(scenario:buy, tag:team=shop) < 60%', true],
    ['errors(GET /, scenario:browse) < 1%', true],
    ['max(http, scenario:browse) < 30s', true],
    ['errors(scenario:buy) < 10%', false],
    ['count(checkout, scenario:buy) > 0', true],
    ['checks(scenario:buy) == 0%', true],
    ['orders_paid(scenario:buy) == 0', false],
  ])
  expect(result.thresholds[3]!.observed).toBeCloseTo((bad / bought) * 100, 9)
  expect(result.verdict.reason).toContain('errors(scenario:buy) < 10%')
  // Neither checks nor custom metrics are divided in the result: a check is a check.
  expect(result.checks.map(({ name, passes }) => [name, passes])).toEqual([
    ['fine', received.get('gold')],
  ])
  expect(result.metrics!.map(({ name, value }) => [name, value])).toEqual([['orders_paid', bad]])
  const tags = { scenario: 'buy', team: 'shop' }
  expect(find(result, '/bad', tags)[0]!.requests).toBe(bad)
  expect(find(result, 'checkout', tags)[0]).toMatchObject({ kind: 'transaction', requests: bad })
  expect(whySchemaRefuses(result)).toBe('')
  const report = (name: string) => readFileSync(join(folder.path, name), 'utf8')
  const line = report('scenarios.ts')
    .split('\n')
    .findIndex((each) => each.includes("'errors < 10%'"))
  expect(report('junit.xml')).toContain('errors(scenario:buy) &lt; 10%')
  expect(report('junit.xml')).toContain(`scenarios.ts:${line + 1}`)
  expect(report('sum.md')).toContain('scenario:buy')
  expect(report('out_stats.csv')).toContain('/bad {scenario=buy, team=shop}')
})

test('scenarios that no rule asks for share their series', async () => {
  const { result } = await folder.result(
    'shared.ts',
    `${users()}
    export const plan = {
      scenarios: { one: { user: Buyer, users: 1, for: '1s' }, two: { user: Buyer, users: 1, for: '1s' } },
      thresholds: ['errors(http) < 60%'],
    }`,
  )
  expect(result.series.map(({ name, tags }) => [name, tags])).toEqual([
    ['/', undefined],
    ['/bad', undefined],
    ['checkout', undefined],
  ])
})

test('tags that cannot be are said before the run, or where the request was written', async () => {
  const plan = (scenario: string, thresholds = '[]') =>
    `${users()} export const plan = { scenarios: { buy: { user: Buyer, users: 1, for: '1s', ${scenario} } }, thresholds: ${thresholds} }`
  const said = async (text: string) => {
    const { code, err } = await folder.run('check', folder.write('wrong.ts', text))
    return `${code} ${err}`
  }
  expect(await said(plan("tags: { scenario: 'x' }"))).toMatch(/^2 .*by itself/s)
  expect(await said(plan("thresholds: ['dropped == 0']"))).toMatch(/^2 .*run as a whole/s)
  expect(await said(plan('', "['errors(scenario:by) < 1%']"))).toMatch(/^2 .*Did you mean "buy"/s)
  const { result } = await folder.result(
    'throws.ts',
    users().replace("region: 'eu'", "'a b': 'eu'"),
    ...['-u', '1', '-t', '300ms', '--no-preflight'],
  )
  expect(result.errors[0]!.message).toContain('the tag "a b" is not a word')
})
