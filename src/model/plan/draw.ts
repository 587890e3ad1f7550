/**
 * A load over time as a picture of characters, for `onrush plan` and the docs. No colour; ASCII where the terminal has no block
 * characters. A column shows the most that the plan wants within it, so that no spike is too narrow to be seen. Users are
 * asked of the schedule the workers follow; the line of rates is the one whose area the arrivals are (a test holds both
 * together).
 */
import type { LoadShape, Rate } from '../../contracts/plan.ts'
import { formatDuration } from './duration.ts'
import { formatRate } from './rate.ts'
import { UserRamp } from './schedules.ts'
import {
  arrivalSchedule,
  arrivalsPerSecPeak,
  type ClosedLoad,
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
/** Of the numbers on the left; more when they are longer. */
const LABEL_COLUMNS = 9
/** Indent, blank, axis and a blank on the right. */
const SIDE_COLUMNS = 5
const REPLAY_PARTS = 100
const BLOCKS = ['', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
/** A part of the load in which it only grows or only falls. */
interface Piece {
  readonly startNs: number
  readonly endNs: number
  /** From start to end, both included: at the end, before any jump. */
  readonly at: (elapsedNs: number) => number
}

/** Lines of the picture; none for loads that follow no clock: iterations, or a constant load until stopped. */
export function drawLoad(load: LoadShape, startAfterMs: number, look: Look): string[] {
  const lengthNs = drawnNs(load)
  if (lengthNs === undefined) return []
  const peak = isOpen(load) ? peakOf(load) : { arrivals: usersPeak(load), perNs: 1 }
  const label = isOpen(load) ? formatRate(peak) : `${peak.arrivals}`
  const labelColumns = Math.max(LABEL_COLUMNS, label.length)
  const columns = Math.max(
    COLUMNS_LEAST,
    Math.min(COLUMNS_MAX, look.columns) - labelColumns - SIDE_COLUMNS,
  )
  const values = columnsOf(isOpen(load) ? ratePieces(load) : userPieces(load, lengthNs), {
    columns,
    widthNs: lengthNs / columns,
  })
  const bars = barsOf(values, peak.arrivals / peak.perNs, look.unicode)
  const [side, corner, floor] = look.unicode ? ['│', '└', '─'] : ['|', '+', '-']
  const lines = bars.map((bar, row) =>
    `  ${(row === 0 ? label : '').padStart(labelColumns)} ${side}${bar}`.trimEnd(),
  )
  const until = load.durationMs === null ? ' …' : ''
  const foot = timeLine(startAfterMs * 1e6, lengthNs, columns, look.unicode ? until : '')
  lines.push(`  ${'0'.padStart(labelColumns)} ${corner}${floor.repeat(columns)}`)
  lines.push(`  ${' '.repeat(labelColumns)}  ${foot}`)
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

/** Arrivals per ns as the plan wants them; the area up to a time is the arrivals due by then. */
export function ratePieces(load: OpenLoad): Piece[] {
  if (load.kind === 'constant-arrivals') {
    const rate = load.rate.arrivals / load.rate.perNs
    return [{ startNs: 0, endNs: (load.durationMs ?? 0) * 1e6, at: () => rate }]
  }
  if (load.kind === 'replayed-arrivals') return replayPieces(load)
  let startNs = 0
  let from = load.startArrivals
  return load.stages.map(({ arrivals, durationMs }) => {
    const [start, first, length] = [startNs, from, durationMs * 1e6]
    startNs += length
    from = arrivals
    const at = (ns: number): number =>
      (first + ((arrivals - first) * (ns - start)) / length) / load.perNs
    return { startNs: start, endNs: startNs, at }
  })
}

/** A recording has no rate but what came: counted in equal parts. */
function replayPieces(load: OpenLoad): Piece[] {
  const schedule = arrivalSchedule(load)
  const partNs = ((load.durationMs ?? 0) * 1e6) / REPLAY_PARTS
  return Array.from({ length: REPLAY_PARTS }, (_, part) => {
    const [startNs, endNs] = [part * partNs, (part + 1) * partNs]
    const rate = (schedule.countBy(endNs - 1) - schedule.countBy(startNs - 1)) / partNs
    return { startNs, endNs, at: () => rate }
  })
}

function userPieces(load: ClosedLoad, lengthNs: number): Piece[] {
  const schedule = userSchedule(load)
  const at = (ns: number): number => schedule.usersAt(Math.floor(ns))
  if (load.kind !== 'ramping-users') return [{ startNs: 0, endNs: lengthNs, at }]
  let startNs = 0
  return load.stages.map(({ users, durationMs }) => {
    const start = startNs
    const endNs = start + durationMs * 1e6
    startNs = endNs
    return { startNs: start, endNs, at: (ns) => (ns < endNs ? at(ns) : users) }
  })
}

/** The most within each column. */
function columnsOf(
  pieces: readonly Piece[],
  { columns, widthNs }: { readonly columns: number; readonly widthNs: number },
): number[] {
  return Array.from({ length: columns }, (_, column) => {
    let most = 0
    for (const { startNs, endNs, at } of pieces) {
      const fromNs = Math.max(startNs, column * widthNs)
      const toNs = Math.min(endNs, (column + 1) * widthNs)
      if (fromNs < toNs) most = Math.max(most, at(fromNs), at(toNs))
    }
    return most
  })
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
  const fits = gap > 0 && gap + left.length + middle.length + right.length < columns
  const text = fits ? `${left}${' '.repeat(gap)}${middle}` : left
  return `${text}${' '.repeat(Math.max(1, columns - text.length - right.length))}${right}`
}
