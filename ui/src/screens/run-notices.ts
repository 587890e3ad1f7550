/** What somebody who watches a run must know at once, and figures alone do not say. Pure. */
import { hasEnded } from '../api/run-feed.ts'
import type { RunView } from '../api/types.ts'
import { percent } from '../figures/format.ts'

const SILENT_MS = 5_000
const FAILING_RATIO = 0.99
const FAILING_AT_LEAST = 20

/** A sentence and the command that helps; undefined: nothing of the kind. */
export function noticeOf(
  view: RunView,
): { readonly text: string; readonly command: string } | undefined {
  if (hasEnded(view) || view.paused) return undefined
  const { run, totals, errors } = view.result
  const command = `onrush debug ${run.script}`
  if (view.elapsedMs >= SILENT_MS && totals.requests + totals.failures === 0)
    return { text: 'The script runs and sends nothing. One user shows why:', command }
  const ratio = totals.requests === 0 ? 0 : totals.failures / totals.requests
  if (totals.failures < FAILING_AT_LEAST || ratio < FAILING_RATIO) return undefined
  const most = errors.reduce<(typeof errors)[number] | undefined>(
    (found, each) => (found === undefined || each.count > found.count ? each : found),
    undefined,
  )
  const why = most === undefined ? '' : `, most of them with "${most.message}"`
  return { text: `${percent(ratio)} of all requests fail${why}. One user shows it all:`, command }
}
