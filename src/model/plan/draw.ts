/**
 * A load over time as a picture of characters, for `onrush plan` and the docs. It asks the schedules that the workers follow when
 * arrivals are due and how many users there are, so it cannot disagree with them. No colour; ASCII where the terminal has
 * no block characters. A column shows the rate while work arrives in it, or the most users that exist in it.
 */
import type { LoadShape, Rate } from '../../contracts/plan.ts'
import { formatDuration } from './duration.ts'
import { formatRate } from './rate.ts'
import { UserRamp } from './schedules.ts'
import {
  type ArrivalSchedule,
  arrivalSchedule,
  arrivalsPerSecPeak,
  isOpen,
  type OpenLoad,
  userSchedule,
  usersPeak,
} from './shape.ts'

export interface Look {
  readonly columns: number
  readonly unicode: boolean
}

const ROWS = 6
const COLUMNS_MAX = 100
const COLUMNS_LEAST = 20
const LABEL_COLUMNS = 9
const BLOCKS = ['', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
/** Further apart, arrivals have a pause between them rather than a low rate. */
const GAP_COLUMNS = 4
/** Instants looked at per column, stage ends aside. */
const SAMPLES_PER_COLUMN = 16

/** Lines of the picture; none for loads that follow no clock: iterations, or a constant load until stopped. */
export function drawLoad(load: LoadShape, startAfterMs: number, look: Look): string[] {
  const lengthNs = drawnNs(load)
  if (lengthNs === undefined) return []
  const columns = Math.max(COLUMNS_LEAST, Math.min(COLUMNS_MAX, look.columns) - LABEL_COLUMNS - 4)
  const widthNs = lengthNs / columns
  const [values, top, label] = isOpen(load)
    ? [ratesOf(load, widthNs, columns), peakRate(load), formatRate(peakOf(load))]
    : [usersOf(load, widthNs, columns), usersPeak(load), `${usersPeak(load)}`]
  const bars = barsOf(values, top, look.unicode)
  const [side, corner, floor] = look.unicode ? ['│', '└', '─'] : ['|', '+', '-']
  const lines = bars.map((bar, row) =>
    `  ${(row === 0 ? label : '').padStart(LABEL_COLUMNS)} ${side}${bar}`.trimEnd(),
  )
  const until = load.durationMs === null ? ' …' : ''
  const foot = timeLine(startAfterMs * 1e6, lengthNs, columns, look.unicode ? until : '')
  lines.push(`  ${'0'.padStart(LABEL_COLUMNS)} ${corner}${floor.repeat(columns)}`)
  lines.push(`  ${' '.repeat(LABEL_COLUMNS)}  ${foot}`)
  return lines
}

/** How much of the load is drawn, ns. */
function drawnNs(load: LoadShape): number | undefined {
  if (load.kind === 'per-user-iterations' || load.kind === 'shared-iterations') return undefined
  if (load.durationMs !== null) return load.durationMs * 1e6
  if (load.kind !== 'constant-users') return undefined
  const { rampNs } = new UserRamp(0, load.users, load.spawnRatePerSec)
  return rampNs === 0 ? undefined : Math.ceil((rampNs * 1.25) / 1e9) * 1e9
}

function peakOf(load: OpenLoad): Rate {
  if (load.kind === 'constant-arrivals') return load.rate
  if (load.kind === 'replayed-arrivals') return { arrivals: arrivalsPerSecPeak(load), perNs: 1e9 }
  const most = Math.max(load.startArrivals, ...load.stages.map((each) => each.arrivals))
  return { arrivals: most, perNs: load.perNs }
}

function peakRate(load: OpenLoad): number {
  const { arrivals, perNs } = peakOf(load)
  return arrivals / perNs
}

/** Arrivals per ns of each column. */
function ratesOf(load: OpenLoad, widthNs: number, columns: number): number[] {
  const schedule = arrivalSchedule(load)
  const isSparse = peakRate(load) * widthNs < 2
  return Array.from({ length: columns }, (_, column) => {
    const first = column === 0 ? 0 : schedule.countBy(Math.floor(column * widthNs))
    const end = schedule.countBy(Math.floor((column + 1) * widthNs))
    const count = end - first
    if (count >= 2) return (count - 1) / (schedule.dueNs(end - 1) - schedule.dueNs(first))
    const betweenNs = gapNs(schedule, first)
    return count === 1 || isSparse || betweenNs < GAP_COLUMNS * widthNs ? 1 / betweenNs : 0
  })
}

/** From the arrival before to the next one: where a column holds hardly any, this says the rate. */
function gapNs(schedule: ArrivalSchedule, next: number): number {
  const index = Math.min(next, schedule.totalCount - 1)
  if (index < 0) return Number.POSITIVE_INFINITY
  if (index > 0) return schedule.dueNs(index) - schedule.dueNs(index - 1)
  const followingNs = schedule.totalCount > 1 ? schedule.dueNs(1) - schedule.dueNs(0) : 0
  return Math.max(schedule.dueNs(0), followingNs) || Number.POSITIVE_INFINITY
}

function usersOf(load: LoadShape, widthNs: number, columns: number): number[] {
  const schedule = userSchedule(load)
  if (schedule === undefined) return []
  const most = Array.from({ length: columns }, (_, column) => {
    let users = 0
    for (let sample = 0; sample < SAMPLES_PER_COLUMN; sample++) {
      const atNs = Math.floor((column + sample / SAMPLES_PER_COLUMN) * widthNs)
      users = Math.max(users, schedule.usersAt(atNs))
    }
    return users
  })
  // A spike may fall between two samples, its corners cannot.
  let cornerNs = 0
  for (const stage of load.kind === 'ramping-users' ? load.stages : []) {
    cornerNs += stage.durationMs * 1e6
    const column = Math.min(columns - 1, Math.floor(cornerNs / widthNs))
    most[column] = Math.max(most[column]!, schedule.usersAt(Math.round(cornerNs)))
  }
  return most
}

/** From the top row down. */
function barsOf(values: readonly number[], top: number, unicode: boolean): string[] {
  return Array.from({ length: ROWS }, (_, row) => {
    const below = ROWS - 1 - row
    return values
      .map((value) => {
        const height = Math.max(0, Math.min(1, (Math.min(value, top) / top) * ROWS - below))
        // What is not zero is seen.
        const isFoot = below === 0 && value > 0
        if (!unicode) return height >= 0.5 ? '#' : isFoot ? '.' : ' '
        return BLOCKS[Math.max(Math.round(height * 8), isFoot ? 1 : 0)] || ' '
      })
      .join('')
  })
}

/** Start, middle and end, in time since the start of the run. */
function timeLine(startNs: number, lengthNs: number, columns: number, more: string): string {
  const stepNs = lengthNs > 20e9 ? 1e9 : 1e6
  const at = (ns: number, step: number): string => formatDuration(Math.round(ns / step) * step)
  const [left, right] = [at(startNs, 1e6), `${at(startNs + lengthNs, 1e6)}${more}`]
  const middle = at(startNs + lengthNs / 2, stepNs)
  const gap = Math.floor(columns / 2) - left.length - Math.floor(middle.length / 2)
  const text = `${left}${' '.repeat(Math.max(1, gap))}${middle}`
  return `${text}${' '.repeat(Math.max(1, columns - text.length - right.length))}${right}`
}
