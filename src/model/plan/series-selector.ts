/**
 * Which series a rule is about. Requests, unless a rule names something else: transactions are only ever judged by name or kind,
 * and never added to requests, which they contain. A name that both have means the requests, and `TX name` the transaction.
 */
import { TRANSACTION_KIND } from '../../contracts/measure.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import { isOfRequests, isOfScript } from '../metrics/series-totals.ts'

/** `withScript`: errors of the script too, each one as work that failed; there is nothing else to measure in them. */
export function seriesFor(
  selector: string,
  all: readonly SeriesDelta[],
  withScript: boolean,
): SeriesDelta[] {
  const selected = all.filter((series) => selects(selector, series))
  const ofRequests = selected.filter(
    (series) => isOfRequests(series) || (withScript && isOfScript(series)),
  )
  if (ofRequests.length > 0 || selector === '') return ofRequests
  return selected.filter((series) => series.kind === TRANSACTION_KIND)
}

/** Does the `series` text of a rule mean this series? */
export function selects(selector: string, series: SeriesDelta): boolean {
  return (
    selector === '' ||
    selector === series.kind ||
    selector === series.name ||
    selector === `${series.method} ${series.name}`
  )
}
