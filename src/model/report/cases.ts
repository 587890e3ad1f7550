/**
 * What a run was judged by, one case each, for the reports that other programs read: thresholds, or the default guard when
 * there are none; checks; and the run itself when it failed for another reason. Pure: `RunResult` to cases.
 *
 * Reports never contradict the verdict: some case has failed exactly when the run has not passed. So a check that did
 * not always hold is 'failed' in a run that failed and otherwise 'noted', unless rules about it allow that.
 */
import type { Threshold } from '../../contracts/plan.ts'
import type { RunResult, ThresholdResult } from '../../contracts/result.ts'
import { EXIT } from '../../kernel/errors.ts'
import { GUARD_ERROR_RATIO, guardErrorRatio } from './default-guard.ts'
import { figure, seconds, signedPercent } from './wording.ts'

/** Where a rule was written; `line` counts from 1. */
export interface RulePlace {
  /** Path of the source, as given by whoever looked for it; undefined for what no file says. */
  readonly file: string | undefined
  readonly line: number | undefined
  /** For people: 'shop.ts:12' or '--threshold'. */
  readonly shown: string
}
/** By the text of the rule. */
export type RulePlaces = ReadonlyMap<string, RulePlace>

export interface ReportCase {
  readonly kind: 'threshold' | 'guard' | 'check' | 'run'
  readonly name: string
  readonly status: 'passed' | 'failed' | 'noted'
  /** What was observed, in one line. */
  readonly message: string
  /** What there is to say about it, by label, in this order. */
  readonly facts: readonly (readonly [label: string, value: string])[]
  readonly place: RulePlace | undefined
}

/** Failed or not, in the order: run, thresholds or guard, checks. */
export function casesOf(result: RunResult, places: RulePlaces): ReportCase[] {
  const rules = result.run.plan.thresholds
  const judged =
    result.thresholds.length === 0
      ? [guardCase(result)]
      : result.thresholds.map((each) => thresholdCase(each, rules, places.get(each.rule)))
  const checks = result.checks.map((each) => checkCase(each, result))
  return [...runCases(result, judged), ...judged, ...checks]
}

function thresholdCase(
  result: ThresholdResult,
  rules: readonly Threshold[],
  place: RulePlace | undefined,
): ReportCase {
  const { rule, observed, unit, margin, firstCrossedAtMs } = result
  const written = rules.find((each) => each.rule === rule)
  const facts: (readonly [string, string])[] = [
    ['observed', observed === null ? 'nothing' : figure(observed, unit)],
  ]
  if (written !== undefined) {
    facts.push(['limit', `${written.operator} ${figure(written.limit, written.unit)}`])
  }
  if (margin !== null) facts.push(['margin', signedPercent(margin)])
  if (firstCrossedAtMs !== null) facts.push(['first crossed at', seconds(firstCrossedAtMs)])
  if (place !== undefined) facts.push(['rule', place.shown])
  return {
    kind: 'threshold',
    name: rule,
    status: result.passed ? 'passed' : 'failed',
    message: sentence(facts.filter(([label]) => label !== 'rule')),
    facts,
    place,
  }
}

function guardCase(result: RunResult): ReportCase {
  const { requests, failures } = result.totals
  const ratio = guardErrorRatio({ requests, failures, scriptErrors: scriptErrorsOf(result) })
  const facts = [
    ['observed', Number.isNaN(ratio) ? 'nothing' : `${figure(ratio * 100, '%')} errors`],
    ['limit', `<= ${figure(GUARD_ERROR_RATIO * 100, '%')}`],
    ['rule', 'default, because no threshold was given'],
  ] as const
  return {
    kind: 'guard',
    name: `default guard: errors <= ${figure(GUARD_ERROR_RATIO * 100, '%')}`,
    // Without work there is nothing to guard: what went wrong then is a case of its own.
    status: ratio > GUARD_ERROR_RATIO && !result.verdict.passed ? 'failed' : 'passed',
    message: sentence(facts.slice(0, 2)),
    facts,
    place: undefined,
  }
}

function checkCase(check: RunResult['checks'][number], result: RunResult): ReportCase {
  const { name, passes, failures } = check
  const share = figure((passes / (passes + failures)) * 100, '%')
  const rules = rulesAbout(name, result)
  const facts: (readonly [string, string])[] = [
    ['held', `${passes} of ${passes + failures} times (${share})`],
  ]
  for (const { rule, passed } of rules) facts.push([passed ? 'allowed by' : 'refused by', rule])
  return {
    kind: 'check',
    name: name === '' ? '(check)' : name,
    status: checkStatus(failures, rules, result.verdict.passed),
    message: sentence(facts.slice(0, 1)),
    facts,
    place: undefined,
  }
}

function checkStatus(
  failures: number,
  rules: readonly ThresholdResult[],
  runPassed: boolean,
): ReportCase['status'] {
  if (failures === 0) return 'passed'
  if (rules.length > 0 && rules.every((each) => each.passed)) return 'passed'
  return runPassed ? 'noted' : 'failed'
}

/** Results of the rules about this check: those that name it, and those about all checks. Not of one scenario, which allow nothing to others. */
function rulesAbout(name: string, result: RunResult): ThresholdResult[] {
  const about = new Set<string>()
  for (const { rule, metric } of result.run.plan.thresholds) {
    const isAbout = metric.kind === 'checks' && (metric.name === name || metric.name === '')
    if (isAbout && metric.tags === undefined) about.add(rule)
  }
  return result.thresholds.filter((each) => about.has(each.rule))
}

/** One case when the run failed and no rule says why: the script threw, nobody answered, nothing was measured … */
function runCases(result: RunResult, judged: readonly ReportCase[]): ReportCase[] {
  const { verdict, totals, users, run } = result
  if (verdict.passed) return []
  const nothingMeasured =
    totals.requests === 0 || (users.started > 0 && users.failed >= users.started)
  const isExplained =
    verdict.exitCode === EXIT.failed &&
    !nothingMeasured &&
    judged.some((each) => each.status === 'failed')
  if (isExplained) return []
  return [
    {
      kind: 'run',
      name: `run of ${run.script}`,
      status: 'failed',
      message: verdict.reason,
      facts: [
        ['reason', verdict.reason],
        ['exit code', `${verdict.exitCode}`],
      ],
      place: undefined,
    },
  ]
}

/** Times a task, a hook or a listener of the script threw, or a task was cut by the timeout of its iteration. */
function scriptErrorsOf(result: RunResult): number {
  return result.series
    .filter((each) => each.kind === 'task')
    .reduce((sum, each) => sum + each.failures, 0)
}

const sentence = (facts: readonly (readonly [string, string])[]): string =>
  facts.map(([label, value]) => `${label} ${value}`).join(', ')
