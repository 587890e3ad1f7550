/**
 * From what people write to a `LoadPlan`: the script's `export const plan`, or the same shape made of command-line flags. Human
 * notation ends here; all mistakes are found at once, each with its path. Pure: which classes exist is told by the caller.
 *
 *     { name?, seed?, host?, hostOverrides?, tags?, include?, exclude?, thresholds?: ['p95(http) < 300ms'], warmup?: '30s' | 'auto',
 *       samples?: 'all' | 'heads' | 'none',
 *       scenarios: { NAME: { user?: Class | 'Class' | [...], startAfter?: '0s', after?: NAME, gracefulStop?: '30s',
 *                            iterationTimeout?: '20s', env?: { REGION: 'eu' },
 *                            tags?: { team: 'search' }, thresholds?: ['p95(http) < 300ms'],
 *                            users: 100  |  arrivals: '50/s'  |  …, see `load-input.ts` } } }
 */
import { SAMPLE_MODES } from '../../contracts/exemplar.ts'
import type { Tags } from '../../contracts/measure.ts'
import type {
  LoadPlan,
  LoadShape,
  PoissonSeed,
  Scenario,
  Threshold,
  UserShare,
} from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { didYouMean } from '../../kernel/did-you-mean.ts'
import { problem } from '../../kernel/errors.ts'
import { THRESHOLD_SPAN_SECONDS_MAX } from '../../kernel/limits.ts'
import { SCENARIO_TAG, readTags as seriesTags } from '../metrics/tags.ts'
import { type Link, resolveChain } from './chain.ts'
import { fromK6 } from './from-k6.ts'
import { readLoad, readMs } from './load-input.ts'
import { isProblem, ObjectReader, show } from './reader.ts'
import { ofScenario } from './scenario-rule.ts'
import { readSettings } from './scenario-settings.ts'
import { parseThreshold } from './threshold.ts'
import { type KnownUserClass, readUsers } from './user-input.ts'

export interface PlanContext {
  readonly userClasses: readonly KnownUserClass[]
  /** Used when the plan names none. */
  readonly name?: string
  readonly seed?: number
  /** Where the plan came from, before every path: `plan`. */
  readonly path?: string
}

const SEED_MAX = 2 ** 32 - 1
const GRACEFUL_STOP_MS_DEFAULT = 30_000

/** The plan, or every mistake in it. */
export function parsePlan(input: unknown, context: PlanContext): LoadPlan | Problem[] {
  const problems: Problem[] = []
  const reader = new ObjectReader(input, context.path ?? 'plan', problems)
  const seed = reader.number('seed', context.seed ?? 1, 0, SEED_MAX)
  const ofScenarios: Threshold[] = []
  const plan: LoadPlan = {
    schemaVersion: 1,
    name: reader.text('name', context.name ?? 'run'),
    seed,
    host: readHost(reader),
    hostOverrides: reader.flag('hostOverrides', false),
    scenarios: readScenarios(reader, context, seed, ofScenarios),
    ...readJudgement(reader, ofScenarios),
    ...readSamples(reader),
    tags: readTags(reader),
    include: reader.texts('include', null),
    exclude: reader.texts('exclude', []),
  }
  checkScenarios(plan, reader)
  reader.finish()
  return problems.length > 0 ? problems : plan
}

function readHost(reader: ObjectReader): string | null {
  const host = reader.text('host', null)
  if (host === null || /^https?:\/\/[^/\s]/.test(host)) return host
  reader.add(
    problem(
      'E_SCHEME',
      reader.at('host'),
      `the host ${show(host)} is not a web address`,
      'it does not begin with http:// or https://',
      `Write it as http://${host.replace(/^([a-z]*:)?\/\//i, '') || 'localhost:3000'}.`,
    ),
  )
  return null
}

