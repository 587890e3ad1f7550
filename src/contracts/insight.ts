import type { Finding } from './finding.ts'
import type { RunResult } from './result.ts'
import type { SeriesDelta } from './snapshot.ts'
import type { ViewPoint } from './view.ts'

/**
 * One question to a run, such as "did the target run out of CPU?". Pure: same facts, same findings. Implementations live in
 * `plugins/insights/`, one folder each; their thresholds in `model/insight/limits.ts`.
 */
export interface Insight {
  /** The name of its folder; `onrush explain ID`. */
  readonly id: string
  /** Grows when the same facts may lead to another finding. */
  readonly version: number
  /** One line, no full stop. */
  readonly title: string
  /** How it is found, what else could look the same, and what to do, for somebody who sees it for the first time. */
  readonly explanation: string
  /** Nothing found is an empty list; that the facts are not there is said instead, never passed over. */
  evaluate(facts: InsightFacts): readonly Conclusion[] | NotEvaluated
}

/** A finding before it is known by whom. */
export type Conclusion = Omit<Finding, 'id' | 'ruleVersion' | 'untrusted'>

export interface NotEvaluated {
  /** Why, as half a sentence with what to do about it. */
  readonly notEvaluated: string
}

/** What is known of a run, ended or so far. Its size does not depend on how long the run was. */
export interface InsightFacts {
  /** Without what is being found out. */
  readonly result: Omit<RunResult, 'findings' | 'insights'>
  /** The run over time, in `INSIGHT_POINTS_MAX` points at most: a second each, or more of a longer one. */
  readonly points: readonly ViewPoint[]
  /** Requests by series, with their histograms. */
  readonly series: readonly SeriesDelta[]
}
