/** What monitors said, figure by figure over the stretches of a run. Figures are known by their last name: `cpu` of `target.cpu`. Pure. */
import type { InsightFacts, NotEvaluated } from '../../contracts/insight.ts'
import type { MonitorUnit } from '../../contracts/monitor.ts'
import type { ViewPoint } from '../../contracts/view.ts'

export interface Watched {
  /** Such as `target.cpu`. */
  readonly name: string
  /** What is watched, as people wrote it: `host`, `pid:1234`. */
  readonly source: string
  readonly values: readonly { readonly point: ViewPoint; readonly value: number }[]
}

/** Each figure of that name and unit that was read at least once. */
export function watched(
  { result }: InsightFacts,
  points: readonly ViewPoint[],
  metric: string,
  unit: MonitorUnit,
): readonly Watched[] {
  return result.monitors
    .filter((each) => each.unit === unit && each.name.split('.').slice(1).join('.') === metric)
    .map(({ name, source }) => ({ name, source, values: readings(points, name) }))
    .filter(({ values }) => values.length > 0)
}

/** Nobody looked at it: said with how to. */
export function unwatched({ result }: InsightFacts, what: string): NotEvaluated {
  const why =
    result.monitors.length === 0
      ? 'nothing of the target was watched: name it with --watch'
      : `${what} was not among what was watched: see --watch`
  return { notEvaluated: why }
}

function readings(points: readonly ViewPoint[], name: string): Watched['values'] {
  return points.flatMap((point) => {
    const value = point.monitors?.find((each) => each.name === name)?.value
    return value === undefined || value === null ? [] : [{ point, value }]
  })
}
