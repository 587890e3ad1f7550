/**
 * A search for the limit in a terminal: one line per trial as it ends, then the answer. Pure: from data to lines.
 */
import type {
  CapacityResult,
  GeneratorCheck,
  HoldResult,
  LoadUnit,
  SearchEnd,
  TrialResult,
} from '../../../contracts/capacity.ts'
import { formatCount, formatMs, formatRate, formatShare, NOTHING } from './format.ts'
import { mark, type Style } from './style.ts'

const COLUMNS = [6, 10, 9, 9, 9]

export function trialHeading(by: LoadUnit, style: Style): string {
  const load = by === 'users' ? 'users' : 'load/s'
  return style.dim(` ${columns(['step', load, 'p95', 'p99', 'errors'])}   verdict`)
}

export function trialLine(trial: TrialResult, step: number, style: Style): string {
  const { verdict, purpose, load, p95Ms, p99Ms, failures, requests, certain, why } = trial
  const errors = requests === 0 ? NOTHING : formatShare(failures / requests)
  const cells = [String(step), String(load), formatMs(p95Ms), formatMs(p99Ms), errors]
  const role = verdict === 'pass' ? 'ok' : verdict === 'fail' ? 'fail' : 'same'
  const notes = [
    ...(PURPOSES[purpose] === '' ? [] : [PURPOSES[purpose]]),
    ...(verdict === 'void' ? ['void: the generator was the limit'] : []),
    ...(verdict === 'fail' ? [why] : []),
    ...(certain || verdict === 'void' ? [] : ['not certain']),
  ]
  return ` ${columns(cells)}   ${mark(style, role)}  ${style.dim(notes.join(', '))}`.trimEnd()
}

/** `kept`: where the result is. */
export function answerLines(result: CapacityResult, kept: string, style: Style): string[] {
  const { answer, search, scalability, headroom, drift, trials, requests } = result
  const rows: [name: string, text: string][] = [['Holds', holdsText(result, style)]]
  if (answer.firstBroken !== null) {
    const { load, detail } = answer.firstBroken
    rows.push(['Breaks', `at ${withUnit(load, search.by)}: ${detail}`])
  }
  rows.push(['Ended', ENDS[answer.ended]])
  rows.push(['Points', pointsText(result)])
  if (scalability?.mayPredict === true) rows.push(['Scaling', scalingText(scalability)])
  rows.push(['Limited by', limitText(result)])
  if (result.generatorCheck !== null)
    rows.push(['Generator', checkText(result.generatorCheck, style)])
  if (result.hold !== null) rows.push(['Held', holdText(result.hold, search.by)])
  if (headroom !== null) {
    const factor = Number(headroom.factor.toPrecision(2))
    const text = `${factor} × the expected peak of ${withUnit(headroom.expectedPeak, search.by)}`
    rows.push(['Headroom', headroom.factor >= 1 ? text : style.fail(text)])
  }
  if (answer.inFlightMean !== null && answer.requestsPerSec !== null) {
    const text = `${Number(answer.inFlightMean.toPrecision(2))} requests in flight at ${formatRate(answer.requestsPerSec)} requests/s`
    rows.push(['Little', text])
  }
  if (drift?.drifted === true) {
    const text = `p95 at ${withUnit(drift.load, search.by)} was ${formatMs(drift.beforeP95Ms)} at first and ${formatMs(drift.afterP95Ms)} at the end: the target changed meanwhile`
    rows.push(['Drift', `${mark(style, 'warn')} ${text}`])
  }
  const cost = `${formatCount(requests)} requests, ${trials.length} ${trials.length === 1 ? 'trial' : 'trials'}, ${formatMs(search.durationMs)}`
  rows.push(['Took', cost], ['Again', search.reproduce], ['Kept', kept])
  const line = (style.unicode ? '─' : '-').repeat(Math.min(style.columns, 100) - 12)
  const verdict =
    result.verdict.passed || result.verdict.reason === ''
      ? []
      : [
          '',
          ` ${mark(style, 'fail')} ${result.verdict.reason}   ${style.dim(`exit ${result.verdict.exitCode}`)}`,
        ]
  const lines = [
    style.dim(` ${style.unicode ? '──' : '--'} answer ${line}`),
    ...rows.map(([name, text]) => ` ${style.bold(name.padEnd(12))}${text}`),
    ...verdict,
  ]
  return style.unicode ? lines : lines.map(inAscii)
}

const PLAIN = { σ: 'sigma', κ: 'kappa', '²': '2', '·': '|', '×': 'x', '–': '-' }
const inAscii = (line: string): string =>
  line.replace(/[σκ²·×–]/g, (sign) => PLAIN[sign as keyof typeof PLAIN])

