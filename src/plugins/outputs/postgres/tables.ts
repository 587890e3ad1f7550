/**
 * The tables of `--output postgres=…` and the one statement that writes a second into them. A second that comes again replaces what it was. The
 * columns are part of what is documented: more may come, none is renamed. `at` is in every key, as hypertables of TimescaleDB need it.
 */

/** Whether they are there; a user who may only write need not be allowed to make them. */
export const TABLES_THERE = `select to_regclass('onrush_series') is not null
  and to_regclass('onrush_seconds') is not null as there`

const SERIES_FIGURES = [
  ['requests', 'bigint'],
  ['failures', 'bigint'],
  ['wire_requests', 'bigint'],
  ['bytes_in', 'bigint'],
  ['bytes_out', 'bigint'],
  ['response_ms_mean', 'double precision'],
  ['response_ms_p50', 'double precision'],
  ['response_ms_p95', 'double precision'],
  ['response_ms_p99', 'double precision'],
  ['response_ms_max', 'double precision'],
  ['latency_ms_p50', 'double precision'],
  ['latency_ms_p95', 'double precision'],
  ['latency_ms_p99', 'double precision'],
  ['latency_ms_max', 'double precision'],
] as const
const SECOND_FIGURES = [
  ['plan', 'text'],
  ['users', 'integer'],
  ['arrivals_due', 'bigint'],
  ['arrivals_started', 'bigint'],
  ['arrivals_dropped', 'bigint'],
  ['in_flight', 'integer'],
  ['cpu_cores', 'double precision'],
  ['rules_failed', 'integer'],
] as const
type Columns = readonly (readonly [name: string, type: string])[]

const KEY = [
  ['run', 'text'],
  ['at', 'timestamptz'],
] as const
const SERIES_KEY = [
  ...KEY,
  ['kind', 'text'],
  ['method', 'text'],
  ['name', 'text'],
  ['tags', 'jsonb'],
] as const

export const MAKE_TABLES = [
  tableOf('onrush_seconds', KEY, SECOND_FIGURES),
  tableOf('onrush_series', SERIES_KEY, SERIES_FIGURES),
].join(';\n')

/** $1: `{ second: {…}, series: [{…}] }` as JSON, with the columns as keys. */
export const WRITE_SECOND = `with series as (
${upsertOf('onrush_series', SERIES_KEY, SERIES_FIGURES, `jsonb_to_recordset($1::jsonb -> 'series')`)}
)
${upsertOf('onrush_seconds', KEY, SECOND_FIGURES, `jsonb_to_record($1::jsonb -> 'second')`)}`

type Row<C extends Columns> = Readonly<Record<C[number][0], unknown>>
/** What `WRITE_SECOND` is given. */
export interface SecondRows {
  readonly second: Row<typeof KEY> & Row<typeof SECOND_FIGURES>
  readonly series: readonly (Row<typeof SERIES_KEY> & Row<typeof SERIES_FIGURES>)[]
}

function tableOf(table: string, key: Columns, figures: Columns): string {
  const columns = [
    ...key.map(([name, type]) => `${name} ${type} not null`),
    ...figures.map(([name, type]) => `${name} ${type}`),
    `primary key (${namesOf(key)})`,
  ]
  return `create table if not exists ${table} (\n  ${columns.join(',\n  ')}\n)`
}

function upsertOf(table: string, key: Columns, figures: Columns, rows: string): string {
  const all = [...key, ...figures]
  return `insert into ${table} (${namesOf(all)})
select ${namesOf(all)} from ${rows} as given(${all.map((column) => column.join(' ')).join(', ')})
on conflict (${namesOf(key)}) do update set ${figures
    .map(([name]) => `${name} = excluded.${name}`)
    .join(', ')}`
}

function namesOf(columns: Columns): string {
  return columns.map(([name]) => name).join(', ')
}
