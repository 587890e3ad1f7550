import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OnrushError } from '../../kernel/errors.ts'
import { PASSWORD, Postgres, postgresFolder } from './postgres.test-kit.ts'
import { openPostgres } from './query-rows.ts'
import type { Rows } from './rows.ts'

const ROWS = 2_500
let server: Postgres
let client: pg.Client

const open = (query: string, inMemoryBytesMax = 1 << 30, url = server.url()): Promise<Rows> =>
  openPostgres(import.meta.dirname, url, query, 'postgres://db/shop', inMemoryBytesMax)
const whyNot = async (query: string, url = server.url()): Promise<string> => {
  try {
    await open(query, 0, url)
  } catch (error) {
    if (error instanceof OnrushError) return JSON.stringify([error.problems, error.stack])
    throw error
  }
  throw new Error('it worked')
}

describe.skipIf(postgresFolder === undefined)('PostgreSQL (needs its server here)', () => {
  beforeAll(async () => {
    server = await new Postgres().ready()
    client = new pg.Client(server.url())
    await client.connect()
    await client.query('create table items (id bigserial primary key, name text)')
    await client.query(
      `insert into items (name) select 'item ' || n from generate_series(1, ${ROWS}) n`,
    )
  })
  afterAll(async () => {
    await client.end()
    await server.close()
  })

  test.each([1 << 30, 1_000])(
    'rows come in the order of the query, kept within %i bytes',
    async (bytes) => {
      const rows = await open('select id, name from items order by id;', bytes)
      expect(rows.count).toBe(ROWS)
      for (const index of [0, 999, 1_000, 31, 32, ROWS - 1]) {
        expect(rows.at(index)).toEqual({ id: index + 1, name: `item ${index + 1}` })
      }
      rows.close()
    },
  )

  test('rows are plain values, the same wherever a worker is', async () => {
    const rows =
      await open(`select 1::bigint as whole, 9007199254740993 as long, 1.50::numeric as money, true as yes,
      null as gone, '2026-03-01'::date as day, '2026-03-01 12:00+02'::timestamptz as at, 'NaN'::float8 as odd,
      '{"a":[1]}'::jsonb as json, array['x','y'] as list, '\\x00ff'::bytea as bytes order by 1`)
    expect(rows.at(0)).toEqual({
      whole: 1,
      long: '9007199254740993',
      money: '1.50',
      yes: true,
      gone: null,
      day: '2026-03-01',
      at: '2026-03-01 10:00:00+00',
      odd: 'NaN',
      json: { a: [1] },
      list: ['x', 'y'],
      bytes: 'AP8=',
    })
  })

  test('no connection stays behind', async () => {
    ;(await open('select id from items order by id')).close()
    const left = async () => {
      const query = "select 1 from pg_stat_activity where application_name = 'onrush'"
      return (await client.query(query)).rows.length
    }
    // The server may take a moment to see it go.
    while ((await left()) > 0);
  })

  test('a query that writes is refused, and nothing is written', async () => {
    const writing = 'with gone as (delete from items returning id) select id from gone order by id'
    expect(await whyNot(writing)).toMatch(/E_SQL.*must not contain data-modifying|read-only/)
    expect((await client.query('select count(*)::int as n from items')).rows).toEqual([{ n: ROWS }])
  })

  test('what the server says is said, and never the password', async () => {
    const wrong = 'not-pa55word/geheim'
    for (const said of [
      await whyNot('select missing from items order by 1'),
      await whyNot('select 1 order by 1', server.url(wrong)),
      await whyNot(`select '${PASSWORD}'::int order by 1`),
      await whyNot('select 1 order by 1', `postgres://app:${PASSWORD}@nowhere/shop`),
      await whyNot(
        'select 1 order by 1',
        `postgres://app:${encodeURIComponent(PASSWORD)}@127.0.0.1:1/shop`,
      ),
    ]) {
      expect(said).toContain('E_SQL')
      expect(said).not.toMatch(/pa55word|geheim/)
    }
    expect(await whyNot('select missing from items order by 1')).toContain('does not exist')
    expect(await whyNot('select 1 order by 1', server.url(wrong))).toContain(
      'password authentication failed',
    )
  })
})

test('without the package, the command to type is said', async () => {
  const { noPackage } = await import('./data-problems.ts')
  const { requireFrom } = await import('./peer-package.ts')
  expect(noPackage('postgres', 'pg')).toMatchObject({ code: 'E_SQL' })
  expect(noPackage('postgres', 'pg').fix).toContain('npm install pg')
  expect(requireFrom(join(tmpdir()), 'no-such-package-anywhere')).toBe(undefined)
  expect(requireFrom(join(tmpdir()), 'pg')?.resolve('pg')).toContain('pg')
})
