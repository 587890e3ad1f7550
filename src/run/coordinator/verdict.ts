/**
 * One run, one verdict, one exit code: the first line of this table that applies. Pure.
 *
 *   script problem 3 (or the problem's own) · run broke down 6 · signal 130/143 · target unusable 4 · no requests 1 ·
 *   every user failed in onStart 1 · threshold 1 · default guard 1 · strict generator 5 · passed 0
 */
import type { Problem } from '../../contracts/problem.ts'
import type { GeneratorResult, RunResult, ThresholdResult } from '../../contracts/result.ts'
import type { UserCounts } from '../../contracts/snapshot.ts'
import { EXIT, exitCodeOf } from '../../kernel/errors.ts'
import { GUARD_ERROR_RATIO, guardErrorRatio } from '../../model/report/default-guard.ts'
import type { FailuresOfKind } from './judged-work.ts'

/** So many requests failing the same way on the wire mean that there is no target. */
const UNUSABLE_RATIO = 0.99
/** Failures that happen before or instead of a response. */
const TRANSPORT_KINDS: ReadonlySet<string> = new Set([
  'dns',
  'refused',
  'connect-timeout',
  'tls',
  'reset',
  'closed',
  'timeout',
  'malformed',
  'proxy',
])

export interface VerdictInput {
  /** What scripts or workers reported; the first decides. */
  readonly problems: readonly Problem[]
  /** Why the run could not be carried through, such as the loss of every worker. */
  readonly breakdown: string | undefined
  /** 130 or 143 when a signal ended it. */
  readonly signalExitCode: number | undefined
  readonly requests: number
  readonly failures: number
  /** There were requests, but none after the warm-up. */
  readonly endedInWarmup: boolean
  /** Times a task, a hook or a listener of the script threw, or a task was cut by the timeout of its iteration. */
  readonly scriptErrors: number
  readonly errors: readonly FailuresOfKind[]
  readonly users: UserCounts
  readonly thresholds: readonly ThresholdResult[]
  readonly generator: GeneratorResult
  readonly strictGenerator: boolean
}

export function verdictOf(input: VerdictInput): RunResult['verdict'] {
  const [problem] = input.problems
  if (problem !== undefined) return failed(problem.what, exitCodeOf(input.problems))
  if (input.breakdown !== undefined) return failed(input.breakdown, EXIT.bug)
  const measured = verdictOfNumbers(input)
  if (input.signalExitCode === undefined) return measured
  const reason = `stopped by a signal before its end; until then: ${measured.reason}`
  return { passed: measured.passed, reason, exitCode: input.signalExitCode }
}

function verdictOfNumbers(input: VerdictInput): RunResult['verdict'] {
  const { requests, failures, scriptErrors, users } = input
  const unusable = unusableTarget(input)
  if (unusable !== undefined) return failed(unusable, EXIT.target)
  if (users.started > 0 && users.failed >= users.started) {
    return failed(`all ${users.failed} users failed, see errors`, EXIT.failed)
  }
  if (input.endedInWarmup) {
    return failed('the run ended within its warm-up: nothing was judged', EXIT.failed)
  }
  if (requests === 0) {
    const why =
      scriptErrors > 0
        ? `the script failed ${scriptErrors} times, see errors`
        : 'nothing was measured'
    return failed(`no request was made: ${why}`, EXIT.failed)
  }
  const crossed = input.thresholds.filter((threshold) => !threshold.passed)
  if (crossed.length > 0) {
    return failed(`failed: ${crossed.map((each) => each.rule).join(', ')}`, EXIT.failed)
  }
  const errorRatio = guardErrorRatio(input)
  if (input.thresholds.length === 0 && errorRatio > GUARD_ERROR_RATIO) {
    const what =
      scriptErrors === 0
        ? 'of the requests failed'
        : `failed (${failures} requests, ${scriptErrors} errors of the script)`
    const text = `${percent(errorRatio)} ${what}; without thresholds at most ${percent(GUARD_ERROR_RATIO)} may`
    return failed(text, EXIT.failed)
  }
  if (input.strictGenerator && !input.generator.trustworthy) {
    const why = input.generator.reasons[0] ?? 'see generator'
    return failed(`the load generator was the limit: ${why}`, EXIT.generator)
  }
  return { passed: true, reason: passedReason(input), exitCode: EXIT.passed }
}

function unusableTarget({ requests, errors }: VerdictInput): string | undefined {
  if (requests === 0) return undefined
  const byKind = new Map<string, { count: number; message: string }>()
  for (const { kind, count, message } of errors) {
    if (!TRANSPORT_KINDS.has(kind)) continue
    const known = byKind.get(kind)
    if (known === undefined) byKind.set(kind, { count, message })
    else known.count += count
  }
  for (const [kind, { count, message }] of byKind) {
    if (count / requests < UNUSABLE_RATIO) continue
    return `the target cannot be used: ${count} of ${requests} requests failed the same way (${kind}: ${message})`
  }
  return undefined
}

function passedReason({ thresholds, failures, scriptErrors, requests }: VerdictInput): string {
  if (thresholds.length === 1) return 'the threshold held'
  if (thresholds.length > 1) return `all ${thresholds.length} thresholds held`
  const threw = scriptErrors === 0 ? '' : `; the script failed ${scriptErrors} times`
  return `${failures === 0 ? 'no request failed' : `${percent(failures / requests)} of requests failed`}${threw}`
}

function failed(reason: string, exitCode: number): RunResult['verdict'] {
  return { passed: false, reason, exitCode }
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(2))} %`
}
