import { afterEach, expect, test } from 'vitest'
import { OnrushError } from '../../kernel/errors.ts'
import { installSecretReader, secret } from '../user/secret.ts'
import { takeFeeders } from './feeder.ts'
import { feeder } from './make-feeder.ts'
import type { SqlSource } from './sql-source.ts'

afterEach(() => takeFeeders())

const query = 'select id from people order by id'
const problemsOf = (source: SqlSource) => {
  try {
    feeder.sql(source)
  } catch (error) {
    if (error instanceof OnrushError) return error.problems
    throw error
  }
  return []
}

test('a database file, or the address of PostgreSQL, with a query that says its order is a feeder', () => {
  expect(feeder.sql({ file: 'shop.db', query }).label).toBe('shop.db')
  expect(
    feeder.sql({ url: 'postgresql://db:5432/shop', query: 'SELECT 1 ORDER\n BY 1' }).label,
  ).toBe('postgres://db:5432/shop')
})

test.each<[SqlSource, string]>([
  [{ query }, 'feeder.sql needs a file or a url, and only one of them'],
  [{ file: 'a.db', url: 'postgres://db/shop', query }, 'feeder.sql needs a file or a url'],
  [{ url: 'mysql://db/shop', query }, 'the url is none of a PostgreSQL database'],
  [{ file: 'a.db', query: 'select id from people' }, 'the query has no ORDER BY'],
])('a mistake is said when the feeder is made: %o', (source, what) => {
  const [first, ...others] = problemsOf(source)
  expect(first).toMatchObject({ code: 'E_FEEDER' })
  expect(first!.what).toContain(what)
  expect(others).toEqual([])
})

test('a misspelt pick is a mistake as for every feeder', () => {
  const options = { pick: 'zip' as 'zipf' }
  expect(() => feeder.sql({ file: 'a.db', query }, options)).toThrow('there is no pick "zip"')
})

test.each([
  'postgres://app:pa55word@db/shop',
  'postgres://app:pa55word@db/shop?password=pa55word',
  'postgres://app:pa55word/x@db/shop',
  'postgres://app:x@pa55word/y@db/shop',
  'postgres://app:x#pa55word@db/shop',
  'postgres://app:x?pa55word@db/shop',
  'postgres://app:x%zzpa55word@db/shop',
])('no password is part of a name, however it is written: %s', (url) => {
  expect(feeder.sql({ url, query }).label).not.toContain('pa55word')
  installSecretReader(() => url)
  const made = feeder.sql({ url: secret('DATABASE_URL'), query })
  expect(made.label).not.toContain('pa55word')
  expect(JSON.stringify(made)).not.toContain('pa55word')
})
