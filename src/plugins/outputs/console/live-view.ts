/**
 * The window at the bottom of a running test, as lines of text: pure, from numbers to strings. Full from 100
 * columns, without history and secondary columns from 60, one line below that; a line is never wider than the
 * terminal. Latencies are those from the moment a request was due, and carry no colour of their own: only a
 * threshold of the user's can say what is slow.
 */
import type { MonitorReading } from '../../../contracts/monitor.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import {
  formatClock,
  formatMs,
  formatObserved,
  formatRate,
  formatShare,
  NOTHING,
  sparkline,
} from './format.ts'
import { liveMonitorLines } from './monitor-lines.ts'
import { clipTo, drawable, mark, plainText, type Style } from './style.ts'

export interface LiveView extends Partial<Pick<LiveStatus, 'paused' | 'keys'>> {
  readonly script: string
  readonly host: string
  readonly load: string
  readonly runId: string
  readonly elapsedMs: number
  /** null: until stopped. */
  readonly durationMs: number | null
  /** What happens now is not judged. */
  readonly warmingUp: boolean
  /** How much is judged is known at the end only. */
  readonly findsWarmup: boolean
  readonly users: number
  readonly dropped: number
  /** The first is the total. */
  readonly rows: readonly LiveRow[]
  readonly rowsHidden: number
  /** As they stand now. */
  readonly thresholds: readonly ThresholdResult[]
  readonly errors: readonly LiveError[]
  /** Of the last window that has any. */
  readonly monitors: readonly MonitorReading[]
  readonly generator: {
    readonly cpuRatio: number
    readonly loopDelayMs: number
    readonly sockets: number
  }
  readonly stopping: boolean
}
/** What steering makes of a run, instead of what its plan says. */
export interface LiveStatus {
  readonly load: string
  readonly durationMs: number | null
  readonly paused: boolean
  /** What keys do. */
  readonly keys?: string
}
export interface LiveRow {
  readonly name: string
  readonly ratePerSec: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly maxMs: number | null
  readonly failureShare: number
  /** Requests per second of the last minute, oldest first. */
  readonly history: readonly number[]
}
export interface LiveError {
  readonly count: number
  readonly series: string
  readonly text: string
  readonly firstAtMs: number
  readonly lastAtMs: number
}

/** Columns for the history; the mock-up's 60 seconds fold into so many characters. */
const HISTORY_COLUMNS = 20
const LABEL_COLUMNS = 13
const THRESHOLD_LINES = 3

/** Columns between what stands left and what stands right. */
const SPREAD_LEAST = 3

/** Lines of the window, each at most `style.columns` wide. */
export function renderLive(view: LiveView, style: Style): string[] {
  if (style.columns < 60) return [clipTo(shortLine(view), style.columns)]
  const wide = style.columns >= 100
  const lines = [
    ...headline(view, style),
    progress(view, style),
    '',
    ...table(view, style, wide),
    '',
    ...thresholdLines(view, style),
    ...errorLines(view, style),
    ...liveMonitorLines(view.monitors, style),
    generatorLine(view, style),
    style.dim(lastLine(view)),
  ]
  return lines.map((line) => clipTo(line, style.columns))
}

function lastLine({ stopping, keys }: LiveView): string {
  if (stopping) return ' stopping: iterations finish · Ctrl-C again stops at once'
  return keys ?? ' Ctrl-C stops gracefully, twice at once'
}

/** The line for logs and CI, one per ten seconds. */
export function shortLine(view: LiveView): string {
  const total = view.rows[0]
  const clock = formatClock(view.elapsedMs)
  if (total === undefined) return `${clock} users=${view.users} no request yet`
  const dropped = view.dropped > 0 ? ` dropped=${view.dropped}` : ''
  const failing = view.thresholds.filter(isFailing).length
  const rules = failing > 0 ? ` failing=${failing}/${view.thresholds.length}` : ''
  return `${clock} users=${view.users} rps=${formatRate(total.ratePerSec)} p95=${formatMs(total.p95Ms)} err=${formatShare(total.failureShare)} lag=${formatMs(view.generator.loopDelayMs)}${dropped}${rules}`
}

/** The load has a line of its own where it does not fit beside the rest. */
function headline(view: LiveView, style: Style): string[] {
  const arrow = style.unicode ? '→' : '->'
  const load = drawable(view.load, style)
  const left = ` ${style.bold(view.script)} ${arrow} ${view.host}`
  const id = `${style.dim(view.runId)} `
  const whole = `${load}   ${id}`
  const room = style.columns - plainText(left).length - SPREAD_LEAST
  if (plainText(whole).length <= room) return [spread(left, whole, style.columns)]
  return [spread(left, id, style.columns), ` ${load}`]
}

function progress(view: LiveView, style: Style): string {
  const later = view.findsWarmup ? '  warm-up found at the end' : ''
  const warmup = view.warmingUp ? '  warming up, not judged yet' : later
  const paused = view.paused === true ? `  ${style.warn('PAUSED')}` : ''
  const facts = `users ${view.users}  dropped ${view.dropped}${paused}${style.dim(warmup)}`
  if (view.durationMs === null) return ` ${formatClock(view.elapsedMs)}   ${facts}`
  const cells = Math.min(33, style.columns - 45)
  const done = Math.round(cells * Math.min(1, view.elapsedMs / view.durationMs))
  const [full, empty] = style.unicode ? ['█', '░'] : ['#', '.']
  const bar = full.repeat(done) + style.dim(empty.repeat(cells - done))
  return ` ${bar} ${formatClock(view.elapsedMs)} / ${formatClock(view.durationMs)}   ${facts}`
}

