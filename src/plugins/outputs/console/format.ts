/**
 * Numbers for people: three significant digits, one unit per value, fixed widths by the caller. `–` where nothing
 * was measured, so that a missing number never looks like zero.
 */
import { monitorFigure } from '../../../model/report/monitor-text.ts'

export const NOTHING = '–'

/** 0.38ms, 41ms, 1.2s, 2m05s. */
export function formatMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return NOTHING
  if (ms < 10) return `${trim(ms.toFixed(ms < 1 ? 2 : 1))}ms`
  if (ms < 999.5) return `${Math.round(ms)}ms`
  if (ms < 59_950) return `${trim((ms / 1000).toFixed(ms < 9_995 ? 2 : 1))}s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`
}

/** 43 308: groups of three, so that a count stays exact and readable. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ')
}

/** 361, 12.5, 0.40: three significant digits. */
export function formatRate(perSec: number): string {
  if (!Number.isFinite(perSec)) return NOTHING
  if (perSec >= 99.95) return formatCount(perSec)
  return perSec.toFixed(perSec >= 9.995 ? 1 : 2)
}

/** 0%, 0.31%, 12.5%; a share that is not zero never shows as 0%, nor one below 1 as 100%. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return NOTHING
  if (share === 0) return '0%'
  if (share === 1) return '100%'
  const percent = Math.min(99.99, Math.max(0.01, share * 100))
  return `${percent.toFixed(percent < 10 || percent > 99.9 ? 2 : 1)}%`
}

/** What a threshold observed, in its unit: 61ms, 0.31%, 361/s, 1 234. */
export function formatObserved(value: number, unit: string): string {
  if (unit === 'ms') return formatMs(value)
  if (unit === '%') return formatShare(value / 100)
  if (unit === 'bytes' || unit === 'bytes/s') return monitorFigure(value, unit)
  return unit === '' ? formatCount(value) : `${formatRate(value)}${unit}`
}

/** 01:12, 1:02:03. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** Heights of a row of numbers as block characters, the largest full. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(...values, 0)
  const blocks = '▁▂▃▄▅▆▇█'
  return values
    .map((value) => blocks[largest === 0 ? 0 : Math.min(7, Math.floor((value / largest) * 7.999))])
    .join('')
}

const trim = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
