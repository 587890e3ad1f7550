/** A run at a glance, for one line of a list: what load it was, of which branch, and how its p95 went in a few strokes. Pure. */
import type { RunGlance } from '../../contracts/glance.ts'
import type { RunResult, WindowResult } from '../../contracts/result.ts'
import type { KeptRun } from '../../contracts/store.ts'
import { GLANCE_STRETCHES_MAX } from '../../kernel/limits.ts'
import { WINDOW_MS } from '../metrics/window.ts'
import { describeLoad } from '../plan/shape-format.ts'

/** `result`: undefined while it goes on, and when it was cut off. */
export function glanceOf(info: KeptRun, result: RunResult | undefined): RunGlance {
  const { id, plan, git } = info
  const windows = result?.windows ?? []
  const last = windows.at(-1)
  const lengthMs = last === undefined ? 0 : last.atMs + WINDOW_MS
  const stretchMs = Math.max(
    WINDOW_MS,
    Math.ceil(lengthMs / GLANCE_STRETCHES_MAX / WINDOW_MS) * WINDOW_MS,
  )
  return {
    id,
    host: result?.run.host ?? plan.host,
    branch: git?.branch ?? null,
    isDirty: git?.dirty ?? false,
    load: plan.scenarios.map(({ load }) => describeLoad(load)),
    p95Ms: highestP95(windows, lengthMs, stretchMs),
    stretchMs,
  }
}

/** By stretch, null where nothing was measured. Percentiles of seconds cannot be averaged; the worst of them was still measured. */
export function highestP95(
  windows: readonly WindowResult[],
  lengthMs: number,
  stretchMs: number,
): (number | null)[] {
  const found = Array.from({ length: Math.ceil(lengthMs / stretchMs) }, (): number | null => null)
  for (const { atMs, p95Ms } of windows) {
    const at = Math.floor(atMs / stretchMs)
    if (p95Ms !== null) found[at] = Math.max(found[at] ?? 0, p95Ms)
  }
  return found
}
