/**
 * What the form had before: kept in this browser tab over a reload, without secrets; or taken from a run that was, for "Run again". What
 * is read back is looked at: it may be of an older page.
 */
import type { RunResult, ScriptFacts } from '../api/types.ts'
import { durationText } from '../figures/duration-text.ts'
import { pointsOf } from '../figures/plan-points.ts'
import { type Fields, initialFields, pairsText } from './new-run-fields.ts'

const KEY = 'onrush-new-run'

/** For this script, while the tab is open. */
export function keepFields(fields: Fields, { params = [] }: ScriptFacts): void {
  const secrets = params.filter(({ kind }) => kind === 'secret').map(({ name }) => name)
  const shown = Object.entries(fields.params).filter(([name]) => !secrets.includes(name))
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...fields, params: Object.fromEntries(shown) }))
  } catch {
    // Storage is switched off or full: the form lasts as long as the page.
  }
}

/** Undefined: nothing was kept of this script. */
export function keptFields(facts: ScriptFacts): Fields | undefined {
  const initial = initialFields(facts)
  const kept = read()
  if (kept?.['script'] !== facts.script) return undefined
  return mended(kept, initial)
}

/** Only what has the type it should have. */
export function mended(kept: Readonly<Record<string, unknown>>, initial: Fields): Fields {
  const fits = Object.entries(kept).filter(([key, value]) => {
    const known = initial[key as keyof Fields]
    return typeof known === typeof value && Array.isArray(known) === Array.isArray(value)
  })
  const { params, points, thresholds, ...others } = Object.fromEntries(fits) as Partial<Fields>
  return {
    ...initial,
    ...others,
    thresholds: thresholds?.every((each) => typeof each === 'string')
      ? thresholds
      : initial.thresholds,
    points: points?.every(({ atS, level }) => atS >= 0 && level >= 0) ? points : initial.points,
    params: { ...initial.params, ...params },
  }
}

/** The fields that run this one again, as far as fields can say it. */
export function fieldsOfRun({ run }: RunResult, facts: ScriptFacts): Fields {
  const { plan } = run
  const rules = plan.thresholds.map(({ rule }) => rule)
  const { secretParams = [], params = {} } = plan
  const told = Object.entries(params).filter(([name]) => !secretParams.includes(name))
  const initial = initialFields(facts)
  return {
    ...initial,
    ...loadFields(run),
    host: run.host ?? '',
    seed: `${run.seed}`,
    workers: run.workers === 1 ? '' : `${run.workers}`,
    tags: pairsText(run.tags),
    thresholds: rules.filter((rule) => !(facts.rules ?? []).includes(rule)),
    params: {
      ...initial.params,
      ...Object.fromEntries(told.map(([name, value]) => [name, `${value}`])),
    },
  }
}

function loadFields({ plan: { scenarios } }: RunResult['run']): Partial<Fields> {
  const load = scenarios[0]?.load
  if (load === undefined || scenarios.length > 1) return { model: 'script' }
  const runTime = load.durationMs === null ? '' : durationText(load.durationMs)
  const points = pointsOf(load)
  if (load.kind === 'constant-users')
    return {
      model: 'users',
      users: `${load.users}`,
      spawnRate: `${load.spawnRatePerSec}`,
      runTime,
    }
  if (load.kind === 'constant-arrivals') {
    const perSec = (load.rate.arrivals * 1e9) / load.rate.perNs
    if (!Number.isInteger(perSec * 1_000)) return { model: 'script' }
    return { model: 'arrivals', arrivals: `${perSec}/s`, usersMax: `${load.usersMax}`, runTime }
  }
  if (points === undefined) return { model: 'script' }
  if (load.kind === 'ramping-users') return { model: 'users', isDrawn: true, points }
  return load.kind === 'ramping-arrivals'
    ? { model: 'arrivals', isDrawn: true, points, usersMax: `${load.usersMax}` }
    : { model: 'script' }
}

function read(): Readonly<Record<string, unknown>> | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : undefined
  } catch {
    // Switched off, or not ours: the form begins as onrush was started.
    return undefined
  }
}
