import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunRecord } from '../../src/contracts/store.ts'
import { PASSWORD, Postgres, postgresFolder } from '../../src/load/data/postgres.test-kit.ts'
import { CliFolder, GET, scriptOf, Target } from './cli.test-kit.ts'

const SHORT = ['-u', '2', '-t', '1200ms', '--quiet', '--no-preflight']
let folders: CliFolder[]
let target: Target
let server: Postgres

describe.skipIf(postgresFolder === undefined)('--store (needs PostgreSQL here)', () => {
  beforeAll(async () => {
    folders = [new CliFolder(), new CliFolder()]
    target = await new Target().open()
    server = await new Postgres().ready()
    for (const each of folders) each.write('shop.ts', scriptOf(GET, target.url))
  })
  afterAll(async () => {
    for (const each of folders) each.remove()
    await target.close()
    await server.close()
  })

  test('keeps the runs of all folders in one database, for all of them to see', async () => {
    const store = ['--store', server.url()]
    const runs = folders.map((each, n) =>
      each.run('shop.ts', ...SHORT, ...store, '--tag', `n=${n}`),
    )
    for (const { code, err } of await Promise.all(runs)) expect(code, err).toBe(0)
    const listed = async (...more: string[]): Promise<RunRecord[]> =>
      JSON.parse((await folders[0]!.run('runs', '--json', '-', ...store, ...more)).out)
    expect(await listed()).toHaveLength(2)
    const [other] = await listed('--tag', 'n=1')
    const saved = folders[1]!.saved()
    expect(other).toMatchObject({ id: saved.run.id, requests: saved.totals.requests })
    const { out } = await folders[0]!.run('report', ...store, other!.id, '--json', '-')
    expect(JSON.parse(out)).toEqual(saved)
    expect((await folders[0]!.run('runs')).err).toContain('no runs are kept here')
  })

  test('that cannot be reached is said once, without its password; the run goes on', async () => {
    const [folder] = folders
    const url = server.url('wrong-pa55word')
    const { code, err } = await folder!.run('shop.ts', ...SHORT, '--store', url)
    expect(code, err).toBe(0)
    expect(err.match(/not kept in the history/g)).toHaveLength(1)
    const listing = await folder!.run('runs', '--store', url)
    expect([listing.code, listing.err.includes('E_HISTORY')]).toEqual([2, true])
    expect(err + listing.err).not.toContain('wrong-pa55word')
  })

  test('is refused before any load when it is no address, and shown without its password', async () => {
    const [folder] = folders
    const before = target.requests
    const refused = await folder!.run('shop.ts', ...SHORT, '--store', 'mysql://app:geheim@db/x')
    expect([refused.code, target.requests]).toEqual([2, before])
    expect(refused.err).toContain('mysql://•••@db/x')
    const explained = await folder!.run('shop.ts', '--store', server.url(), '--explain-config')
    expect(explained.out).toMatch(/store +"postgres:\/\/•••@/)
    expect(explained.out).not.toContain(encodeURIComponent(PASSWORD))
  })
})
