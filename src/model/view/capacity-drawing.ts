/**
 * The curves of a search for the limit as geometry: what page and HTML report both draw, each with its own means. Load and response time on one
 * picture (a logarithm of time, because it explodes), throughput and concurrency with the scalability law on the other. Pure; in
 * pixels of a fixed size, y downwards.
 */
import type { CapacityResult, TrialResult } from '../../contracts/capacity.ts'

export interface Drawing {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** What is to be seen, for those who do not see it. */
  readonly sentence: string
  readonly xName: string
  readonly yName: string
  readonly xTicks: readonly Tick[]
  readonly yTicks: readonly Tick[]
  readonly bands: readonly Band[]
  readonly curves: readonly { readonly d: string; readonly isDashed: boolean }[]
  readonly marks: readonly Mark[]
}
interface Tick {
  readonly at: number
  readonly text: string
}
/** `beyond`: where the objective is broken. `between`: where the limit lies. */
interface Band {
  readonly role: 'beyond' | 'between'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly text: string
}
interface Mark {
  readonly x: number
  readonly y: number
  readonly role: TrialResult['verdict']
  readonly text: string
}

const WIDTH = 640
const HEIGHT = 300
const FRAME = { left: 60, right: WIDTH - 20, top: 26, bottom: HEIGHT - 46 }
const CURVE_POINTS = 60
/** Beyond what was measured the law is drawn so far, dashed. */
const BEYOND_RATIO = 2
const LEAST_MS = 1

/** x: load asked for, y: p95. Null: fewer than two trials have one. */
export function responseDrawing({ trials, search, answer }: CapacityResult): Drawing | null {
  const points = trials.filter((each) => each.p95Ms !== null)
  if (points.length < 2) return null
  const unit = search.by === 'users' ? ' users' : '/s'
  const limits = limitsOf(search.objectives)
  const times = [...points.map((each) => each.p95Ms!), ...limits.map((each) => each.ms)]
  const [lowMs, highMs] = decades(Math.max(LEAST_MS, Math.min(...times)), Math.max(...times))
  const xScale = linear(Math.max(...points.map((each) => each.load)))
  const yOf = (ms: number): number => {
    const share = Math.log(Math.max(lowMs, ms) / lowMs) / Math.log(highMs / lowMs)
    return tenth(FRAME.bottom - share * (FRAME.bottom - FRAME.top))
  }
  const { holds, high } = answer
  return {
    ...{ width: WIDTH, height: HEIGHT, ...FRAME },
    sentence: responseSentence(points, unit, answer),
    xName: search.by === 'users' ? 'users' : 'load, arrivals/s',
    yName: 'p95 of the response time',
    xTicks: xScale.ticks,
    yTicks: decadeTicks(lowMs, highMs).map((ms) => ({ at: yOf(ms), text: timeText(ms) })),
    bands: [
      ...limits.map(({ ms, rule }) => beyond(yOf(ms), rule)),
      ...(holds === null || high === null
        ? []
        : [between(xScale.of(holds), xScale.of(high), `the limit: ${holds}–${high}${unit}`)]),
    ],
    curves: [],
    marks: points.map((each) => ({
      x: xScale.of(each.load),
      y: yOf(each.p95Ms!),
      role: each.verdict,
      text: `${each.load}${unit}: p95 ${timeText(each.p95Ms!)}, ${VERDICTS[each.verdict]}`,
    })),
  }
}

/** x: requests in progress, y: good answers per second, and the law through them. Null: there is no law to draw. */
export function scalingDrawing({ trials, scalability }: CapacityResult): Drawing | null {
  const points = trials.filter(
    ({ verdict, inFlightMean }) => verdict !== 'void' && inFlightMean > 0,
  )
  if (scalability?.mayPredict !== true || points.length < 2) return null
  const most = Math.max(...points.map((each) => each.inFlightMean))
  const xScale = linear(BEYOND_RATIO * most)
  const { sigma, kappa, lambdaPerSec } = scalability
  const law = (n: number): number =>
    (lambdaPerSec * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1))
  const steps = Array.from(
    { length: CURVE_POINTS + 1 },
    (_, index) => (index / CURVE_POINTS) * BEYOND_RATIO * most,
  )
  // Below one request at a time the law says nothing.
  const curve = steps.map((n) => ({ n, perSec: n < 1 ? n * lambdaPerSec : law(n) }))
  const yScale = linear(
    Math.max(...curve.map((each) => each.perSec), ...points.map((each) => each.goodPerSec)),
  )
  const yOf = (perSec: number): number => flipped(yScale.share(perSec))
  const path = (part: typeof curve): string =>
    part
      .map(({ n, perSec }, index) => `${index === 0 ? 'M' : 'L'}${xScale.of(n)} ${yOf(perSec)}`)
      .join('')
  return {
    ...{ width: WIDTH, height: HEIGHT, ...FRAME },
    sentence: scalingSentence(scalability, most),
    xName: 'requests in progress',
    yName: 'good answers per second',
    xTicks: xScale.ticks,
    yTicks: yScale.values.map((value) => ({ at: yOf(value), text: short(value) })),
    bands: [],
    curves: [
      { d: path(curve.filter(({ n }) => n <= most)), isDashed: false },
      { d: path(curve.filter(({ n }) => n >= most)), isDashed: true },
    ],
    marks: points.map((each) => ({
      x: xScale.of(each.inFlightMean),
      y: yOf(each.goodPerSec),
      role: each.verdict,
      text: `${short(each.inFlightMean)} in progress: ${short(each.goodPerSec)}/s`,
    })),
  }
}

