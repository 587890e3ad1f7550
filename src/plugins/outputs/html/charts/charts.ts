/** The charts of a run, in the order in which one asks: how slow, did it keep up, what broke, for how many, where did the time go, and who measured. */
import { PHASE_NAMES } from '../../../../contracts/plan.ts'
import type { RunView, ViewPoint } from '../../../../contracts/view.ts'
import { clock, grouped, percent, short } from '../figures.ts'
import { heatMap } from './heat-map.ts'
import {
  barsPath,
  type Chart,
  COLOURS_MAX,
  type Layer,
  type Limit,
  type Line,
  layerKey,
  lineDrawing,
  lineKey,
  stackDrawing,
} from './lines.ts'
import { monitorCharts } from './monitor-charts.ts'
import type { Frame } from './plot.ts'

/** Flags drawn; the list has them all. */
export const FLAGS_MAX = 20
const LIMITS_MAX = 3

export function chartsOf(view: RunView): Chart[] {
  const { points } = view
  const frame = frameOf(view)
  return [
    heatMap(frame, points, limitsOf(view)),
    servedChart(frame, view),
    errorChart(frame, points),
    usersChart(frame, points),
    phaseChart(frame, points),
    ...monitorCharts(frame, points, view.result.monitors),
    cpuChart(frame, points),
    delayChart(frame, points),
  ]
}

/** Events that are shown in charts: what somebody did, and what changed the run. */
export function flaggedEvents({ events }: RunView['result']): RunView['result']['events'] {
  return events.filter((each) => each.kind !== 'log' && each.kind !== 'limit').slice(0, FLAGS_MAX)
}

function frameOf({ elapsedMs, points, result }: RunView): Frame {
  const last = points.at(-1)
  return {
    durationMs: Math.max(elapsedMs, last === undefined ? 0 : last.atMs + last.spanMs),
    bands: [
      ...bandsOf(points, 'warm-up', (point) => point.warmup === true),
      ...bandsOf(points, 'paused', (point) => point.paused === true),
    ],
    flags: flaggedEvents(result).map(({ atMs }, index) => ({ atMs, number: index + 1 })),
  }
}

function bandsOf(
  points: readonly ViewPoint[],
  name: string,
  belongs: (point: ViewPoint) => boolean,
): Frame['bands'] {
  const bands: { fromMs: number; toMs: number; name: string }[] = []
  for (const { atMs, spanMs } of points.filter(belongs)) {
    const before = bands.at(-1)
    if (before?.toMs === atMs) before.toMs = atMs + spanMs
    else bands.push({ fromMs: atMs, toMs: atMs + spanMs, name })
  }
  return bands
}

/** Rules about percentiles of the response time. */
function limitsOf({ result }: RunView): Limit[] {
  return result.run.plan.thresholds
    .filter(
      ({ metric, unit }) =>
        metric.kind === 'percentile' && metric.of === 'response' && unit === 'ms',
    )
    .slice(0, LIMITS_MAX)
    .map(({ rule, limit }) => ({ value: limit, name: rule }))
}

const perSec = (count: number, { spanMs }: ViewPoint): number => count / (spanMs / 1_000)

function servedChart(frame: Frame, { points, result }: RunView): Chart {
  const title = 'Offered and served'
  const isOpen = result.arrivals.due > 0
  const dropped: Layer = {
    name: 'dropped arrivals',
    colour: 1,
    value: (point) => perSec(point.arrivals.dropped, point),
  }
  const lines: Line[] = [
    { name: 'requests', colour: 0, value: (point) => perSec(point.requests, point) },
  ]
  if (isOpen) {
    lines.push(
      {
        name: 'arrivals started',
        colour: 2,
        value: (point) => perSec(point.arrivals.started, point),
      },
      {
        name: 'arrivals planned',
        colour: 3,
        dash: 1,
        value: (point) => point.planned && perSec(point.planned.arrivals, point),
      },
    )
  }
  const { totals, arrivals } = result
  const requests = `${grouped(totals.requests)} requests, ${short(totals.ratePerSec)} per second on average`
  return {
    title,
    sentence: isOpen
      ? `${requests}; ${grouped(arrivals.dropped)} of ${grouped(arrivals.due)} arrivals were dropped (${percent(arrivals.dropped, arrivals.due)}).`
      : `${requests}.`,
    legend: [...lines.map(lineKey), ...(isOpen ? [layerKey(dropped)] : [])],
    drawing: lineDrawing(frame, points, {
      title,
      unit: 'per s',
      lines,
      under: (plot) =>
        isOpen
          ? barsPath(
              plot,
              points,
              dropped,
              points.map(() => 0),
            )
          : undefined,
    }),
  }
}

