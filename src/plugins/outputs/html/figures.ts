/**
 * Figures as the report shows them: three digits that mean something, thousands apart, a fixed unit per column. The page script has the same
 * functions built in, so a table that was recomputed reads as it did before. Pure.
 */
const NONE = '–'
const THIN_SPACE = '\u202f'

/** '1 234', '12.3', '0.0123'; '–' for what was not measured. */
export function short(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NONE
  const size = Math.abs(value)
  if (size >= 99.95) return grouped(Math.round(value))
  return `${Number(value.toPrecision(3))}`
}

/** Whole numbers in full. */
export function grouped(count: number): string {
  return `${count}`.replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE)
}

/** '12.3 kB', '4.56 MB'. */
export function bytes(count: number): string {
  const step = Math.min(UNITS.length - 1, count < 1_000 ? 0 : Math.floor(Math.log10(count) / 3))
  return `${short(count / 1_000 ** step)} ${UNITS[step]}`
}
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** '01:05', '2:03:04': a time in the run. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  const tail = `${two(minutes)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${tail}` : tail
}
const two = (value: number): string => `${value}`.padStart(2, '0')

/** As '0.31 %'; '–' of nothing. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? NONE : `${short((part / whole) * 100)} %`
}
