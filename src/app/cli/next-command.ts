/** What to type after a run, by what came out of it. */
import type { RunResult } from '../../contracts/result.ts'
import { isImported } from '../../model/report/imported.ts'

export function nextCommand({ run, generator, errors }: RunResult): string {
  // `onrush hit URL` writes its script itself.
  const again = run.script.startsWith('hit ') ? `onrush ${run.script}` : `onrush run ${run.script}`
  if (isImported(run)) return `onrush compare ${run.id} OTHER`
  if (!generator.trustworthy) return `${again} --workers auto`
  if (errors.length > 0 && !run.script.startsWith('hit ')) return `onrush debug ${run.script}`
  return `${again} --seed ${run.seed}`
}