function errorChart(frame: Frame, points: readonly ViewPoint[]): Chart {
  const title = 'Errors by kind'
  const totals = new Map<string, number>()
  for (const [kind, count] of points.flatMap((point) => point.errors)) {
    totals.set(kind, (totals.get(kind) ?? 0) + count)
  }
  const kinds = [...totals].sort(([, a], [, b]) => b - a)
  const own = kinds.length <= COLOURS_MAX ? kinds : kinds.slice(0, COLOURS_MAX - 1)
  const named = new Set(own.map(([kind]) => kind))
  const layers: Layer[] = own.map(([kind], colour) => ({
    name: kind,
    colour,
    value: (point) =>
      perSec(
        countOf(point, (each) => each === kind),
        point,
      ),
  }))
  if (own.length < kinds.length) {
    layers.push({
      name: 'other kinds',
      colour: COLOURS_MAX - 1,
      value: (point) =>
        perSec(
          countOf(point, (each) => !named.has(each)),
          point,
        ),
    })
  }
  const first = points.find((point) => point.errors.length > 0)
  return {
    title,
    sentence:
      first === undefined
        ? 'No errors.'
        : `${kinds
            .map(([kind, count]) => `${grouped(count)} × ${kind}`)
            .slice(0, COLOURS_MAX)
            .join(', ')}; the first at ${clock(first.atMs)}.`,
    legend: layers.map(layerKey),
    drawing: stackDrawing(frame, points, { title, unit: 'per s', layers }),
  }
}

function countOf({ errors }: ViewPoint, belongs: (kind: string) => boolean): number {
  return errors.reduce((sum, [kind, count]) => (belongs(kind) ? sum + count : sum), 0)
}

function usersChart(frame: Frame, points: readonly ViewPoint[]): Chart {
  const title = 'Users'
  const hasPlan = points.some((point) => (point.planned?.users ?? 0) > 0)
  const lines: Line[] = [
    { name: 'users', colour: 0, value: (point) => point.users },
    { name: 'requests in flight', colour: 1, dash: 2, value: (point) => point.inFlight },
  ]
  if (hasPlan) {
    lines.push({
      name: 'users planned',
      colour: 3,
      dash: 1,
      value: (point) => point.planned?.users ?? null,
    })
  }
  const most = Math.max(0, ...points.map((point) => point.users))
  return {
    title,
    sentence: `At most ${grouped(most)} users at the same time.`,
    legend: lines.map(lineKey),
    drawing: lineDrawing(frame, points, { title, unit: 'users', lines }),
  }
}

function phaseChart(frame: Frame, points: readonly ViewPoint[]): Chart {
  const title = 'Where the time goes'
  const layers: Layer[] = PHASE_NAMES.map((name, phase) => ({
    name,
    colour: phase,
    value: (point) => point.phasesMs[phase] ?? 0,
  }))
  const requests = points.reduce((sum, point) => sum + point.requests, 0)
  const means = PHASE_NAMES.map((name, phase) => ({
    name,
    ms:
      points.reduce((sum, each) => sum + (each.phasesMs[phase] ?? 0) * each.requests, 0) / requests,
  }))
  const largest = means.reduce((a, b) => (b.ms > a.ms ? b : a))
  return {
    title,
    sentence:
      requests === 0
        ? 'Nothing was sent.'
        : `Mean per request; most of it is ${largest.name} (${short(largest.ms)} ms).`,
    legend: layers.map(layerKey),
    drawing: stackDrawing(frame, points, { title, unit: 'ms', layers }),
  }
}

function cpuChart(frame: Frame, points: readonly ViewPoint[]): Chart {
  const title = 'Load generator: CPU'
  const line: Line = { name: 'busiest worker', colour: 0, value: (point) => point.cpuRatio * 100 }
  const most = Math.max(0, ...points.map((point) => point.cpuRatio))
  return {
    title,
    sentence: `The busiest worker used at most ${short(most * 100)} % of a core in any stretch.`,
    legend: [lineKey(line)],
    drawing: lineDrawing(frame, points, { title, unit: '%', lines: [line], height: 160 }),
  }
}

function delayChart(frame: Frame, points: readonly ViewPoint[]): Chart {
  const title = 'Load generator: event-loop delay'
  const line: Line = { name: 'p99, worst worker', colour: 0, value: (point) => point.loopDelayMs }
  const most = Math.max(0, ...points.map((point) => point.loopDelayMs))
  return {
    title,
    sentence: `At most ${short(most)} ms; what a worker is late is in the figures.`,
    legend: [lineKey(line)],
    drawing: lineDrawing(frame, points, { title, unit: 'ms', lines: [line], height: 160 }),
  }
}
