/** The charts of a run, from its points: A heat map with percentiles, B offered and served, C errors, D users, E phases, G generator. Pure. */
import { PHASE_NAMES } from '../../../src/contracts/plan.ts'
import type { ViewPoint } from '../api/types.ts'
import { count, duration, figure, percent } from '../figures/format.ts'
import { type ChartModel, type Line, valuesOf, withGaps } from './chart-model.ts'
import { courseOf, sentenceOf } from './sentences.ts'

const KINDS_SHOWN = 5
const perSecond = (value: number, { spanMs }: ViewPoint): number => (value * 1_000) / spanMs
const rateOf = (value: number | null | undefined): string => `${figure(value)}/s`

export type RunCharts = Readonly<
  Record<'response' | 'served' | 'errors' | 'users' | 'phases' | 'cpu' | 'delay', ChartModel>
>

export function runCharts(points: readonly ViewPoint[]): RunCharts {
  const places = withGaps(points)
  const line = (
    label: string,
    read: (point: ViewPoint) => number | null,
    style: Line['style'] = 'line',
    color?: number,
  ): Line => ({
    label,
    values: valuesOf(places, read),
    style,
    ...(color !== undefined && { color }),
  })
  const base = { isStacked: false, isLog: false }
  return {
    response: {
      ...base,
      id: 'response',
      title: 'Response time',
      question: 'Is it slow for all, or for a few?',
      isLog: true,
      format: duration,
      lines: [
        line('p50', (point) => point.p50Ms, 'line', 0),
        line('p95', (point) => point.p95Ms, 'line', 5),
        line('p99', (point) => point.p99Ms, 'line', 3),
      ],
      sentence: sentenceOf(
        courseOf(points, 'p95', (point) => point.p95Ms, duration),
        courseOf(points, 'p50', (point) => point.p50Ms, duration),
      ),
    },
    served: servedChart(points, line),
    errors: errorsChart(points, line),
    users: {
      ...base,
      id: 'users',
      title: 'Users and requests in flight',
      question: 'What was done to the target?',
      format: figure,
      lines: [
        line('users', (point) => point.users, 'step', 0),
        ...(points.some((point) => (point.planned?.users ?? 0) > 0)
          ? [line('planned', (point) => point.planned?.users ?? null, 'step', 3)]
          : []),
        line('in flight', (point) => point.inFlight, 'line', 1),
      ],
      sentence: sentenceOf(
        courseOf(points, 'users', (point) => point.users, count),
        courseOf(points, 'in flight', (point) => point.inFlight, figure),
      ),
    },
    phases: {
      ...base,
      id: 'phases',
      title: 'Where the time goes',
      question: 'This machine, the network or the server?',
      isStacked: true,
      format: duration,
      lines: PHASE_NAMES.map((name, index) =>
        line(name, (point) => point.phasesMs[index] ?? null, 'area', index),
      ),
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
      lines: [line('CPU', (point) => point.cpuRatio, 'line', 0)],
      sentence: sentenceOf(
        courseOf(points, 'CPU of the busiest worker', (point) => point.cpuRatio, percent),
      ),
    },
    delay: {
      ...base,
      id: 'delay',
      title: 'Generator: loop delay',
      question: 'Was the generator itself late?',
      format: duration,
      lines: [line('loop delay', (point) => point.loopDelayMs, 'line', 0)],
      sentence: sentenceOf(courseOf(points, 'loop delay', (point) => point.loopDelayMs, duration)),
    },
  }
}

type MakeLine = (
  label: string,
  read: (point: ViewPoint) => number | null,
  style?: Line['style'],
  color?: number,
) => Line

function servedChart(points: readonly ViewPoint[], line: MakeLine): ChartModel {
  const isOpen = points.some(
    ({ arrivals, planned }) =>
      arrivals.started > 0 || arrivals.dropped > 0 || (planned?.arrivals ?? 0) > 0,
  )
  const served = (point: ViewPoint): number => perSecond(point.requests, point)
  const dropped = (point: ViewPoint): number => perSecond(point.arrivals.dropped, point)
  const lines = isOpen
    ? [
        line(
          'arrivals due',
          (point) => perSecond(point.arrivals.started + point.arrivals.dropped, point),
          'step',
          3,
        ),
        line('arrivals started', (point) => perSecond(point.arrivals.started, point), 'step', 0),
        line('dropped', dropped, 'area', 1),
      ]
    : []
  return {
    id: 'served',
    title: isOpen ? 'Offered and served' : 'Requests served',
    question: 'Does the target keep up?',
    isStacked: false,
    isLog: false,
    format: rateOf,
    lines: [...lines, line('requests', served, 'line', isOpen ? 5 : 0)],
    sentence: sentenceOf(
      courseOf(points, 'requests', served, rateOf),
      isOpen ? courseOf(points, 'dropped arrivals', dropped, rateOf) : '',
    ),
  }
}

function errorsChart(points: readonly ViewPoint[], line: MakeLine): ChartModel {
  const totals = new Map<string, number>()
  for (const { errors } of points) {
    for (const [kind, times] of errors) totals.set(kind, (totals.get(kind) ?? 0) + times)
  }
  const byCount = [...totals].sort((a, b) => b[1] - a[1])
  const shown = byCount.slice(0, KINDS_SHOWN).map(([kind]) => kind)
  const isOther = (kind: string): boolean => !shown.includes(kind)
  const of = (wanted: (kind: string) => boolean) => (point: ViewPoint) =>
    perSecond(
      point.errors.reduce((sum, [kind, times]) => sum + (wanted(kind) ? times : 0), 0),
      point,
    )
  const lines = shown.map((kind, index) =>
    line(
      kind,
      of((each) => each === kind),
      'bars',
      index,
    ),
  )
  if (byCount.length > shown.length)
    lines.push(line('other kinds', of(isOther), 'bars', KINDS_SHOWN))
  const all = byCount.reduce((sum, [, times]) => sum + times, 0)
  return {
    id: 'errors',
    title: 'Errors by kind',
    question: 'What breaks, and when?',
    isStacked: true,
    isLog: false,
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