/** Adds the rules of scenarios to `rules`. */
function readScenarios(
  reader: ObjectReader,
  context: PlanContext,
  seed: number,
  rules: Threshold[],
): Scenario[] {
  const value = reader.get('scenarios')
  if (value === undefined) {
    reader.add(
      problem(
        'E_NO_LOAD',
        reader.at('scenarios'),
        'the plan has no scenarios',
        'nothing says who does what, and how much of it',
        "Add scenarios: { main: { users: 10, for: '1m' } }.",
      ),
    )
    return []
  }
  const scenarios = new ObjectReader(value, reader.at('scenarios'), reader.problems)
  if (scenarios.keys.length === 0) scenarios.report('', 'there is no scenario', 'a plan needs one')
  const links = scenarios.keys.map((name) => {
    const scenario = new ObjectReader(scenarios.get(name), scenarios.at(name), reader.problems)
    rules.push(...rulesOfScenario(name, scenario))
    return readScenario(name, scenario, context, seed)
  })
  return resolveChain(links)
}

function readScenario(
  name: string,
  reader: ObjectReader,
  context: PlanContext,
  seed: number,
): Link {
  const users = readUsers(reader, context.userClasses)
  const load = spread(readLoad(reader, context.userClasses), reader, { seed, stream: name })
  const scenario = {
    name,
    users: withStageClasses(users, load),
    load,
    startAfterMs: readMs(reader, 'startAfter', 0),
    gracefulStopMs: readMs(reader, 'gracefulStop', GRACEFUL_STOP_MS_DEFAULT),
    ...readSettings(reader),
    ...readSeriesTags(reader),
  }
  const after = reader.text('after', null)
  reader.finish()
  return { scenario, after, reader }
}

/** `spread`: `even` arrivals, or at random as independent people come, with the same rate. */
function spread(load: LoadShape, reader: ObjectReader, poisson: PoissonSeed): LoadShape {
  const kind = reader.text('spread', 'even')
  if (kind === 'even') return load
  if (kind !== 'poisson') {
    reader.report('spread', `"${kind}" is no way to spread arrivals`, 'it is `even` or `poisson`')
  } else if (load.kind === 'constant-arrivals' || load.kind === 'ramping-arrivals') {
    return { ...load, poisson }
  } else {
    const why = 'it belongs to arrivals of a rate'
    reader.report('spread', '`spread` has no meaning here', why)
  }
  return load
}

/** Also the classes that only stages name: they run for this scenario, and at first with a weight of 0. */
function withStageClasses(users: readonly UserShare[], load: LoadShape): UserShare[] {
  const all = new Map(users.map((each) => [each.className, each]))
  for (const { mix } of load.kind === 'ramping-users' ? load.stages : []) {
    for (const { className } of mix?.classes ?? []) {
      if (!all.has(className)) all.set(className, { className, weight: 0, fixedCount: 0 })
    }
  }
  return [...all.values()]
}

/** What is judged, and from when on. */
function readJudgement(
  reader: ObjectReader,
  ofScenarios: readonly Threshold[],
): Pick<LoadPlan, 'thresholds' | 'warmupMs' | 'warmupAuto'> {
  const thresholds = readThresholds(reader, ofScenarios)
  if (reader.get('warmup') !== 'auto') {
    const warmupMs = readMs(reader, 'warmup', 0)
    return warmupMs > 0 ? { thresholds, warmupMs } : { thresholds }
  }
  for (const { rule } of thresholds.filter((each) => each.abort)) {
    const what = `the rule "${rule}" ends the run, and the warm-up is automatic`
    const why =
      'where the warm-up ends is known at the end only; until then the rule would judge it too'
    const fix = "Leave `abort` out, or say how long the warm-up is: warmup: '30s'."
    reader.report('warmup', what, why, fix)
  }
  return { thresholds, warmupAuto: true }
}

