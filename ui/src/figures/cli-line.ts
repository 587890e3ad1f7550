/** The command line that does the same as what is on the screen. Pure. */
import { paramVariable } from '../../../src/model/params/resolve.ts'
import type { LoadPlan, RunRequest, RunResult } from '../api/types.ts'
import { durationText } from './duration-text.ts'
import { pointsOf, shapeText } from './plan-points.ts'

/** Of the form: exactly what Start would do. `more`: what onrush was started with beside it; `secrets`: parameters that are not shown. */
export function lineOf(
  script: string,
  request: RunRequest,
  more: readonly string[] = [],
  secrets: readonly string[] = [],
): string {
  const { model, tags = {}, params = {} } = request
  const told = Object.entries(params)
  const line = join(request.script ?? script, [
    ...(model === 'users' ? option('--users', request.users) : []),
    ...(model === 'users' ? option('--spawn-rate', request.spawnRate) : []),
    ...(model === 'arrivals' ? option('--arrivals', request.arrivals) : []),
    ...(model === 'arrivals' ? option('--users-max', request.usersMax) : []),
    ...option('--run-time', request.runTime),
    ...option('--host', request.host),
    ...option('--stop-timeout', request.stopTimeout),
    ...told
      .filter(([name]) => !secrets.includes(name))
      .flatMap(([name, value]) => option('--param', `${name}=${value}`)),
    ...(request.thresholds ?? []).flatMap((rule) => option('--threshold', rule)),
    ...labels(tags),
    ...option('--seed', request.seed),
    ...option('--workers', request.workers),
    ...more.map(quote),
  ])
  const hidden = told.filter(([name]) => secrets.includes(name))
  return [...hidden.map(([name]) => `${paramVariable(name)}=…`), line].join(' ')
}

/** Of a run that was: its load where flags can say it; otherwise the load is in the script. */
export function lineOfRun({ run }: RunResult): string {
  const { plan } = run
  return join(run.script, [
    ...loadOptions(plan),
    ...(run.host === null ? [] : option('--host', run.host)),
    ...plan.thresholds.flatMap(({ rule }) => option('--threshold', rule)),
    ...paramOptions(plan),
    ...labels(run.tags),
    ...option('--seed', run.seed),
  ])
}

function loadOptions({ scenarios }: LoadPlan): string[] {
  const load = scenarios.length === 1 ? scenarios[0]!.load : undefined
  if (load === undefined || !('durationMs' in load)) return []
  const points = pointsOf(load)
  if (points !== undefined && load.kind === 'ramping-users')
    return option('--users', shapeText(points, 'users'))
  if (points !== undefined && load.kind === 'ramping-arrivals')
    return [
      ...option('--arrivals', shapeText(points, 'arrivals')),
      ...option('--users-max', load.usersMax),
    ]
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

/** But for secrets, whose values nobody kept. */
const paramOptions = ({ params = {}, secretParams = [] }: LoadPlan): string[] =>
  Object.entries(params)
    .filter(([name]) => !secretParams.includes(name))
    .flatMap(([name, value]) => option('--param', `${name}=${value}`))

const labels = (tags: Readonly<Record<string, string>>): string[] =>
  Object.entries(tags).flatMap(([key, value]) => option('--tag', `${key}=${value}`))

const option = (name: string, value: string | number | undefined): string[] =>
  value === undefined || value === '' ? [] : [name, quote(`${value}`)]

const join = (script: string, parts: readonly string[]): string =>
  ['onrush run', quote(script), ...parts].join(' ')

/** For a POSIX shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
