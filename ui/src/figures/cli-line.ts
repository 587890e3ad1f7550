/** The command line that does the same as what is on the screen. Pure. */
import type { LoadPlan, RunRequest, RunResult } from '../api/types.ts'
import { durationText } from './duration-text.ts'

/** Of the form: exactly what Start would do. */
export function lineOf(script: string, request: RunRequest): string {
  const { model } = request
  return join(script, [
    ...(model === 'users' ? option('--users', request.users) : []),
    ...(model === 'users' ? option('--spawn-rate', request.spawnRate) : []),
    ...(model === 'arrivals' ? option('--arrivals', request.arrivals) : []),
    ...(model === 'arrivals' ? option('--users-max', request.usersMax) : []),
    ...option('--run-time', request.runTime),
    ...option('--host', request.host),
    ...(request.thresholds ?? []).flatMap((rule) => option('--threshold', rule)),
  ])
}

/** Of a run that was: its load where flags can say it; otherwise the load is in the script. */
export function lineOfRun({ run }: RunResult): string {
  const { plan } = run
  return join(run.script, [
    ...loadOptions(plan),
    ...(run.host === null ? [] : option('--host', run.host)),
    ...plan.thresholds.flatMap(({ rule }) => option('--threshold', rule)),
    ...Object.entries(run.tags).flatMap(([key, value]) => option('--tag', `${key}=${value}`)),
    ...option('--seed', run.seed),
  ])
}

function loadOptions({ scenarios }: LoadPlan): string[] {
  const load = scenarios.length === 1 ? scenarios[0]!.load : undefined
  if (load === undefined || !('durationMs' in load)) return []
  const runTime =
    load.durationMs === null ? [] : option('--run-time', durationText(load.durationMs))
  if (load.kind === 'constant-users')
    return [
      ...option('--users', load.users),
      ...option('--spawn-rate', load.spawnRatePerSec),
      ...runTime,
    ]
  if (load.kind === 'constant-arrivals' && load.rate.perNs === 1e9)
    return [
      ...option('--arrivals', `${load.rate.arrivals}/s`),
      ...option('--users-max', load.usersMax),
      ...runTime,
    ]
  return []
}

const option = (name: string, value: string | number | undefined): string[] =>
  value === undefined || value === '' ? [] : [name, quote(`${value}`)]

const join = (script: string, parts: readonly string[]): string =>
  ['onrush run', quote(script), ...parts].join(' ')

/** For a POSIX shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
