/**
 * All insights over one run: their findings in order, and which of them could not look. Serious ones first, of one severity those that cost most
 * and are most certain. When the generator was a limit, what the others found is marked: it may be about the generator. An insight that
 * throws is our bug and must not cost the result: it counts as not evaluated, with what it said. Pure.
 */
import { type Finding, type InsightsResult, SEVERITIES } from '../../contracts/finding.ts'
import type { Insight, InsightFacts } from '../../contracts/insight.ts'

/** What the result has of it. */
export interface Concluded {
  readonly findings: readonly Finding[]
  readonly insights: InsightsResult
}

/** Which insight speaks about the generator. */
const GENERATOR = 'generator'

export function conclude(insights: readonly Insight[], facts: InsightFacts): Concluded {
  const found: Finding[] = []
  const evaluated: string[] = []
  const notEvaluated: { id: string; why: string }[] = []
  for (const insight of insights) {
    const { id, version } = insight
    const told = tryEvaluate(insight, facts)
    if ('notEvaluated' in told) {
      notEvaluated.push({ id, why: told.notEvaluated })
      continue
    }
    evaluated.push(id)
    for (const each of told) found.push({ id, ruleVersion: version, ...each })
  }
  const isUntrusted = found.some(({ id }) => id === GENERATOR)
  const findings = found
    .map((each) =>
      isUntrusted && each.id !== GENERATOR ? { ...each, untrusted: true as const } : each,
    )
    .sort(byWeight)
  return { findings, insights: { evaluated, notEvaluated } }
}

function tryEvaluate(insight: Insight, facts: InsightFacts): ReturnType<Insight['evaluate']> {
  try {
    return insight.evaluate(facts)
  } catch (error) {
    return { notEvaluated: `it failed, which is our bug: ${(error as Error).message}` }
  }
}

function byWeight(a: Finding, b: Finding): number {
  const generatorFirst = Number(b.id === GENERATOR) - Number(a.id === GENERATOR)
  const severity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
  return generatorFirst || severity || b.score * b.confidence - a.score * a.confidence
}
