/**
 * What `feeder.sql` is given, and what it makes of it: where the rows are, what the feeder is called in messages, and how it is opened.
 * Addresses of databases hold passwords, so none is ever part of a name or a message.
 */
import { fileURLToPath } from 'node:url'
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import type { Secret } from '../user/secret.ts'
import type { OpenHow, RowOrigin } from './feeder.ts'

/** One of `file` and `url`. */
export interface SqlSource {
  /** A SQLite database; the path counts from the folder of the script. */
  readonly file?: string | URL
  /** A PostgreSQL database: `secret('DATABASE_URL')`, or as text `postgres://user:password@host/name`. */
  readonly url?: string | Secret
  /** Must say `order by`, so that every worker gets the same rows in the same order. */
  readonly query: string
}

/** Throws `OnrushError` with everything that is wrong. */
export function sqlOrigin(source: SqlSource): { label: string; origin: RowOrigin } {
  const url = revealed(source.url)
  const label = labelOf(source, url)
  const problems = mistakesIn(source, url, label)
  if (problems.length > 0) throw new OnrushError(problems)
  const { query } = source
  if (url === undefined) {
    const open = async (path: string, { inMemoryBytesMax }: OpenHow) =>
      (await import('./query-rows.ts')).openSqlite(path, query, label, inMemoryBytesMax)
    return { label, origin: { kind: 'file', open } }
  }
  const open = async (folder: string, { inMemoryBytesMax }: OpenHow) =>
    (await import('./query-rows.ts')).openPostgres(folder, url, query, label, inMemoryBytesMax)
  const check = async (folder: string) => {
    ;(await import('./query-rows.ts')).pgPackage(folder, label)
  }
  return { label, origin: { kind: 'query', check, open } }
}

function mistakesIn({ file, query }: SqlSource, url: string | undefined, label: string): Problem[] {
  const problems: Problem[] = []
  const say = (what: string, why: string, fix: string): void => {
    problems.push(problem('E_FEEDER', label, what, why, fix))
  }
  if ((file === undefined) === (url === undefined)) {
    say(
      'feeder.sql needs a file or a url, and only one of them',
      'file is a SQLite database, url a PostgreSQL one',
      "write feeder.sql({ file: 'shop.db', query: '…' }) or { url: secret('DATABASE_URL'), query: '…' }",
    )
  } else if (url !== undefined && !/^postgres(ql)?:\/\//.test(url)) {
    say(
      'the url is none of a PostgreSQL database',
      'it begins with postgres:// or postgresql://',
      'correct the url; for SQLite give a file',
    )
  }
  if (typeof query !== 'string' || !/\border\s+by\b/i.test(query)) {
    say(
      'the query has no ORDER BY',
      'a database may answer rows in any order, and each worker asks for itself',
      'end the query with `order by` and a column that differs in every row, such as id',
    )
  }
  return problems
}

function labelOf({ file }: SqlSource, url: string | undefined): string {
  if (url === undefined)
    return file instanceof URL ? fileURLToPath(file) : (file ?? 'feeder.sql(…)')
  if (!URL.canParse(url)) return 'postgres'
  // A password with a slash or an @ in it makes parts of it look like host and path: then say nothing.
  const { host, pathname } = new URL(url)
  return /^\/[\w-]+$/.test(pathname) ? `postgres://${host}${pathname}` : 'postgres'
}

const SECRET = Symbol.for('onrush.secret')

/** Known by its mark, as everywhere where a secret is needed. */
function revealed(url: SqlSource['url']): string | undefined {
  if (typeof url !== 'object') return url
  return (url as unknown as { [SECRET](): string })[SECRET]()
}
