/** What PostgreSQL tells of itself, asked in one query, and what becomes of it. Needs no more rights than to connect. Pure. */
import type { MonitorFigure, MonitorUnit } from '../../../contracts/monitor.ts'
import type { CounterRates } from '../../../kernel/counter-rates.ts'

/** A number per column; those of 64 bits come as text. */
export type Row = Readonly<Record<string, number | string | null>>

/** The server of the database, without the connection that asks; then the database. */
export const QUERY = `
  select a.*, d.*, current_setting('max_connections')::int as most_connections from
    (select count(*) as connections,
       count(*) filter (where state = 'active') as active,
       count(*) filter (where state = 'idle in transaction') as idle_in_transaction,
       count(*) filter (where wait_event_type = 'Lock') as waiting_for_lock,
       extract(epoch from max(clock_timestamp() - xact_start)) as longest_sec
     from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend') a,
    (select xact_commit as commits, xact_rollback as rollbacks, blks_hit as hits, blks_read as reads,
       tup_returned + tup_fetched as rows_read, tup_inserted + tup_updated + tup_deleted as rows_written,
       deadlocks, temp_bytes from pg_stat_database where datname = current_database()) d`

/** In which schema the extension is, if it is there; its columns changed their names with version 1.8. */
export const STATEMENTS_QUERY = `
  select quote_ident(n.nspname) as schema, e.extversion as version from pg_extension e
    join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'`

/** Of this database; without the texts, which are in a file. */
export function statementsSum(schema: string, version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const time = major > 1 || minor >= 8 ? 'total_exec_time' : 'total_time'
  return `select sum(calls) as calls, sum(${time}) as statement_ms from ${schema}.pg_stat_statements(false)
    where dbid = (select oid from pg_database where datname = current_database())`
}

export function figuresOf(row: Row, rates: CounterRates): MonitorFigure[] {
  const figures: MonitorFigure[] = []
  const add = (metric: string, unit: MonitorUnit, value: number | undefined): void => {
    if (value !== undefined && Number.isFinite(value)) figures.push({ metric, unit, value })
  }
  const told = (column: string): number | undefined => {
    const value = row[column]
    return value === null || value === undefined ? undefined : Number(value)
  }
  const growth = (column: string): number | undefined => {
    const total = told(column)
    return total === undefined ? undefined : rates.growth(column, total)
  }
  const speed = (grown: number | undefined): number | undefined =>
    grown === undefined ? undefined : rates.perSecOf(grown)
  const [connections, most] = [told('connections'), told('most_connections')]
  const [commits, rollbacks] = [growth('commits'), growth('rollbacks')]
  add('transactions', '/s', speed(sumOf(commits, rollbacks)))
  add('active', '', told('active'))
  add('connections', '', connections)
  add('connectionsUsed', '%', shareOf(connections, most))
  add('waitingForLock', '', told('waiting_for_lock'))
  add('idleInTransaction', '', told('idle_in_transaction'))
  add('longestTransaction', 'ms', (told('longest_sec') ?? 0) * 1_000)
  const [hits, reads] = [growth('hits'), growth('reads')]
  add('cacheHits', '%', shareOf(hits, sumOf(hits, reads)))
  add('rowsRead', '/s', speed(growth('rows_read')))
  add('rowsWritten', '/s', speed(growth('rows_written')))
  add('rollbacks', '/s', speed(rollbacks))
  add('deadlocks', '/s', speed(growth('deadlocks')))
  add('temporary', 'bytes/s', speed(growth('temp_bytes')))
  const [calls, statementMs] = [growth('calls'), growth('statement_ms')]
  add('statements', '/s', speed(calls))
  if (calls !== undefined && calls > 0) add('statementTime', 'ms', (statementMs ?? 0) / calls)
  return figures
}

function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}

/** Not finite where there is nothing to have a share of. */
function shareOf(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined ? undefined : (part / whole) * 100
}
