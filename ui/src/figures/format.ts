/** Figures for people: three significant digits, narrow blanks between thousands, '–' where nothing was measured. Pure. */
const NOTHING = '–'
const NARROW = '\u202f'

/** '43 308' */
export function count(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return NOTHING
  return `${Math.round(value)}`.replace(/\B(?=(\d{3})+$)/g, NARROW)
}

/** '361', '12.4', '0.123': three significant digits, whole from 100 on. */
export function figure(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return NOTHING
  if (Math.abs(value) >= 99.95) return count(value)
  return `${Number(value.toPrecision(3))}`
}

/** '182 ms', '1.23 s' */
export function duration(ms: number | null | undefined): string {
  if (ms == null || !Number.isFinite(ms)) return NOTHING
  return ms < 999.5 ? `${figure(ms)} ms` : `${figure(ms / 1_000)} s`
}

/** '0.31 %'; what is not nothing never reads as 0. */
export function percent(ratio: number | null | undefined): string {
  if (ratio == null || !Number.isFinite(ratio)) return NOTHING
  return `${figure(ratio * 100)} %`
}

/** '1.2 MB' */
export function bytes(size: number | null | undefined): string {
  if (size == null || !Number.isFinite(size)) return NOTHING
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  let left = size
  while (left >= 999.5 && unit < units.length - 1) {
    left /= 1_000
    unit++
  }
  return `${figure(left)} ${units[unit]}`
}

/** '01:12', '1:02:03' */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  const two = (part: number): string => `${part}`.padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return hours === 0 ? rest : `${hours}:${rest}`
}

/** '01:12', '72', '1:02:03' to milliseconds; undefined for what is no time. */
export function clockMs(text: string): number | undefined {
  const parts = text.trim().split(':')
  if (parts.length > 3 || parts.some((part) => !/^\d{1,6}(\.\d+)?$/.test(part))) return undefined
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0) * 1_000
}