/** What is kept of single requests. */
function readSamples(reader: ObjectReader): Pick<LoadPlan, 'samples'> {
  const written = reader.text('samples', 'all')
  const mode = SAMPLE_MODES.find((each) => each === written)
  if (mode === undefined) {
    const what = `"${written}" does not say what to keep of requests`
    reader.report('samples', what, 'it is `all`, `heads` (without bodies) or `none`')
  }
  return mode === undefined || mode === 'all' ? {} : { samples: mode }
}

/** A list of rules; thresholds in the form of k6, metric → expressions, may stand for it or in it. */
function readRules(reader: ObjectReader): Threshold[] {
  const value = reader.get('thresholds') ?? []
  const path = reader.at('thresholds')
  if (typeof value !== 'object') {
    reader.report('thresholds', `${show(value)} is not a list`, 'a list of rules belongs here')
    return []
  }
  const parsed = Array.isArray(value)
    ? value.flatMap((each: unknown, index) => readThreshold(each, `${path}[${index}]`))
    : readThreshold(value, path)
  const thresholds: Threshold[] = []
  for (const each of parsed) {
    if (isProblem(each)) reader.add(each)
    else thresholds.push(each)
  }
  return thresholds
}

/** Those of the plan, then those of its scenarios. */
function readThresholds(reader: ObjectReader, ofScenarios: readonly Threshold[]): Threshold[] {
  const thresholds = [...readRules(reader), ...ofScenarios]
  const spanSeconds = thresholds.reduce((sum, each) => sum + (each.overMs ?? 0) / 1_000, 0)
  if (spanSeconds > THRESHOLD_SPAN_SECONDS_MAX) {
    const what = `the sliding spans of all rules come to ${spanSeconds} s`
    const why = `at most ${THRESHOLD_SPAN_SECONDS_MAX} s are remembered, one histogram per second`
    reader.report('thresholds', what, why)
  }
  return thresholds
}

function readThreshold(value: unknown, path: string): (Threshold | Problem)[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [parseThreshold(value, path)]
  }
  return Object.entries(value).flatMap(([metric, entries]: [string, unknown]) =>
    (Array.isArray(entries) ? entries : [entries]).map((entry: unknown, index) =>
      fromK6(metric, entry, `${path}.${metric}[${index}]`),
    ),
  )
}

/** The rules of one scenario, each about its own requests and nothing else. */
function rulesOfScenario(name: string, reader: ObjectReader): Threshold[] {
  return readRules(reader).flatMap((written) => {
    const rule = ofScenario(written, name)
    if (typeof rule !== 'string') return [rule]
    const what = `the threshold "${written.rule}" cannot be judged for one scenario`
    reader.report('thresholds', what, rule, 'Write it into the thresholds of the plan.')
    return []
  })
}

/** A rule about a scenario that is not there would measure nothing, which is found out too late. */
function checkScenarios({ scenarios, thresholds }: LoadPlan, reader: ObjectReader): void {
  const names = scenarios.map((each) => each.name)
  for (const { rule, metric } of thresholds) {
    const wanted = 'tags' in metric ? metric.tags?.[SCENARIO_TAG] : undefined
    if (wanted === undefined || names.includes(wanted)) continue
    const what = `the threshold "${rule}" is about a scenario that is not there`
    const why = `the plan has ${names.join(', ')}. ${didYouMean(wanted, names)}`.trim()
    reader.report('thresholds', what, why, 'Correct the name.')
  }
}

/** Of the series a scenario makes. */
function readSeriesTags(reader: ObjectReader): { tags?: Tags } {
  const tags = seriesTags(reader.get('tags') ?? {})
  if (typeof tags !== 'string') return tags === undefined ? {} : { tags }
  reader.report('tags', 'the tags of the scenario cannot be used', tags)
  return {}
}

function readTags(reader: ObjectReader): Record<string, string> {
  const value = reader.get('tags')
  if (value === undefined || value === null) return {}
  const tags = new ObjectReader(value, reader.at('tags'), reader.problems)
  return Object.fromEntries(tags.keys.map((key) => [key, tags.text(key, '')]))
}
