/**
 * A rule that stands in a scenario, as one of the plan: it is about what that scenario did, and says so in its text, so
 * that whoever shows the rule shows the scenario with it.
 */
import type { Threshold } from '../../contracts/plan.ts'
import { SCENARIO_TAG } from '../metrics/tags.ts'
import { parseThreshold } from './threshold.ts'
import { printThreshold } from './threshold-text.ts'

/** The rule, or why there is none. */
export function ofScenario(written: Threshold, name: string): Threshold | string {
  const { metric } = written
  const isLateness = 'of' in metric && metric.of === 'lateness'
  if (isLateness || metric.kind === 'monitor' || !('series' in metric || 'name' in metric)) {
    return 'arrivals, the generator and the target are looked at for the run as a whole'
  }
  const asked = metric.tags?.[SCENARIO_TAG]
  if (asked !== undefined && asked !== name) return `it names another scenario, "${asked}"`
  const tags = { ...metric.tags, [SCENARIO_TAG]: name }
  const rule = parseThreshold(printThreshold({ ...written, metric: { ...metric, tags } }))
  const isSame =
    'metric' in rule && 'tags' in rule.metric && rule.metric.tags?.[SCENARIO_TAG] === name
  return isSame
    ? { ...rule, written: written.rule }
    : 'the name of the scenario cannot be written in a rule'
}
