import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { RunRecord } from '../../src/contracts/store.ts'
import { openSqliteStore } from '../../src/plugins/stores/sqlite/sqlite-store.ts'
import { CliFolder, type Ended, GET, scriptOf, Target } from './cli.test-kit.ts'

const SHORT = ['-u', '2', '-t', '1200ms', '--quiet', '--no-preflight']
let folder: CliFolder
let target: Target
beforeAll(async () => {
  target = await new Target().open()
  return () => target.close()
})
afterEach(() => folder.remove())
/** A folder with a script in it. */
const prepare = (): void => {
  folder = new CliFolder()
  folder.write('shop.ts', scriptOf(GET, target.url))
}
const run = (...more: string[]): Promise<Ended> => folder.run('shop.ts', ...SHORT, ...more)
const listed = async (...more: string[]): Promise<RunRecord[]> =>
  JSON.parse((await folder.run('runs', '--json', '-', ...more)).out)
const path = (): string => join(folder.path, '.onrush', 'history.db')
const openHistory = (epochMs: () => number) =>
  openSqliteStore(path(), { epochMs, onError: (text) => expect.fail(text) })

describe('a run', () => {
  test('is kept with its windows, and is listed, shown, reported, exported, deleted and imported', async () => {
    prepare()
    const { err, code } = await run('--tag', 'branch=main', '--threshold', 'errors < 1%')
    expect(code, err).toBe(0)
    const result = folder.saved()
    const { id } = result.run
    const [record, ...others] = await listed('--tag', 'branch=main')
    expect(others).toEqual([])
    expect(record).toMatchObject({
      ...{ id, name: 'shop', state: 'finished', passed: true, tags: { branch: 'main' } },
      requests: result.totals.requests,
      p95Ms: result.totals.responseMs.p95,
    })
    expect(await listed('--tag', 'branch=other')).toEqual([])

    const table = await folder.run('runs')
    expect(table.out).toMatch(new RegExp(`${id} .* shop .* passed .* branch=main`))
    const shown = await folder.run('runs', 'show', id.slice(-4))
    const lines = (text: string): string[] =>
      text.split('\n').filter((line) => line.startsWith(' '))
    expect(lines(shown.out)).toEqual(lines(err).slice(-lines(shown.out).length))

    const args = [
      '--json',
      'again.json',
      '--junit',
      'j.xml',
      '--markdown',
      'm.md',
      '--csv',
      'locust',
    ]
    expect((await folder.run('report', 'last', ...args)).code).toBe(0)
    const read = (name: string): string => readFileSync(join(folder.path, name), 'utf8')
    expect(JSON.parse(read('again.json'))).toEqual(result)
    expect(read('j.xml')).toContain('errors &lt; 1%')
    expect(read('m.md')).toContain('errors \\< 1%')
    const aggregated = read('locust_stats.csv')
      .split('\n')
      .find((line) => line.includes('Aggregated'))
    expect(aggregated).toContain(`,${result.totals.requests},`)

    expect((await folder.run('runs', 'export', 'last', 'run.onrush')).code).toBe(0)
    expect((await folder.run('runs', 'delete', 'last')).code).toBe(0)
    expect([await listed(), folder.runs()]).toEqual([[], []])
    expect((await folder.run('runs', 'import', 'run.onrush')).err).toContain(`run ${id} is kept`)
    expect(await listed()).toEqual([record])

    const elsewhere = new CliFolder()
    const file = join(folder.path, 'run.onrush')
    const { code: imported, err: why } = await elsewhere.run('runs', 'import', file)
    expect(imported, why).toBe(0)
    const { out } = await elsewhere.run('runs', 'show', 'last')
    elsewhere.remove()
    expect(out).toContain(`onrush report ${id} --json -`)
  })

  test('is kept nowhere but in its folder with --no-history', async () => {
    prepare()
    expect((await run('--no-history')).code).toBe(0)
    expect([existsSync(path()), folder.runs().length]).toEqual([false, 1])
    expect((await folder.run('runs')).err).toContain('no runs are kept here')
  })

  test('that is a baseline has a star, and stays until it is none', async () => {
    prepare()
    await run()
    expect((await folder.run('runs', 'baseline', 'last')).code).toBe(0)
    expect((await folder.run('runs')).out).toMatch(/\n[★*] /)
    const refused = await folder.run('runs', 'delete', 'last')
    expect([refused.code, refused.err.includes('it is a baseline')]).toEqual([2, true])
    await folder.run('runs', 'baseline', 'last', '--remove')
    expect((await folder.run('runs', 'delete', 'last')).code).toBe(0)
  })

  test('makes room for itself as the configuration says, and says so', async () => {
    prepare()
    const config = (rules: string): string =>
      folder.write('onrush.config.ts', `export default { history: ${rules} }`)
    await run()
    const [first] = folder.runs()
    config("{ keep: '0h' }")
    expect((await run()).err).toContain(` history  run ${first} deleted: it keeps 0h and 2GB`)
    expect(folder.runs()).not.toContain(first)
    expect(await listed()).toHaveLength(1)
    config("{ keep: '90' }")
    const refused = await run()
    expect([refused.code, refused.err.includes('history.keep')]).toEqual([2, true])
  })
})

test('kill -9 of a run leaves every second but the last, which can be shown', async () => {
  prepare()
  const before = target.requests
  const { child, ended } = folder.start(['shop.ts', '-u', '2', '-t', '60s', '--no-preflight'])
  await target.until(() => target.requests > before)
  const begunMs = performance.now()
  // Some forty requests a second of each of the two.
  await target.until(() => target.requests >= before + 250)
  child.kill('SIGKILL')
  const wholeSeconds = Math.floor((performance.now() - begunMs) / 1_000)
  await ended
  await target.untilLeft()
  const sent = target.requests - before

  const store = await openHistory(() => Date.now() + 60_000)
  const [record] = await store.list()
  expect(record).toMatchObject({ state: 'cut-off', requests: null })
  let requests = 0
  let seconds = 0
  for await (const { series } of store.windows(record!.id)) {
    seconds++
    requests += series.reduce((sum, each) => sum + each.requests, 0)
  }
  await store.close()
  expect(wholeSeconds).toBeGreaterThanOrEqual(2)
  expect(seconds).toBeGreaterThanOrEqual(wholeSeconds - 1)
  expect(requests).toBeGreaterThan(0)
  expect(requests).toBeLessThanOrEqual(sent)
  const { out } = await folder.run('runs', 'show', 'last')
  expect(out).toContain(`GET /`)
  expect(out).toMatch(/FAILED {2}(cut off: the process ended|not judged yet)/)
})

test('a history that cannot be read is said once, and the run goes on without it', async () => {
  prepare()
  mkdirSync(join(folder.path, '.onrush'))
  writeFileSync(
    path(),
    'this is no database, and long enough not to be taken for an empty one. '.repeat(20),
  )
  const { code, err } = await run()
  expect(code).toBe(0)
  expect(err.match(/not kept in the history/g)).toHaveLength(1)
  expect(folder.saved().totals.requests).toBeGreaterThan(0)
  const { code: listing, err: why } = await folder.run('runs')
  expect([listing, why.includes('E_HISTORY')]).toEqual([2, true])
})
