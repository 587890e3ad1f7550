/** What a run shows about its target, as part of the result. Fields are added, never renamed. */

/** `critical`: users of the target would notice. `warning`: look at it. `info`: good to know, nothing is wrong. Most serious first. */
export const SEVERITIES = ['critical', 'warning', 'info'] as const
export type Severity = (typeof SEVERITIES)[number]

/** The charts of the page on which evidence can be seen. */
export const EVIDENCE_CHARTS = [
  'response',
  'served',
  'errors',
  'users',
  'phases',
  'cpu',
  'target',
] as const
export type EvidenceChart = (typeof EVIDENCE_CHARTS)[number]

/** A conclusion with its evidence, what it costs, what to do, and how to see whether that helped. */
export interface Finding {
  /** Of the insight that found it, such as `target-cpu`. */
  readonly id: string
  readonly severity: Severity
  /** 0 … 1. */
  readonly confidence: number
  /** A sentence without its full stop. */
  readonly title: string
  /** The series it is about, such as `GET /cart`; absent: the run. */
  readonly series?: string
  readonly evidence: readonly Evidence[]
  /** What it costs, in words, and as a number to rank by: 0 … 100, of requests or of time. */
  readonly impact: string
  readonly score: number
  readonly recommendation: readonly string[]
  /** Mostly a command. */
  readonly howToVerify: string
  /** Of the insight: two findings of different versions may differ without a change of the target. */
  readonly ruleVersion: number
  /** The generator was a limit: this may be about it instead of the target. Absent: it was not. */
  readonly untrusted?: true
}

/** One figure: `what` is `value` in `unit`, in a part of the run where that is known. */
export interface Evidence {
  readonly what: string
  readonly value: number
  /** 'ms', '%', '/s', 'bytes', '' … */
  readonly unit: string
  readonly fromMs?: number
  readonly toMs?: number
  readonly chart?: EvidenceChart
}

/** Which insights looked, and why the others could not: silence of an insight that did not look means nothing. */
export interface InsightsResult {
  readonly evaluated: readonly string[]
  readonly notEvaluated: readonly { readonly id: string; readonly why: string }[]
}
