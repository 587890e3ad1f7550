/**
 * A script with a `LoadTestShape` brings its load by itself: the plan begins with the shape's answer for second 0, and the rest is steered.
 * Its scenario has one load and no other may be given beside it; `--run-time` may still end the run before the shape does.
 */
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { findShape } from '../../load/script/load-shape.ts'
import type { ShapePilot } from '../../run/coordinator/shape-pilot.ts'

/** Stands in the plan until the shape was asked. */
export const SHAPED_LOAD = { users: 1 }

export interface NamedShape extends ShapePilot {
  readonly name: string
}

/** Undefined for a script without one. Throws `OnrushError` when there is one and it does not work. */
export async function openShape(
  exports: Record<string, unknown>,
  script: string,
): Promise<NamedShape | undefined> {
  const shape = findShape(exports, script)
  if (shape === undefined) return undefined
  const first = await shape.ask(0, 0)
  if (first !== null) return { ...shape, first }
  const why = 'its tick returned null for second 0, which ends the run'
  const fix = 'Return [users, spawnRate] at the start.'
  throw new OnrushError([
    problem('E_SHAPE', `${script} ${shape.name}.tick`, 'the shape never begins', why, fix),
  ])
}

export function shapedPlan(plan: LoadPlan, { first }: ShapePilot): LoadPlan {
  const [main, ...others] = plan.scenarios
  if (main === undefined || others.length > 0) return plan
  const load = { kind: 'constant-users', ...first, durationMs: main.load.durationMs } as const
  return { ...plan, scenarios: [{ ...main, load }] }
}

export const loadTwice = (name: string): Problem =>
  problem(
    'E_PLAN',
    name,
    'the load is given twice',
    `the load test shape ${name} decides about it while it runs`,
    'Leave out --users, --arrivals and the scenarios of the plan, or do not export the shape.',
  )
