/** What was watched of the target, on the time axis of everything else: one chart per unit, because a chart has one axis. */
import { MONITOR_UNITS, type MonitorUnit } from '../../../../contracts/monitor.ts'
import type { MonitorResult } from '../../../../contracts/result.ts'
import type { ViewPoint } from '../../../../contracts/view.ts'
import { monitorFigure } from '../../../../model/report/monitor-text.ts'
import { type Chart, COLOURS_MAX, type Line, lineDrawing, lineKey } from './lines.ts'
import type { Frame } from './plot.ts'

/** Name of the chart, its axis, and what a value is divided by for it. */
const AXES: Readonly<Record<MonitorUnit, readonly [title: string, unit: string, per: number]>> = {
  '%': ['Target: shares', '%', 1],
  bytes: ['Target: sizes', 'MB', 1e6],
  'bytes/s': ['Target: bytes per second', 'MB/s', 1e6],
  '/s': ['Target: per second', 'per s', 1],
  ms: ['Target: times', 'ms', 1],
  '': ['Target: numbers', '', 1],
}

export function monitorCharts(
  frame: Frame,
  points: readonly ViewPoint[],
  monitors: readonly MonitorResult[],
): Chart[] {
  return MONITOR_UNITS.flatMap((unit) => {
    const known = monitors.filter((each) => each.unit === unit)
    return known.length === 0 ? [] : [chartOf(frame, points, unit, known)]
  })
}

function chartOf(
  frame: Frame,
  points: readonly ViewPoint[],
  key: MonitorUnit,
  monitors: readonly MonitorResult[],
): Chart {
  const [title, unit, per] = AXES[key]
  const drawn = monitors.slice(0, COLOURS_MAX)
  const lines = drawn.map(({ name }, colour): Line => {
    const value = (point: ViewPoint): number | null => {
      const read = point.monitors?.find((each) => each.name === name)?.value ?? null
      return read === null ? null : read / per
    }
    return { name, colour, value }
  })
  const highest = drawn.map(({ name, max }) => `${name} ${monitorFigure(max, key)}`)
  const missing = monitors.length - drawn.length
  const rest = missing === 0 ? '' : ` ${missing} more are in the table.`
  return {
    title,
    sentence: `At most ${highest.join(', ')}.${rest}`,
    legend: lines.map(lineKey),
    drawing: lineDrawing(frame, points, { title, unit, lines }),
  }
}
