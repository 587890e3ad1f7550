/**
 * Points of a run as they come in: new ones are added, later versions replace, and a point that covers several older ones takes
 * their place, as happens when a long run is told in coarser steps. Pure; linear in what is new when it is at the end.
 */
import type { ViewPoint } from './types.ts'

/** `known` in order of time; the answer is, too. */
export function mergePoints(
  known: readonly ViewPoint[],
  fresh: readonly ViewPoint[],
  reset: boolean,
): readonly ViewPoint[] {
  const added = [...fresh].sort((a, b) => a.atMs - b.atMs)
  if (reset || known.length === 0) return added
  const first = added[0]
  if (first === undefined) return known
  const untouched = known.findIndex((point) => endOf(point) > first.atMs)
  if (untouched === -1) return [...known, ...added]
  const rest = known
    .slice(untouched)
    .filter((old) => !added.some((point) => point.atMs < endOf(old) && old.atMs < endOf(point)))
  return [...known.slice(0, untouched), ...[...rest, ...added].sort((a, b) => a.atMs - b.atMs)]
}

const endOf = ({ atMs, spanMs }: ViewPoint): number => atMs + spanMs
