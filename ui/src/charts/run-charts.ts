/**
 * The charts of a run: A heat map with percentiles, B offered and served, C errors, D users, E phases, G generator. Pure; told the next
 * points of the same run, only what is new is read.
 */
import { PHASE_NAMES } from '../../../src/contracts/plan.ts'
import type { ViewPoint } from '../api/types.ts'
import { count, duration, figure, percent } from '../figures/format.ts'
import type { ChartModel, Line } from './chart-model.ts'
import { Columns, type Read } from './columns.ts'
import { rowsRange } from './heat-cells.ts'
import { courseOf, sentenceOf } from './sentences.ts'

const KINDS_SHOWN = 5
const perSecond = (value: number, { spanMs }: ViewPoint): number => (value * 1_000) / spanMs
const rateOf = (value: number | null | undefined): string => `${figure(value)}/s`

export type RunCharts = Readonly<
  Record<'response' | 'served' | 'errors' | 'users' | 'phases' | 'cpu' | 'delay', ChartModel>
>

/** For one look at a run. */
export const runCharts = (points: readonly ViewPoint[]): RunCharts => growingRunCharts()(points)

/** For a run that goes on: call it again with what has been added. */
export function growingRunCharts(): (points: readonly ViewPoint[]) => RunCharts {
  const columns = new Columns()
  return (points) => chartsOf(columns.take(points), points)
}

function chartsOf(columns: Columns, points: readonly ViewPoint[]): RunCharts {
  const { seconds } = columns
  const line = (
    label: string,
    read: Read,
    style: Line['style'] = 'line',
    color?: number,
  ): Line => ({
    label,
    values: columns.of(label, read).values,
    style,
    ...(color !== undefined && { color }),
  })
  const course = (label: string, read: Read, format: ChartModel['format']): string =>
    courseOf(columns.of(label, read), label, read, format)
  const base = { isStacked: false, isLog: false, seconds }
  const p50: Read = (point) => point.p50Ms
  const p95: Read = (point) => point.p95Ms
  const fastest: Read = ({ heat }) => heat[0]?.[0] ?? null
  const slowest: Read = ({ heat }) => heat.at(-1)?.[0] ?? null
  const users: Read = (point) => point.users
  const planned: Read = (point) => point.planned?.users ?? null
  const inFlight: Read = (point) => point.inFlight
  const cpu: Read = (point) => point.cpuRatio
  const delay: Read = (point) => point.loopDelayMs
  const isPlanned = (columns.of('planned', planned).high?.planned?.users ?? 0) > 0
  return {
    response: {
      ...base,
      id: 'response',
      title: 'Response time',
      question: 'Is it slow for all, or for a few?',
      isLog: true,
      yRange: rowsRange(
        columns.of('fastest row', fastest).low?.heat[0]?.[0] ?? 0,
        columns.of('slowest row', slowest).high?.heat.at(-1)?.[0] ?? -1,
      ),
      format: duration,
      lines: [
        line('p50', p50, 'line', 0),
        line('p95', p95, 'line', 5),
        line('p99', (point) => point.p99Ms, 'line', 3),
      ],
      sentence: sentenceOf(course('p95', p95, duration), course('p50', p50, duration)),
    },
    served: servedChart(columns, line, course),
    errors: errorsChart(columns),
    users: {
      ...base,
      id: 'users',
      title: 'Users and requests in flight',
      question: 'What was done to the target?',
      format: figure,
      lines: [
        line('users', users, 'step', 0),
        ...(isPlanned ? [line('planned', planned, 'step', 3)] : []),
        line('in flight', inFlight, 'line', 1),
      ],
      sentence: sentenceOf(course('users', users, count), course('in flight', inFlight, figure)),
    },
    phases: {
      ...base,
      id: 'phases',
      title: 'Where the time goes',
      question: 'This machine, the network or the server?',
      isStacked: true,
      format: duration,
      lines: PHASE_NAMES.map((name, index) => ({
        ...line(name, (point) => point.phasesMs[index] ?? null, 'area', index),
        sums: columns.of(`up to ${name}`, (point) => sumTo(point.phasesMs, index)).values,
      })),
      sentence: sentenceOf(
        ...PHASE_NAMES.map((name, index) => ({ name, ms: points.at(-1)?.phasesMs[index] ?? 0 }))
          .filter(({ ms }) => ms > 0)
          .map(({ name, ms }) => `${name} ${duration(ms)}`),
        'mean per request, last stretch',
      ),
    },
    cpu: {
      ...base,
      id: 'cpu',
      title: 'Generator: CPU',
      question: 'Can these numbers be trusted? CPU of the busiest worker.',
      format: percent,
      lines: [line('CPU', cpu, 'line', 0)],
      sentence: sentenceOf(course('CPU of the busiest worker', cpu, percent)),
    },
    delay: {
      ...base,
      id: 'delay',
      title: 'Generator: loop delay',
      question: 'Was the generator itself late?',
      format: duration,
      lines: [line('loop delay', delay, 'line', 0)],
      sentence: sentenceOf(course('loop delay', delay, duration)),
    },
  }
}

