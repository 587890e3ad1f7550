/**
 * Do two runs say anything about each other? Only if the same load was put on the same host, by generators that could, for long
 * enough. Everything else that differs is told beside the figures, because it may be their reason: that is often what the runs
 * were made for.
 */
import type { Difference } from '../../contracts/compare.ts'
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import type { RunResult } from '../../contracts/result.ts'
import { describeLoad } from '../plan/shape-format.ts'
import { loadEndMs, SPAN_MS_MIN, type Span } from './span.ts'

/** Runs may end a little earlier or later, and arrivals at random are never quite as many. */
const DURATION_RATIO_MAX = 0.05
const ARRIVALS_RATIO_MAX = 0.01
const RANDOM_ERRORS_MAX = 4

/** Why they do not, one sentence each; empty: they do. */
export function whyNotComparable(a: RunResult, b: RunResult, span: Span): string[] {
  return [...whyNotAlike(a, b), ...commonReasons(a, b, span)]
}

/** The same of figures of whole runs, which need no seconds in common. A run that is not even like itself says nothing at all. */
export function whyNotAlike(a: RunResult, b: RunResult): string[] {
  return [
    ...loadReasons(a, b),
    ...hostReasons(a, b),
    ...generatorReasons(a, b),
    ...lengthReasons(a, b),
  ]
}

/** What differs and does not make a comparison worthless. */
export function whatIsNotEqual(a: RunResult, b: RunResult): Difference[] {
  const facts: readonly (readonly [what: string, of: (result: RunResult) => string])[] = [
    ['script', ({ run }) => `${run.script} ${run.scriptHash.slice(0, 8)}`],
    ['commit', ({ run: { git } }) => commitOf(git)],
    ['onrush', ({ run }) => run.version],
    ['node', ({ run }) => run.node],
    ['workers', ({ run }) => `${run.workers}`],
    ['warm-up', ({ warmup }) => `${(warmup?.endMs ?? 0) / 1_000} s`],
    ['tags', ({ run }) => pairs(run.tags)],
    ['params', ({ run }) => pairs(run.plan.params ?? {})],
  ]
  return facts
    .map(([what, of]) => ({ what, a: of(a), b: of(b) }))
    .filter((each) => each.a !== each.b)
}

function loadReasons(a: RunResult, b: RunResult): string[] {
  const [ofA, ofB] = [a, b].map(({ run }) => JSON.stringify(loadOf(run.plan)))
  if (ofA !== ofB) {
    return [`the load plan differs: A ${loadText(a.run.plan)}, B ${loadText(b.run.plan)}`]
  }
  const steered = [a, b].flatMap(({ events }, index) =>
    events.some(({ kind }) => kind === 'steer') ? [nameOf(index)] : [],
  )
  if (steered.length > 0) return [`the load of ${steered.join(' and ')} was changed while it ran`]
  const [dueOfA, dueOfB] = [a, b].map(({ arrivals }) => arrivals.due) as [number, number]
  const largest = Math.max(dueOfA, dueOfB)
  const random = RANDOM_ERRORS_MAX * Math.sqrt(largest)
  const off = Math.abs(dueOfA / loadEndMs(a) - dueOfB / loadEndMs(b)) * loadEndMs(a)
  return off > Math.max(ARRIVALS_RATIO_MAX * largest, random)
    ? [`${dueOfA} arrivals were due in A and ${dueOfB} in B`]
    : []
}

function hostReasons(a: RunResult, b: RunResult): string[] {
  const [ofA, ofB] = [a.run.host ?? 'none', b.run.host ?? 'none']
  return ofA === ofB ? [] : [`the host differs: A ${ofA}, B ${ofB}`]
}

/** Of each reason what it says first: the run itself has told what to do. */
function generatorReasons(a: RunResult, b: RunResult): string[] {
  return [a, b].flatMap(({ generator: { trustworthy, reasons } }, index) => {
    const said = reasons.map((each) => each.split(/: |\. |\.$/)[0]!).join('; ')
    return trustworthy ? [] : [`the load generator of ${nameOf(index)} was a limit itself: ${said}`]
  })
}

function lengthReasons(a: RunResult, b: RunResult): string[] {
  const [ofA, ofB] = [loadEndMs(a), loadEndMs(b)]
  return Math.abs(ofA - ofB) > DURATION_RATIO_MAX * Math.max(ofA, ofB)
    ? [`A was under load for ${seconds(ofA)} and B for ${seconds(ofB)}`]
    : []
}

function commonReasons(a: RunResult, b: RunResult, { fromMs, toMs }: Span): string[] {
  if (toMs - fromMs >= SPAN_MS_MIN) return []
  const warmUp = fromMs > 0 ? ` after a warm-up of ${seconds(fromMs)}` : ''
  const common = seconds(Math.max(0, Math.min(loadEndMs(a), loadEndMs(b)) - fromMs))
  return [`they have ${common} of load in common${warmUp}, and it takes ${seconds(SPAN_MS_MIN)}`]
}

/** What of a plan decides on load; how Poisson arrivals fall does not. */
function loadOf({ scenarios, include, exclude }: LoadPlan): unknown {
  const courses = scenarios.map(({ name, users, load, startAfterMs, iterationTimeoutMs }) => {
    const { poisson, ...shape } = load as LoadShape & { readonly poisson?: unknown }
    return [name, users, shape, poisson !== undefined, startAfterMs, iterationTimeoutMs]
  })
  return [courses, include, exclude]
}

function loadText({ scenarios, include, exclude }: LoadPlan): string {
  const loads = scenarios.map(({ name, users, load }) => {
    const classes = users.map(({ className, weight }) => `${className}×${weight}`).join(' ')
    return `${name} (${classes}) ${describeLoad(load)}`
  })
  const only = include === null ? [] : [`only tasks of ${include.join(', ')}`]
  const without = exclude.length === 0 ? [] : [`no tasks of ${exclude.join(', ')}`]
  return [...loads, ...only, ...without].join('; ')
}

function commitOf(git: RunResult['run']['git']): string {
  if (git === null) return 'none'
  return `${git.commit.slice(0, 8)} ${git.branch}${git.dirty ? ' with changes' : ''}`
}

function pairs(tags: LoadPlan['tags'] | NonNullable<LoadPlan['params']>): string {
  const keys = Object.keys(tags).sort()
  return keys.length === 0 ? 'none' : keys.map((key) => `${key}=${tags[key]}`).join(', ')
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`
const nameOf = (index: number): string => (index === 0 ? 'A' : 'B')