export const VERDICTS: Readonly<Record<TrialResult['verdict'], string>> = {
  pass: 'held',
  fail: 'broke',
  void: 'void: the generator was the limit',
}

function responseSentence(
  points: readonly TrialResult[],
  unit: string,
  { holds, high }: CapacityResult['answer'],
): string {
  const sorted = [...points].sort((a, b) => a.load - b.load)
  const [first, last] = [sorted[0]!, sorted.at(-1)!]
  const rise = `p95 is ${timeText(first.p95Ms!)} at ${first.load}${unit} and ${timeText(last.p95Ms!)} at ${last.load}${unit}`
  if (holds === null) return `${rise}; no load held.`
  return `${rise}; ${holds}${unit} held${high === null ? '' : `, ${high}${unit} broke`}.`
}

function scalingSentence(
  { peakConcurrency, peakPerSec }: NonNullable<CapacityResult['scalability']>,
  most: number,
): string {
  const measured = `Measured up to ${short(most)} requests in progress; beyond it, dashed, the law foretells`
  if (peakConcurrency === null || peakPerSec === null) return `${measured} no peak.`
  return `${measured} a peak of ${short(peakPerSec)}/s at ${short(peakConcurrency)}.`
}

/** Of percentiles and means in ms; rules about other figures have no place on this axis. */
function limitsOf(objectives: readonly string[]): { ms: number; rule: string }[] {
  return objectives.flatMap((rule) => {
    const [, amount, unit] = /^p95 *<=? *([\d.]+) *(us|ms|s)$/.exec(rule) ?? []
    if (amount === undefined || unit === undefined) return []
    return [{ ms: Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS], rule }]
  })
}
const UNITS_MS = { us: 0.001, ms: 1, s: 1_000 }

const beyond = (y: number, rule: string): Band => ({
  ...{ role: 'beyond', x: FRAME.left, y: FRAME.top, text: rule },
  ...{ width: FRAME.right - FRAME.left, height: tenth(Math.max(0, y - FRAME.top)) },
})
const between = (from: number, to: number, text: string): Band => ({
  ...{ role: 'between', x: from, y: FRAME.top, text },
  ...{ width: tenth(to - from), height: FRAME.bottom - FRAME.top },
})

/** From 0 to a round number at or above `most`, on the x axis or as shares. */
function linear(most: number) {
  const rough = Math.max(most, 1e-9) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999)!
  const values = Array.from({ length: Math.ceil((most / step) * 0.9999) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  )
  const end = values.at(-1)!
  const of = (value: number): number =>
    tenth(FRAME.left + (value / end) * (FRAME.right - FRAME.left))
  const ticks = values.map((value) => ({ at: of(value), text: short(value) }))
  return { values, of, share: (value: number): number => value / end, ticks }
}
const flipped = (share: number): number => tenth(FRAME.bottom - share * (FRAME.bottom - FRAME.top))

/** Whole thirds of decades around both. */
function decades(low: number, high: number): [number, number] {
  const ticks = decadeTicks(low / 3, high * 3)
  const from = ticks.findLast((each) => each <= low) ?? low
  return [from, ticks.find((each) => each >= high && each > from) ?? high]
}
function decadeTicks(low: number, high: number): number[] {
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
    ticks.push(...[1, 2, 5].map((each) => Number((each * 10 ** power).toPrecision(6))))
  return ticks.filter((each) => each >= low * 0.999 && each <= high * 1.001)
}

const timeText = (ms: number): string => (ms < 999.5 ? `${short(ms)} ms` : `${short(ms / 1_000)} s`)
const short = (value: number): string => `${Number(value.toPrecision(value >= 1_000 ? 4 : 3))}`
const tenth = (value: number): number => Math.round(value * 10) / 10