export interface TrialProgress {
  readonly load: number
  /** Undefined: the target rests. */
  readonly measuredSec: number | undefined
  readonly isHolding: boolean
}

/** While a trial goes on. */
export function progressLine(
  by: LoadUnit,
  { load, measuredSec, isHolding }: TrialProgress,
  style: Style,
): string {
  const text =
    measuredSec === undefined
      ? 'the target comes to rest'
      : `${withUnit(load, by)}, ${isHolding ? 'at the limit' : `${measuredSec} s measured`}`
  return style.dim(` · ${text}`)
}

const PURPOSES: Readonly<Record<TrialResult['purpose'], string>> = {
  search: '',
  soak: 'soak',
  'baseline-again': 'the lowest load again',
  hold: 'at the limit',
}

const ENDS: Readonly<Record<SearchEnd, string>> = {
  width: 'what held and what broke are close enough',
  cap: 'the highest load allowed held: raise --max to look further',
  generator: 'beyond it this machine was the limit, not the target: use more workers',
  'nothing-holds': 'not even the lowest load held',
  time: 'the time of the search was over: raise --max-time to go on',
  aborted: 'the target did not come back',
  interrupted: 'interrupted: what was found until then',
}

function holdsText({ answer, search }: CapacityResult, style: Style): string {
  const { holds, isAtLeast, low, high, confirmed } = answer
  if (holds === null) return style.fail('nothing')
  const bounds =
    low === null || high === null ? '' : `  (holds for certain ${low}, breaks for certain ${high})`
  const least = isAtLeast ? 'at least ' : 'up to '
  const soaked = confirmed ? '' : style.warn('  not confirmed by a soak')
  return `${least}${style.bold(withUnit(holds, search.by))}${bounds}${soaked}`
}

function pointsText({ points }: CapacityResult): string {
  const named: [string, number | null][] = [
    ['slower from', points.firstDegradation],
    ['objective broken', points.objectiveBroken],
    ['saturated', points.saturation],
    ['collapsed', points.collapse],
  ]
  return named.map(([name, load]) => `${name} ${load ?? NOTHING}`).join(' · ')
}

function scalingText(scalability: NonNullable<CapacityResult['scalability']>): string {
  const { sigma, kappa, rSquared, peakPerSec, peakConcurrency, dominant } = scalability
  const peak =
    peakPerSec === null || peakConcurrency === null
      ? 'no peak in what was measured'
      : `peak ${formatRate(peakPerSec)} requests/s at ${Math.round(peakConcurrency)} in flight`
  const why = dominant === 'none' ? '' : `, mostly ${dominant}`
  return `${peak}; σ ${sigma.toPrecision(2)} κ ${kappa.toPrecision(2)}${why} (R² ${rSquared.toFixed(3)})`
}

function limitText({ limitingResource, watched, search }: CapacityResult): string {
  if (limitingResource === null)
    return watched
      ? 'nothing that was watched: watch more with --watch'
      : 'not known: watch the target with --watch'
  const { name, unit, value, flatFrom } = limitingResource
  const figure = `${Number(value.toPrecision(3))}${unit}`
  return `${name}, which stays at ${figure} from ${withUnit(flatFrom, search.by)} on`
}

const CHECKS: Readonly<Record<GeneratorCheck['verdict'], string>> = {
  'not-the-limit': 'was not the limit',
  'the-limit': 'was the limit, not the target',
  'not-known': 'may have been the limit',
}

function checkText({ verdict, why }: GeneratorCheck, style: Style): string {
  const role = verdict === 'not-the-limit' ? 'ok' : 'warn'
  return `${mark(style, role)} ${CHECKS[verdict]}: ${why}`
}

function holdText({ askedSec, steps, ...hold }: HoldResult, by: LoadUnit): string {
  const { meanLoad, leastLoad, halves, heldRatio } = hold
  if (meanLoad === null || leastLoad === null || heldRatio === null) return 'no time for it'
  const round = (load: number): string => withUnit(Number(load.toPrecision(4)), by)
  const swing = `${round(meanLoad)} on average, ${round(leastLoad)} at least`
  const worn =
    halves === null
      ? ''
      : `; ${round(halves[0])} in the first half, ${round(halves[1])} in the second`
  const share = `${formatShare(heldRatio)} of ${steps.length} steps`
  return `${swing}${worn}; ${share} held (${formatMs(askedSec * 1_000)} asked for)`
}

function columns(cells: readonly string[]): string {
  return cells.map((cell, index) => cell.padStart(COLUMNS[index]!)).join('')
}

const withUnit = (load: number, by: LoadUnit): string =>
  by === 'users' ? `${load} users` : `${load}/s`
