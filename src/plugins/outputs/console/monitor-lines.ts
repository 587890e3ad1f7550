/** What is watched of the target, a line per source: now, in the live view; over the whole run, in the summary. */
import type { MonitorReading } from '../../../contracts/monitor.ts'
import type { MonitorResult } from '../../../contracts/result.ts'
import { bySource, monitorFigure } from '../../../model/report/monitor-text.ts'
import { plainText, type Style } from './style.ts'

const SOURCES_SHOWN = 4
const FIGURES_SHOWN = 5

/** The latest reading of each figure. */
export function liveMonitorLines(readings: readonly MonitorReading[], style: Style): string[] {
  return lines(readings, style, 11, ({ value, unit }) => monitorFigure(value, unit))
}

/** Mean, and the highest where that differs. */
export function monitorSummaryLines(results: readonly MonitorResult[], style: Style): string[] {
  return lines(results, style, 12, ({ mean, max, unit }) => {
    const [usual, highest] = [monitorFigure(mean, unit), monitorFigure(max, unit)]
    return usual === highest ? usual : `${usual} ${style.dim(`(max ${highest})`)}`
  })
}

/** The first figures of a source are those that matter most; those that stayed at nought do not. */
function lines<T extends { readonly name: string }>(
  figures: readonly T[],
  style: Style,
  columns: number,
  text: (figure: T) => string,
): string[] {
  const sources = [...bySource(figures)]
  const shown = sources.slice(0, SOURCES_SHOWN).map(([source, all]) => {
    const parts = all
      .map(([metric, figure]) => [metric, text(figure)] as const)
      .filter(([, value]) => !/^0\D*$/.test(value))
      .slice(0, FIGURES_SHOWN)
      .map(([metric, value]) => `${style.dim(metric)} ${value}`)
    return fitting(` ${source.padEnd(columns)}`, parts, style.columns)
  })
  const hidden = sources.length - shown.length
  return hidden > 0 ? [...shown, style.dim(`             and ${hidden} more sources`)] : shown
}

/** As many as fit: half a figure is none. */
function fitting(head: string, parts: readonly string[], columns: number): string {
  let line = head
  let used = plainText(head).length
  for (const [index, part] of parts.entries()) {
    const gap = index === 0 ? ' ' : '  '
    used += gap.length + plainText(part).length
    if (used > columns) break
    line += gap + part
  }
  return line
}
