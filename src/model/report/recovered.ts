/**
 * The windows of a run whose coordinator died, from what the history kept until then and the snapshots that the workers' server still
 * has. The server forgets old ones, so the kept windows stand for the time before; from the first window on that is whole in
 * the snapshots of every worker, these count alone, because a kept window may have been closed without some of them. Pure.
 */
import type { LoadPlan } from '../../contracts/plan.ts'
import type { SnapshotData } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { mergeSnapshots, WINDOW_MS } from '../metrics/window.ts'
import { Course } from '../plan/course.ts'

const NS_PER_MS = 1e6

/** `kept` in order. Every snapshot counts once, however often it is there. */
export async function* recoveredWindows(
  kept: AsyncIterable<Window>,
  snapshots: readonly SnapshotData[],
): AsyncIterable<Window> {
  const byWindow = new Map<number, SnapshotData[]>()
  const lastOf = new Map<number, number>()
  for (const each of uniqueOf(snapshots)) {
    byWindow.set(each.window, [...(byWindow.get(each.window) ?? []), each])
    lastOf.set(each.workerIndex, Math.max(lastOf.get(each.workerIndex) ?? 0, each.window))
  }
  const from = firstWhole(snapshots)
  for await (const window of kept) {
    const merged = window.window < from ? undefined : byWindow.get(window.window)
    if (merged === undefined) yield window
    else {
      const { monitors } = window
      yield { ...whole(window.window, merged), ...(monitors !== undefined && { monitors }) }
    }
    byWindow.delete(window.window)
  }
  for (const [window, merged] of [...byWindow].sort(([a], [b]) => a - b))
    if (window >= from) yield whole(window, merged)

  function whole(window: number, merged: readonly SnapshotData[]): Window {
    return mergeSnapshots(
      window,
      merged,
      [...lastOf.values()].every((last) => last >= window),
    )
  }
}

/**
 * Arrivals that were due by `untilMs` on the run clock, as the plan has it, and that nobody reported: each was sent or not. Zero for
 * loads without arrivals.
 */
export function unreportedArrivals(plan: LoadPlan, untilMs: number, reportedDue: number): number {
  let due = 0
  for (const { arrivals, scenario } of plan.scenarios.map((each) => new Course(each))) {
    const untilNs = Math.round((untilMs - scenario.startAfterMs) * NS_PER_MS)
    due += Math.min(arrivals?.countBy(untilNs) ?? 0, arrivals?.totalCount ?? 0)
  }
  return Math.max(0, due - reportedDue)
}

/** Of each worker the first snapshot that is there may have lost its neighbours of the same window; the very first one has none. */
function firstWhole(snapshots: readonly SnapshotData[]): number {
  const firsts = new Map<number, SnapshotData>()
  for (const each of snapshots) {
    const known = firsts.get(each.workerIndex)
    if (known === undefined || each.sequence < known.sequence) firsts.set(each.workerIndex, each)
  }
  const from = [...firsts.values()].map(({ sequence, window }) => (sequence === 0 ? 0 : window + 1))
  return Math.max(0, ...from)
}

function uniqueOf(snapshots: readonly SnapshotData[]): Iterable<SnapshotData> {
  return new Map(
    snapshots.map((each) => [`${each.workerIndex}/${each.sequence}`, each] as const),
  ).values()
}

/** The time of the run until which a worker that stopped by itself may have sent something it did not report. */
export const reportedUntilMs = (lastWindow: number): number => (lastWindow + 2) * WINDOW_MS
