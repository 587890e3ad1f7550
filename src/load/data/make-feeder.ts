/**
 * `feeder`: what scripts write to get data for their users. Nothing is opened here, and mistakes in options are said at once,
 * at the line that makes them.
 */
import { fileURLToPath } from 'node:url'
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { DATA_JSON_BYTES_MAX } from '../../kernel/limits.ts'
import { Feeder, type OpenHow, type RowOrigin, registerFeeder } from './feeder.ts'
import {
  type CsvOptions,
  checkCsvOptions,
  checkOptions,
  type FeederOptions,
} from './feeder-options.ts'
import { openJsonFile } from './json-file.ts'
import { openRowFile } from './row-file.ts'
import { CsvFormat, jsonLinesFormat } from './row-format.ts'
import type { Rows } from './rows.ts'
import type { Generate } from './sources.ts'
import { type SqlSource, sqlOrigin } from './sql-source.ts'

/** The keys of a row that are not text, with the type each must be read as. */
export type TypesOf<Row> = {
  readonly [Key in keyof Row as Row[Key] extends string ? never : Key]: Row[Key] extends number
    ? 'number'
    : 'boolean'
}
/** A row type with numbers in it must say which columns hold them: nothing else turns text into numbers. */
type CsvArguments<Row> =
  Record<never, never> extends TypesOf<Row>
    ? [options?: CsvOptions]
    : [options: CsvOptions & { readonly types: TypesOf<Row> }]

/** Makes feeders. Paths count from the folder of the script file that calls. */
export const feeder = {
  /** Rows of a CSV file (RFC 4180, UTF-8, the first row names the columns). Files of any size. */
  csv<Row extends object = Record<string, string>>(
    path: string | URL,
    ...[options = {}]: CsvArguments<Row>
  ): Feeder<Readonly<Row>> {
    const { delimiter = ',', header, types = {}, ...rest } = options as CsvOptions
    checkCsvOptions(String(path), options as CsvOptions)
    return ofFile(path, rest, (file, label, how) => {
      const format = new CsvFormat(delimiter, header, types)
      return openRowFile(file, label, { ...how, format })
    })
  },

  /** Elements of a JSON array in a file, which is read as a whole. */
  json<Row>(path: string | URL, options: FeederOptions = {}): Feeder<Row> {
    return ofFile(path, options, (file, label) => openJsonFile(file, label, DATA_JSON_BYTES_MAX))
  },

  /** Lines of a file, each a JSON value. Files of any size. */
  jsonl<Row>(path: string | URL, options: FeederOptions = {}): Feeder<Row> {
    return ofFile(path, options, (file, label, how) =>
      openRowFile(file, label, { ...how, format: jsonLinesFormat }),
    )
  },

  /**
   * Rows of a query to a SQLite file, or to PostgreSQL with the package `pg`: `feeder.sql({ file: 'shop.db', query: '…' })`. Every
   * worker asks for itself before the run, so the query must say in which order.
   */
  sql<Row extends object = Record<string, unknown>>(
    source: SqlSource,
    options: FeederOptions = {},
  ): Feeder<Row> {
    const { label, origin } = sqlOrigin(source)
    const wanted = checkOptions(label, options, false)
    return registerFeeder(new Feeder<Row>(label, wanted, origin, callerStack()))
  },

  /**
   * Elements of an array, or what a generator function makes: `feeder.from(function* (random) { … })`. Every worker runs the
   * generator with the same `random` and takes its part of the values, so its pick is `unique`.
   */
  from<Row>(rows: readonly Row[] | Generate<Row>, options: FeederOptions = {}): Feeder<Row> {
    const label = 'feeder.from(…)'
    const isGenerator = typeof rows === 'function'
    if (!isGenerator && !Array.isArray(rows)) throw new OnrushError([notRows(label)])
    const wanted = checkOptions(label, options, isGenerator)
    const origin: RowOrigin = isGenerator
      ? { kind: 'generator', generate: rows }
      : { kind: 'list', values: rows }
    return registerFeeder(new Feeder<Row>(label, wanted, origin, callerStack()))
  },
}

function ofFile<Row>(
  path: string | URL,
  options: FeederOptions,
  open: (file: string, label: string, how: OpenHow) => Promise<Rows>,
): Feeder<Row> {
  const label = path instanceof URL ? fileURLToPath(path) : path
  const wanted = checkOptions(label, options, false)
  const origin: RowOrigin = { kind: 'file', open: (file, how) => open(file, label, how) }
  return registerFeeder(new Feeder<Row>(label, wanted, origin, callerStack()))
}

const notRows = (label: string): Problem =>
  problem(
    'E_FEEDER',
    label,
    'neither an array nor a generator function was given',
    'rows come from one of them',
    'write feeder.from([…]) or feeder.from(function* (random) { … })',
  )

const callerStack = (): string => new Error('made here').stack ?? ''