function table(view: LiveView, style: Style, wide: boolean): string[] {
  if (view.rows.length === 0) return [style.dim(' waiting for the first request')]
  const nameColumns = wide ? 28 : 20
  const head = ['rate/s', 'p50', 'p95', ...(wide ? ['p99', 'max'] : ['p99']), 'errors']
  const lines = [
    style.dim(
      ` ${' '.repeat(nameColumns)}${head.map((each) => each.padStart(9)).join('')}${wide ? '   last 60 s' : ''}`,
    ),
  ]
  view.rows.forEach((row, index) => {
    const name = `${branch(index, view, style)}${row.name}`.slice(0, nameColumns)
    const cells = [
      formatRate(row.ratePerSec),
      formatMs(row.p50Ms),
      formatMs(row.p95Ms),
      formatMs(row.p99Ms),
    ]
    if (wide) cells.push(formatMs(row.maxMs))
    const errors = formatShare(row.failureShare).padStart(row.failureShare > 0 ? 7 : 9)
    const shown = row.failureShare > 0 ? `${style.fail(errors)} ${mark(style, 'warn')}` : errors
    const history = wide && style.unicode ? `   ${style.dim(sparkline(folded(row.history)))}` : ''
    lines.push(
      ` ${name.padEnd(nameColumns)}${cells.map((each) => each.padStart(9)).join('')}${shown}${history}`,
    )
  })
  if (view.rowsHidden > 0) lines.push(style.dim(`   and ${view.rowsHidden} more in the result`))
  return lines
}

function branch(index: number, view: LiveView, style: Style): string {
  if (index === 0) return ''
  const last = index === view.rows.length - 1
  if (!style.unicode) return last ? '`- ' : '|- '
  return last ? '└ ' : '├ '
}

/** Failing ones first, as many to a line as fit; one that cannot be judged yet has no mark. */
function thresholdLines({ thresholds }: LiveView, style: Style): string[] {
  const rank = (each: ThresholdResult): number => (isFailing(each) ? 0 : 1)
  const items = [...thresholds].sort((a, b) => rank(a) - rank(b)).map((each) => item(each, style))
  const lines: string[][] = []
  let columns = Number.POSITIVE_INFINITY
  let shown = 0
  for (const text of items) {
    const itemColumns = plainText(text).length + 3
    if (columns + itemColumns > style.columns) {
      if (lines.length === THRESHOLD_LINES) break
      lines.push([])
      columns = LABEL_COLUMNS
    }
    lines.at(-1)!.push(text)
    columns += itemColumns
    shown++
  }
  const hidden = items.length - shown
  return lines.map((line, index) => {
    const label = (index === 0 ? ' thresholds' : '').padEnd(LABEL_COLUMNS)
    const isLast = index === lines.length - 1
    return `${label}${line.join('   ')}${isLast && hidden > 0 ? style.dim(` and ${hidden} more`) : ''}`
  })
}

function item(threshold: ThresholdResult, style: Style): string {
  const { rule, passed, observed, unit, firstCrossedAtMs } = threshold
  const value = observed === null ? NOTHING : formatObserved(observed, unit)
  if (firstCrossedAtMs !== null && !passed) {
    const since = style.dim(` since ${formatClock(firstCrossedAtMs)}`)
    return `${mark(style, 'fail')} ${rule}  ${style.fail(value)}${since}`
  }
  if (passed && observed !== null) return `${mark(style, 'ok')} ${rule}  ${value}`
  return style.dim(`${NOTHING} ${rule}${observed === null ? '' : `  ${value}`}`)
}

/** What was never crossed is not failing yet: nothing was measured, the span is not full, the count not reached. */
function isFailing({ passed, firstCrossedAtMs }: ThresholdResult): boolean {
  return !passed && firstCrossedAtMs !== null
}

/** Grouped, most frequent first; the full five parts come with the summary. */
function errorLines(view: LiveView, style: Style): string[] {
  return view.errors.slice(0, 3).map((error, index) => {
    const label = index === 0 ? 'errors' : ''
    const times = `${style.unicode ? '×' : 'x'}${error.count}`
    const when = `first ${formatClock(error.firstAtMs)}  last ${formatClock(error.lastAtMs)}`
    const room = Math.max(
      10,
      style.columns - 14 - times.length - error.series.length - when.length - 6,
    )
    return ` ${label.padEnd(12)}${style.fail(times)} ${error.series}  ${error.text.slice(0, room)}  ${style.dim(when)}`
  })
}

function generatorLine(view: LiveView, style: Style): string {
  const { cpuRatio, loopDelayMs, sockets } = view.generator
  return ` generator   cpu ${formatShare(cpuRatio)}  loop lag ${formatMs(loopDelayMs)}  sockets ${sockets}${style.dim('')}`
}

function folded(history: readonly number[]): number[] {
  const per = Math.max(1, Math.ceil(history.length / HISTORY_COLUMNS))
  const cells: number[] = []
  for (let start = 0; start < history.length; start += per) {
    const part = history.slice(start, start + per)
    cells.push(part.reduce((sum, each) => sum + each, 0) / part.length)
  }
  return cells
}

function spread(left: string, right: string, columns: number): string {
  const gap = columns - plainText(left).length - plainText(right).length
  return left + ' '.repeat(Math.max(SPREAD_LEAST, gap)) + right
}
