/** What the page does with kept runs, by its API: each answer is that of the command line. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Comparison } from '../../src/contracts/compare.ts'
import type { RunGlance } from '../../src/contracts/glance.ts'
import type { RunRecord } from '../../src/contracts/store.ts'
import type { Trend } from '../../src/contracts/trend.ts'
import { slower } from '../../src/model/compare/simulated-run.test-kit.ts'
import { CliFolder, GET, pageOf, type Started, scriptOf, Target } from './cli.test-kit.ts'
import { keepSimulated, MINUTE } from './simulated-history.test-kit.ts'

const folder = new CliFolder()
const target = new Target()
let started: Started
let api: string
beforeAll(async () => {
  await target.open()
  folder.write('shop.ts', scriptOf(GET, target.url))
  const slow = slower(MINUTE, 1.4)
  await keepSimulated(folder.path, [
    { id: 'r-old', run: MINUTE, seed: 1, atSec: 0 },
    { id: 'r-same', run: MINUTE, seed: 2, atSec: 60 },
    { id: 'r-slow', run: slow, seed: 3, atSec: 120 },
    { id: 'r-short', run: { ...MINUTE, seconds: 40 }, seed: 4, atSec: 180 },
  ])
  started = folder.start(['run', 'shop.ts', '--web-port', '0'])
  api = `${await pageOf(started)}/api/v1`
})
afterAll(async () => {
  started?.child.kill('SIGKILL')
  await target.close()
  folder.remove()
})

const get = async <T>(path: string): Promise<T> => (await (await fetch(api + path)).json()) as T
const send = (method: string, path: string, body?: object | Uint8Array): Promise<Response> =>
  fetch(api + path, {
    method,
    headers: { 'x-onrush': '1', 'content-type': 'application/json' },
    ...(body !== undefined && { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
  })
const statusOf = async (method: string, path: string, body?: object): Promise<number> =>
  (await send(method, path, body)).status
interface Compared {
  readonly comparisons: { readonly comparison: Comparison; readonly markdown: string }[]
}

describe('comparing', () => {
  test('two runs with a base says what the command says, again and at once', async () => {
    const path = '/compare?base=r-old&run=r-slow&run=r-same'
    const { comparisons } = await get<Compared>(path)
    const said = await folder.run('compare', 'r-old', 'r-slow', '--json', '-')
    expect(comparisons.map(({ comparison }) => comparison.b.id)).toEqual(['r-slow', 'r-same'])
    expect(comparisons[0]!.comparison).toEqual(JSON.parse(said.out))
    expect(comparisons[0]!.markdown).toContain('## ❌ Regression')
    expect(await get(path)).toEqual({ comparisons })
  })
  test('what is not comparable has reasons, and figures where somebody insists', async () => {
    const refused = await get<Compared>('/compare?base=r-old&run=r-short')
    expect(refused.comparisons[0]!.comparison).toMatchObject({
      verdict: 'not-comparable',
      notComparable: ['A was under load for 60 s and B for 40 s'],
      totals: null,
    })
    const insisted = await get<Compared>('/compare?base=r-old&run=r-short&anyway=1')
    expect(insisted.comparisons[0]!.comparison.totals).not.toBeNull()
  })
  test('what is no run, none, or too many is refused with a sentence', async () => {
    expect(await get('/compare?base=r-old&run=nothing')).toMatchObject({
      problems: [{ code: 'E_RUN', what: 'there is no run "nothing"' }],
    })
    expect(await get('/compare?base=r-old')).toMatchObject({
      error: expect.stringContaining('run'),
    })
    const many = '&run=r-slow'.repeat(6)
    expect(await statusOf('GET', `/compare?base=r-old${many}`)).toBe(400)
  })
})

test('a trend has all runs of a name, and says which are no part of it', async () => {
  const trend = await get<Trend>('/trend?name=shop')
  expect(trend.runs.map(({ id }) => id)).toEqual(['r-old', 'r-same', 'r-slow', 'r-short'])
  expect(trend.reference).toBe('r-slow')
  expect(trend.runs[3]!.leftOut).toBe('A was under load for 40 s and B for 60 s')
  const said = await folder.run('runs', 'trend', 'shop', '--json', '-')
  expect(JSON.parse(said.out)).toEqual(trend)
  expect(await get('/trend?name=nobody')).toMatchObject({ runs: [], reference: null })
  for (const wrong of ['/trend', '/trend?name=shop&limit=0', '/trend?name=shop&limit=9e9'])
    expect(await statusOf('GET', wrong)).toBe(400)
})

test('runs at a glance: those that are there', async () => {
  const { glances } = await get<{ glances: RunGlance[] }>('/glances?id=r-old&id=nothing')
  expect(glances).toMatchObject([{ id: 'r-old', branch: 'main', host: 'http://localhost:3000' }])
  expect(await statusOf('GET', `/glances?${'id=a&'.repeat(101)}`)).toBe(400)
})

test('a baseline is marked and unmarked, and is not deleted', async () => {
  const isBaseline = async (): Promise<boolean> =>
    (await get<{ runs: RunRecord[] }>('/runs')).runs.find(({ id }) => id === 'r-same')!.isBaseline
  expect(await statusOf('POST', '/runs/r-same/baseline', { isBaseline: true })).toBe(200)
  expect(await isBaseline()).toBe(true)
  const refused = await send('DELETE', '/runs/r-same')
  expect([refused.status, await refused.json()]).toMatchObject([
    422,
    { problems: [{ why: 'it is a baseline' }] },
  ])
  expect(await statusOf('POST', '/runs/r-same/baseline', { isBaseline: false })).toBe(200)
  expect(await isBaseline()).toBe(false)
  expect(await statusOf('POST', '/runs/r-same/baseline', { isBaseline: 'yes' })).toBe(400)
  expect(await statusOf('POST', '/runs/nothing/baseline', { isBaseline: true })).toBe(404)
})

test('a run goes into a file, is deleted, and comes back as it was', async () => {
  const before = await get('/runs/r-slow')
  const file = new Uint8Array(await (await fetch(`${api}/runs/r-slow/file`)).arrayBuffer())
  const exported = join(folder.path, 'r-slow.onrush')
  writeFileSync(exported, file)
  expect(await statusOf('DELETE', '/runs/r-slow')).toBe(200)
  expect(await statusOf('DELETE', '/runs/r-slow')).toBe(404)
  expect(await statusOf('GET', '/runs/r-slow/file')).toBe(404)
  const answer = await send('POST', '/import', file)
  expect([answer.status, await answer.json()]).toEqual([201, { id: 'r-slow' }])
  expect(await get('/runs/r-slow')).toEqual(before)
  const again = await send('POST', '/import', new Uint8Array(readFileSync(exported)))
  expect([again.status, await again.json()]).toMatchObject([
    422,
    { problems: [{ code: 'E_RUN_FILE', why: 'run r-slow is in the history already' }] },
  ])
  const locust = 'Type,Name,Request Count\n'
  const wrong = await send('POST', '/import?name=../../x', new TextEncoder().encode(locust))
  expect(await wrong.json()).toMatchObject({ problems: [{ code: 'E_RUN_FILE' }] })
})

test('nothing is changed by a request without the header that pages of others cannot send', async () => {
  for (const [method, path] of [
    ['DELETE', '/runs/r-old'],
    ['POST', '/runs/r-old/baseline'],
    ['POST', '/import'],
  ] as const) {
    expect((await fetch(api + path, { method })).status, path).toBe(403)
  }
  expect(await statusOf('GET', '/runs/r-old')).toBe(200)
})
