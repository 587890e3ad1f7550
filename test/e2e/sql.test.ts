/** Rows of databases through the whole machine: worker processes that ask for themselves, and a target that keeps a list. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PASSWORD, Postgres, postgresFolder } from '../../src/load/data/postgres.test-kit.ts'
import { Target } from './cli.test-kit.ts'
import { Project } from './project.test-kit.ts'

const paths: string[] = []
let project: Project
let target: Target
beforeAll(async () => {
  project = new Project()
  target = await new Target((request, response) => {
    paths.push(request.url!)
    response.end('ok')
  }).open()
  const database = new Database(join(project.path, 'shop.db'))
  database.exec('create table items (id integer primary key)')
  database.exec(`insert into items values ${ids(300).map((id) => `(${id})`)}`)
  database.close()
})
afterAll(async () => {
  await target.close()
  project.remove()
})

const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const script = (
  source: string,
): string => `import { constant, feeder, HttpUser, secret, task } from 'onrush'
const items = feeder.sql<{ id: number }>(${source}, { pick: 'unique' })
export class Reader extends HttpUser {
  static host = '${target.url}'
  waitTime = constant(0.01)
  @task read() { return this.client.get('/' + items.next(this).id, { name: '/:id' }) }
}
`
const SQLITE = "{ file: 'shop.db', query: 'select id from items order by id' }"
const POSTGRES =
  "{ url: secret('DATABASE_URL'), query: 'select id from generate_series(1, 200) id order by id' }"
const LOAD = ['-u', '8', '-r', '100', '-t', '30s', '--workers', '2', '--no-preflight']
const sent = () => paths.map((path) => Number(path.slice(1))).sort((a, b) => a - b)

test('rows of SQLite, unique over two worker processes: the target sees every row once', async () => {
  paths.length = 0
  const { code, err } = await project.onrush('run', script(SQLITE), LOAD)
  expect(code, err).toBe(0)
  expect(sent()).toEqual(ids(300))
})

test('check runs the query and says how many rows it has', async () => {
  const { code, out, err } = await project.onrush('check', script(SQLITE))
  expect(code, err).toBe(0)
  expect(out).toContain('shop.db: 300 rows')
})

test('a query that is wrong ends a run before any load, in the words of the database', async () => {
  paths.length = 0
  const { code, err } = await project.onrush(
    'run',
    script(SQLITE.replace('id from', 'x from')),
    LOAD,
  )
  expect(code, err).toBe(2)
  for (const part of ['no such column: x', 'shop.db']) expect(err).toContain(part)
  expect(paths).toEqual([])
})

test('PostgreSQL without its package ends a run before any load, with the command to type', async () => {
  const env = { DATABASE_URL: 'postgres://app:geheim@127.0.0.1:1/shop' }
  const { code, err } = await project.onrush('run', script(POSTGRES), LOAD, env)
  expect(code, err).toBe(2)
  expect(err).toContain('npm install pg')
  expect(err).not.toContain('geheim')
})

test.skipIf(postgresFolder === undefined)(
  'rows of PostgreSQL, unique over two workers; the address is in no output (needs its server here)',
  async () => {
    paths.length = 0
    project.link('pg')
    const server = await new Postgres().ready()
    try {
      const json = join(project.path, 'result.json')
      const { code, out, err } = await project.onrush(
        'run',
        script(POSTGRES),
        [...LOAD, '--json', json],
        { DATABASE_URL: server.url() },
      )
      expect(code, err).toBe(0)
      expect(sent()).toEqual(ids(200))
      const said = out + err + readFileSync(json, 'utf8')
      for (const part of [PASSWORD, encodeURIComponent(PASSWORD), server.url()]) {
        expect(said).not.toContain(part)
      }
    } finally {
      await server.close()
    }
  },
)
