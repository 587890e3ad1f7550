/**
 * What of two runs is compared: the same seconds of both, after the longer warm-up and before the load of either ended, cut into
 * blocks. Blocks are as long as they can be while there are enough of them, for the longer they are the less they resemble
 * their neighbours: 5 s in a run of up to five minutes, a minute in one of an hour.
 */
import type { RunResult } from '../../contracts/result.ts'
import { COMPARE_BLOCKS_MAX } from '../../kernel/limits.ts'
import { WINDOW_MS } from '../metrics/window.ts'

export interface Span {
  readonly fromMs: number
  readonly toMs: number
  readonly blockMs: number
}

const BLOCK_MS_MIN = 5_000
/** Of fewer no interval can be said. */
export const BLOCKS_MIN = 6
export const SPAN_MS_MIN = BLOCKS_MIN * BLOCK_MS_MIN

/** Whole blocks; `toMs` may be less than `SPAN_MS_MIN` after `fromMs`, or before it. */
export function spanOf(a: RunResult, b: RunResult): Span {
  const fromMs = toWindows(Math.max(warmUpMs(a), warmUpMs(b)), Math.ceil)
  const endMs = toWindows(Math.min(loadEndMs(a), loadEndMs(b)), Math.floor)
  const blockMs = Math.max(
    BLOCK_MS_MIN,
    toWindows((endMs - fromMs) / COMPARE_BLOCKS_MAX, Math.floor),
  )
  const blocks = Math.max(0, Math.floor((endMs - fromMs) / blockMs))
  return { fromMs, toMs: fromMs + blocks * blockMs, blockMs }
}

/** When the plan stopped asking for load, or the run was over. What came later only finished. */
export function loadEndMs({ run }: RunResult): number {
  const ends = run.plan.scenarios.map(
    ({ startAfterMs, load }) => startAfterMs + (load.durationMs ?? Number.POSITIVE_INFINITY),
  )
  return ends.length === 0 ? run.durationMs : Math.min(run.durationMs, Math.max(...ends))
}

function warmUpMs({ warmup }: RunResult): number {
  return warmup?.endMs ?? 0
}

function toWindows(ms: number, round: (windows: number) => number): number {
  return round(ms / WINDOW_MS) * WINDOW_MS
}
