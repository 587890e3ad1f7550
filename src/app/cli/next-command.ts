/** What to type after a run, by what came out of it. */
import type { RunResult } from '../../contracts/result.ts'

export function nextCommand({ run, generator, errors }: RunResult): string {
  if (!generator.trustworthy) return `onrush run ${run.script} --workers auto`
  if (errors.length > 0) return `onrush debug ${run.script}`
  return `onrush run ${run.script} --seed ${run.seed}`
}
