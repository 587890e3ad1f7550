/**
 * A script with a `LoadTestShape` brings its load by itself: the plan begins with the shape's answer for second 0, and the rest is steered.
 * Its scenario has one load and no other may be given beside it; `--run-time` may still end the run before the shape does.
 */
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { findShape } from '../../load/script/load-shape.ts'
import { ObjectReader } from '../../model/plan/reader.ts'
import { type KnownUserClass, readStageClasses } from '../../model/plan/user-input.ts'
import type { Decision, ShapePilot } from '../../run/coordinator/shape-pilot.ts'

/** Stands in the plan until the shape was asked. */
export const SHAPED_LOAD = { users: 1 }

export interface NamedShape extends ShapePilot {
  readonly name: string
}

/** Undefined for a script without one. Throws `OnrushError` when there is one and it does not work. */
export async function openShape(
  exports: Record<string, unknown>,
  script: string,
  known: readonly KnownUserClass[],
): Promise<NamedShape | undefined> {
  const shape = findShape(exports, script)
  if (shape === undefined) return undefined
  const { name } = shape
  const ask = async (runTimeSec: number, users: number): Promise<Decision | null> => {
    const answer = await shape.ask(runTimeSec, users)
    if (answer === null) return null
    const { classes: named, ...amount } = answer
    const problems: Problem[] = []
    const reader = new ObjectReader({ classes: named }, `${script} ${name}.tick`, problems)
    const classes = readStageClasses(reader, known)
    if (problems.length > 0) throw new OnrushError(problems)
    return { ...amount, ...(classes !== undefined && { classes }) }
  }
  const first = await ask(0, 0)
  if (first !== null) return { name, ask, first }
  const why = 'its tick returned null for second 0, which ends the run'
  const fix = 'Return [users, spawnRate] at the start.'
  throw new OnrushError([
    problem('E_SHAPE', `${script} ${shape.name}.tick`, 'the shape never begins', why, fix),
  ])
}

export function shapedPlan(plan: LoadPlan, { first }: ShapePilot): LoadPlan {
  const [main, ...others] = plan.scenarios
  if (main === undefined || others.length > 0) return plan
  const { classes, ...amount } = first
  const { durationMs } = main.load
  const mix = classes && { classes, overMs: 0 }
  const load = { kind: 'constant-users', ...amount, durationMs, ...(mix && { mix }) } as const
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