function sumTo(values: readonly number[], last: number): number | null {
  if (values.length === 0) return null
  let sum = 0
  for (let index = 0; index <= last; index++) sum += values[index] ?? 0
  return sum
}

function servedChart(
  columns: Columns,
  line: (label: string, read: Read, style?: Line['style'], color?: number) => Line,
  course: (label: string, read: Read, format: ChartModel['format']) => string,
): ChartModel {
  const due: Read = (point) => perSecond(point.arrivals.started + point.arrivals.dropped, point)
  const started: Read = (point) => perSecond(point.arrivals.started, point)
  const served: Read = (point) => perSecond(point.requests, point)
  const dropped: Read = (point) => perSecond(point.arrivals.dropped, point)
  const isAbove = (name: string, read: Read): boolean => {
    const { high } = columns.of(name, read)
    return high !== undefined && read(high)! > 0
  }
  const isOpen =
    isAbove('arrivals due', due) ||
    isAbove('arrivals planned', (point) => point.planned?.arrivals ?? 0)
  const lines = isOpen
    ? [
        line('arrivals due', due, 'step', 3),
        line('arrivals started', started, 'step', 0),
        line('dropped', dropped, 'area', 1),
      ]
    : []
  return {
    id: 'served',
    title: isOpen ? 'Offered and served' : 'Requests served',
    question: 'Does the target keep up?',
    isStacked: false,
    isLog: false,
    seconds: columns.seconds,
    format: rateOf,
    lines: [...lines, line('requests', served, 'line', isOpen ? 5 : 0)],
    sentence: sentenceOf(
      course('requests', served, rateOf),
      isOpen ? courseOf(columns.of('dropped', dropped), 'dropped arrivals', dropped, rateOf) : '',
    ),
  }
}

function errorsChart(columns: Columns): ChartModel {
  const totals = columns.tally('errors', ({ errors }) => errors)
  const byCount = [...totals].filter(([, times]) => times > 0).sort((a, b) => b[1] - a[1])
  const shown = byCount.slice(0, KINDS_SHOWN).map(([kind]) => kind)
  const of =
    (wanted: (kind: string) => boolean): Read =>
    (point) => {
      let times = 0
      for (const [kind, count] of point.errors) if (wanted(kind)) times += count
      return perSecond(times, point)
    }
  /** A column is of the kinds that its name says, whatever else is shown. */
  const column = (label: string, kinds: readonly string[], wanted: (kind: string) => boolean) =>
    columns.of(`errors ${label} ${JSON.stringify(kinds)}`, of(wanted)).values
  const lines: Line[] = shown.map((kind, index) => {
    const below = shown.slice(0, index + 1)
    return {
      label: kind,
      style: 'bars',
      color: index,
      values: column('of', [kind], (each) => each === kind),
      sums: column('up to', below, (each) => below.includes(each)),
    }
  })
  if (byCount.length > shown.length)
    lines.push({
      label: 'other kinds',
      style: 'bars',
      color: KINDS_SHOWN,
      values: column('but', shown, (each) => !shown.includes(each)),
      sums: column('all', [], () => true),
    })
  const all = byCount.reduce((sum, [, times]) => sum + times, 0)
  return {
    id: 'errors',
    title: 'Errors by kind',
    question: 'What breaks, and when?',
    isStacked: true,
    isLog: false,
    seconds: columns.seconds,
    format: rateOf,
    lines,
    sentence:
      all === 0
        ? '0 errors.'
        : sentenceOf(
            `${count(all)} errors`,
            ...byCount.slice(0, KINDS_SHOWN).map(([kind, times]) => `${kind} ${count(times)}`),
          ),
    ...(all === 0 && { nothing: '0 errors' }),
  }
}
