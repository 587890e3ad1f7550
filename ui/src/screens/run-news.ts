/** What is worth saying aloud when a run goes from one view to the next: only changes of state, in one sentence. Pure. */
import type { RunView } from '../api/types.ts'

export function newsOf(before: RunView | undefined, now: RunView): string | undefined {
  if (before === undefined) return undefined
  const news: string[] = []
  if (before.state !== now.state) {
    const isOver = now.state === 'finished' || now.state === 'cut-off'
    const { passed, reason } = now.result.verdict
    news.push(
      isOver
        ? `The run is over: ${passed ? 'passed' : 'failed'}, ${reason}`
        : `The run is ${now.state}`,
    )
  }
  if (before.paused !== now.paused) news.push(now.paused ? 'The run is paused' : 'The run goes on')
  for (const { rule, passed } of now.result.thresholds) {
    const known = before.result.thresholds.find((each) => each.rule === rule)
    if (known !== undefined && known.passed !== passed)
      news.push(`${rule} ${passed ? 'holds again' : 'fails'}`)
  }
  return news.length === 0 ? undefined : news.join('. ')
}
