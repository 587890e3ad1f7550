/**
 * Which tags all series of a scenario carry: those of the plan, and the scenario's own name when some rule asks for scenarios. A
 * plan in which none does keeps one series per name, however many scenarios there are. Pure: every worker says the same.
 */
import type { Tags } from '../../contracts/measure.ts'
import type { LoadPlan, Scenario } from '../../contracts/plan.ts'
import { SCENARIO_TAG } from '../metrics/tags.ts'

/** undefined: none, and nothing has to be told apart. */
export function seriesTagsOf(plan: LoadPlan, scenario: Scenario): Tags | undefined {
  const isAsked = plan.thresholds.some(
    ({ metric }) => 'tags' in metric && metric.tags?.[SCENARIO_TAG] !== undefined,
  )
  return isAsked ? { ...scenario.tags, [SCENARIO_TAG]: scenario.name } : scenario.tags
}
