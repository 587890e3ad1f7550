/**
 * What `run`, `debug`, `check` and `plan` have in common: from files and flags to a bundle, its user classes and a
 * plan that is known to be right. Mistakes in settings, script and plan are collected and thrown together wherever
 * one does not hide the other.
 */
import { basename, dirname } from 'node:path'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import type { Bundle } from '../../contracts/wire.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { type Feeder, takeFeeders } from '../../load/data/feeder.ts'
import { bundleScript } from '../../load/script/bundle.ts'
import { discoverScripts } from '../../load/script/discover.ts'
import { type FoundUser, findUsers, planOf } from '../../load/script/find-users.ts'
import { loadBundle } from '../../load/script/load.ts'
import { giveParams, takeParams } from '../../load/user/params.ts'
import { missingProblems, type ResolvedParams } from '../../model/params/resolve.ts'
import { parsePlan } from '../../model/plan/parse.ts'
import { installFaker } from '../faker-loader.ts'
import type { ConfigFile } from './config-file.ts'
import { givenParams, withoutSecrets, withParams } from './given-params.ts'
import { type LifeCycle, lifeCycleOf } from './life-cycle.ts'
import { planInput } from './plan-input.ts'
import { withReplayFiles } from './replay-file.ts'
import { LOAD_KEYS, type Settings } from './settings.ts'
import { loadTwice, type NamedShape, openShape, SHAPED_LOAD, shapedPlan } from './shaped-load.ts'
import type { Terminal } from './terminal.ts'
import { type Watching, watchingOf } from './watch-sources.ts'
import { unwatchedRules } from './watched-rules.ts'

export interface Prepared {
  readonly settings: Settings
  readonly config: ConfigFile | undefined
  readonly bundle: Bundle
  /** As shown to people. */
  readonly script: string
  readonly users: readonly FoundUser[]
  readonly plan: LoadPlan
  readonly params: ResolvedParams
  readonly lifeCycle: LifeCycle
  /** Not opened: `check` and `debug` do. */
  readonly feeders: readonly Feeder<unknown>[]
  readonly fellBack: boolean
  /** The script decides about the load while it runs. */
  readonly shape: NamedShape | undefined
  readonly watching: Watching
}

/** What stands beside the script. */
export interface Given {
  readonly settings: Settings
  readonly config: ConfigFile | undefined
  /** As in `planInput`. */
  readonly fallback: Record<string, unknown> | undefined
  /** Nothing is run yet: what must be given may still come. */
  readonly mayLackParams?: true
}

/** Throws `OnrushError` with everything that is wrong. */
export async function prepare(
  files: readonly string[],
  given: Given,
  terminal: Terminal,
): Promise<Prepared> {
  if (files.length === 0) throw new OnrushError([noFile()])
  const paths = discoverScripts(files, terminal.folder)
  if (isProblems(paths)) throw new OnrushError(paths)
  const bundle = await bundleScript(paths, terminal.folder)
  if (isProblems(bundle)) throw new OnrushError(bundle)
  return prepareBundle(bundle, files.join(', '), given)
}

/** The second half of `prepare`, for scripts that were never on disk. */
export async function prepareBundle(
  bundle: Bundle,
  script: string,
  given: Given,
): Promise<Prepared> {
  giveParams(givenParams(given.settings))
  const exports = await loadBundle(bundle)
  const params = takeParams()
  const feeders = takeFeeders()
  const found = findUsers(exports, script)
  const problems: Problem[] = [...params.problems]
  if (given.mayLackParams !== true) problems.push(...missingProblems(params))
  const users: FoundUser[] = []
  if (isProblems(found)) problems.push(...found)
  else users.push(...found)
  const userClasses = users.map(({ name, userClass }) => ({
    name,
    weight: userClass.weight ?? 1,
    fixedCount: userClass.fixedCount ?? 0,
    host: userClass.host ?? null,
    userClass,
  }))
  const shape = await openShape(exports, script, userClasses)
  const fallback = shape === undefined ? given.fallback : SHAPED_LOAD
  const wanted = planInput(given.settings, planOf(exports), fallback)
  problems.push(...wanted.problems)
  if (shape !== undefined && !wanted.fellBack) problems.push(loadTwice(shape.name))
  const watching = await watchingOf(
    given.settings,
    planOf(exports),
    problems,
    dirname(bundle.entry),
  )
  const input = withReplayFiles(wanted.input, dirname(bundle.entry), problems)
  const plan = parsePlan(input, {
    name: basename(bundle.entry).replace(/(\.load)?\.[cm]?[jt]s$/, ''),
    userClasses,
  })
  // What follows from a problem that was said already is not said again.
  const said = new Set(problems.map((each) => each.code))
  if (isProblems(plan)) {
    const unsaid = plan.filter((each) => !said.has(each.code))
    const written = planOf(exports) !== undefined
    problems.push(
      ...unsaid.map((each) => ({ ...each, path: typedAt(each, given.settings, written) })),
    )
  } else problems.push(...unwatchedRules(plan, watching, knownHosts({ plan, users })))
  try {
    installFaker(
      bundle.entry,
      users.map(({ userClass }) => userClass),
    )
  } catch (error) {
    if (!(error instanceof OnrushError)) throw error
    problems.push(...error.problems)
  }
  if (problems.length > 0) throw new OnrushError(problems)
  const { settings, config } = given
  return {
    settings: withoutSecrets(settings, params.definitions),
    config,
    bundle,
    script,
    users,
    plan: withParams(
      shape === undefined ? (plan as LoadPlan) : shapedPlan(plan as LoadPlan, shape),
      params,
    ),
    params,
    lifeCycle: lifeCycleOf(exports, script),
    feeders,
    fellBack: wanted.fellBack && shape === undefined,
    shape,
    watching,
  }
}

/** Where somebody typed what the plan complains about: `--users` rather than `plan.scenarios.main.users`. */
function typedAt({ path }: Problem, settings: Settings, hasPlan: boolean): string {
  const [, name = path, place = ''] = /([^.:]*)(:\d+)?$/.exec(path) ?? []
  const key = LOAD_KEYS.find(([, scenarioKey]) => scenarioKey === name)?.[0] ?? name
  const isTyped = settings.beatsScript(key) || (!hasPlan && settings.chosen.has(key))
  return isTyped ? `${settings.place(key)}${place}` : path
}

/** Base URLs that are known before a user exists: the plan's, else those of the classes. */
export function knownHosts({ plan, users }: Pick<Prepared, 'plan' | 'users'>): string[] {
  const running = new Set(
    plan.scenarios.flatMap((each) => each.users.map((user) => user.className)),
  )
  const hosts = users
    .filter((each) => running.has(each.name))
    .map((each) => (plan.hostOverrides ? plan.host : (each.userClass.host ?? plan.host)))
  return [...new Set(hosts.filter((host) => typeof host === 'string'))]
}

export function isProblems<T>(value: T | Problem[]): value is Problem[] {
  return (
    Array.isArray(value) && typeof value[0] === 'object' && value[0] !== null && 'code' in value[0]
  )
}

const noFile = (): Problem =>
  problem(
    'E_USAGE',
    'FILE',
    'no script was named',
    'there is nothing to run',
    'onrush run FILE, or `onrush demo` to see one run',
  )
