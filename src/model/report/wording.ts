/**
 * Figures in the words of reports that are kept and compared: more digits than the screen shows, always with a unit, and
 * '–' where nothing was measured. Pure.
 */
import type { KneeResult, WarmupResult } from '../../contracts/result.ts'

const NOTHING = '–'

/** '412.37 ms', '0.8 %', '512 /s'; at most two decimals, and never 0 for what is not 0. */
export function figure(value: number | null, unit: string): string {
  if (value === null || !Number.isFinite(value)) return NOTHING
  const decimals = value !== 0 && Math.abs(value) < 0.1 ? 6 : 2
  const digits = Number(value.toFixed(decimals)) || value
  return unit === '' ? `${digits}` : `${digits} ${unit}`
}

/** '+12.5 %', '-37.46 %'. */
export function signedPercent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return NOTHING
  return `${share > 0 ? '+' : ''}${figure(share * 100, '%')}`
}

/** '12 s', '0.4 s': to a tenth, as windows are no finer than a second. */
export function seconds(ms: number): string {
  return `${Number((ms / 1_000).toFixed(1))} s`
}

/** Advice, in one sentence without an end. */
export function kneeText({ load, unit, atMs }: KneeResult): string {
  const amount = unit === 'users' ? `${load} users` : `${load}/s`
  return `response times begin to bend at about ${amount}, reached after ${seconds(atMs)} (advice: two lines through p95 over the load)`
}

/** What was left out of the judgement, in one sentence without an end. */
export function warmupText({ kind, endMs, why }: WarmupResult): string {
  if (kind === 'fixed') return `the first ${seconds(endMs)} are warm-up and not judged`
  if (endMs === 0) return `automatic warm-up: nothing left out, ${why}`
  return `automatic warm-up: the first ${seconds(endMs)} are not judged, ${why}`
}
