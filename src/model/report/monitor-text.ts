/**
 * What monitors said, in words: figures with the unit that suits their size, and the figures of one source together. For screens and
 * reports alike. Pure.
 */
import type { MonitorUnit } from '../../contracts/monitor.ts'

const NOTHING = '–'
const SIZES = ['kB', 'MB', 'GB', 'TB', 'PB']

/** '83 %' is '83%' here: '83%', '312 MB', '1.2 MB/s', '540/s', '4.1 ms', '12'. */
export function monitorFigure(value: number | null | undefined, unit: MonitorUnit): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING
  switch (unit) {
    case 'bytes':
      return bytesText(value)
    case 'bytes/s':
      return `${bytesText(value)}/s`
    case 'ms':
      return `${digitsText(value)} ms`
    default:
      return `${digitsText(value)}${unit}`
  }
}

/** Source → its figures: `target.cpu` is the `cpu` of `target`. In the order they come. */
export function bySource<T extends { readonly name: string }>(
  figures: readonly T[],
): Map<string, (readonly [metric: string, figure: T])[]> {
  const sources = new Map<string, (readonly [string, T])[]>()
  for (const figure of figures) {
    const dot = figure.name.indexOf('.')
    const source = figure.name.slice(0, dot)
    const known = sources.get(source)
    const entry = [figure.name.slice(dot + 1), figure] as const
    if (known === undefined) sources.set(source, [entry])
    else known.push(entry)
  }
  return sources
}

/** Powers of ten, as disks and networks are sold. */
export function bytesText(value: number): string {
  let [rest, size] = [value, 'B']
  for (const next of SIZES) {
    if (Math.abs(rest) < 999.5) break
    rest /= 1_000
    size = next
  }
  return `${digitsText(rest)} ${size}`
}

/** Three significant ones, and every one before the point. */
export function digitsText(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
