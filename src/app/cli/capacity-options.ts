/**
 * What `onrush capacity` is asked for, from text to numbers: objectives in the grammar of thresholds, loads as rates or users, times. All
 * that is wrong is said at once.
 */
import type { LoadUnit, SearchSettings } from '../../contracts/capacity.ts'
import type { Threshold } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { USERS_MAX } from '../../kernel/limits.ts'
import { parseDuration } from '../../model/plan/duration.ts'
import { parseRate, ratePerSec } from '../../model/plan/rate.ts'
import { parseThreshold } from '../../model/plan/threshold.ts'
import { NOT_OF_A_SEARCH } from './capacity-flags.ts'
import type { Flags } from './program.ts'
import { Settings } from './settings.ts'

export interface CapacityOptions {
  /** The answer again with twice the workers. */
  readonly verifyGenerator: boolean
  readonly by: LoadUnit
  readonly settings: SearchSettings
  readonly objectives: readonly Threshold[]
  readonly expectedPeak: number | null
  readonly required: number | null
}

const LONGEST_TRIALS = 4
const SOAK_TRIALS = 3

/** Throws `OnrushError` with everything that is wrong. */
export function capacityOptions(flags: Flags): CapacityOptions {
  const problems: Problem[] = []
  const by: LoadUnit = flags['users'] === true ? 'users' : 'arrivals'
  const load = (key: string, flag: string): number | null =>
    readLoad(flags[key], flag, by, problems)
  const seconds = (key: string, flag: string, byDefault: number): number =>
    readSeconds(flags[key], flag, byDefault, problems)
  const trialSec = seconds('trial', '--trial', 10)
  const settings: SearchSettings = {
    start: load('start', '--start') ?? (by === 'users' ? 2 : 10),
    max: load('max', '--max') ?? 5_000,
    relativeWidth: readWidth(flags['width'], problems),
    trialSec,
    trialSecMax: LONGEST_TRIALS * trialSec,
    soakSec: seconds('soak', '--soak', SOAK_TRIALS * trialSec),
    maxSec: seconds('maxTime', '--max-time', 1_800),
    ...(flags['hold'] === undefined ? {} : { holdSec: seconds('hold', '--hold', 600) }),
  }
  if (flags['ramp'] !== undefined) {
    const why = 'a search finds its own way up'
    const fix = 'add --spike 60/s,150/s,30s, or leave it out'
    problems.push(usage('--ramp', '--ramp goes with --spike only', why, fix))
  }
  const options = {
    by,
    settings,
    objectives: readObjectives(flags['slo'], problems),
    expectedPeak: load('expectedPeak', '--expected-peak'),
    required: load('require', '--require'),
    verifyGenerator: flags['verifyGenerator'] === true,
  }
  if (problems.length > 0) throw new OnrushError(problems)
  return options
}

export interface SpikeOptions {
  readonly by: LoadUnit
  readonly base: number
  readonly peak: number
  readonly lengthSec: number
  /** The same peak by a ramp of so many seconds, too; null: not asked for. */
  readonly rampSec: number | null
}

/** Of `--spike base,peak,length`. Throws `OnrushError` with everything that is wrong. */
export function spikeOptions(flags: Flags): SpikeOptions {
  const problems: Problem[] = []
  const by: LoadUnit = flags['users'] === true ? 'users' : 'arrivals'
  const example = by === 'users' ? '--spike 20,200,30s' : '--spike 60/s,150/s,30s'
  const parts = String(flags['spike']).split(',')
  const loads = parts.slice(0, 2).map((part) => readLoad(part.trim(), '--spike', by, problems))
  const lengthSec = readSeconds(parts[2]?.trim() ?? '', '--spike', 1, problems)
  const [base, peak] = [loads[0] ?? 1, loads[1] ?? 2]
  if (parts.length !== 3 || (problems.length === 0 && base >= peak)) {
    const why = 'it is a base load, a higher peak and the length of the peak, with commas between'
    problems.splice(0, problems.length, usage('--spike', 'this is no spike', why, example))
  }
  for (const flag of [
    'slo',
    'require',
    'expectedPeak',
    'start',
    'max',
    'trial',
    'soak',
    'width',
    'maxTime',
    'hold',
    'verifyGenerator',
  ]) {
    const why = 'a spike has one load that is given, and nothing is searched'
    const name = `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    if (flags[flag] !== undefined)
      problems.push(usage(name, `${name} does not go with --spike`, why, example))
  }
  const rampSec =
    flags['ramp'] === undefined ? null : readSeconds(flags['ramp'], '--ramp', 60, problems)
  if (problems.length > 0) throw new OnrushError(problems)
  return { by, base, peak, lengthSec, rampSec }
}

/** The load is the search's: nothing that a file or variable says of it is left. `load`: a number, or a shape. */
export function searchSettings(
  { chosen }: Settings,
  by: LoadUnit,
  load: number | string,
  place: string,
): Settings {
  const value = typeof load === 'number' && by === 'arrivals' ? `${load}/s` : String(load)
  const kept = [...chosen].filter(([key]) => !NOT_OF_A_SEARCH.includes(key))
  return new Settings(new Map([...kept, [by, { value, origin: 'flag', place }]]))
}

function readObjectives(given: unknown, problems: Problem[]): Threshold[] {
  const texts = Array.isArray(given) ? given : []
  if (texts.length === 0) {
    const why = 'the most load that holds is only known when it is said what must hold'
    problems.push(
      usage('--slo', 'no objective was given', why, "--slo 'p95 < 300ms' --slo 'errors < 1%'"),
    )
  }
  return texts.flatMap((text) => {
    const rule = parseThreshold(text, '--slo')
    if ('code' in rule) problems.push(rule)
    else {
      const why = unsuitable(rule)
      if (why === undefined) return [rule]
      const fix = 'Percentiles, errors, checks, rates and means can be objectives.'
      problems.push(usage('--slo', `"${rule.rule}" is no objective of a search`, why, fix))
    }
    return []
  })
}

function unsuitable({ metric, overMs, abort, operator }: Threshold): string | undefined {
  if (overMs !== null) return 'each load is judged as a whole, so there is no "over"'
  if (abort) return 'a search ends each load by itself, so there is no "abort"'
  if (operator === '==' || operator === '!=') return 'it does not say which side is the good one'
  const isOfGenerator =
    metric.kind === 'cpu' ||
    metric.kind === 'dropped' ||
    ('of' in metric && metric.of === 'lateness')
  if (isOfGenerator) return 'it is about the load generator, which is looked after anyway'
  const isSum = metric.kind === 'count' || metric.kind === 'failures'
  return isSum ? 'it grows with the length of a trial' : undefined
}

function readLoad(given: unknown, flag: string, by: LoadUnit, problems: Problem[]): number | null {
  if (given === undefined) return null
  const text = String(given)
  if (by === 'users') {
    const users = Number(text)
    if (/^\d+$/.test(text) && users >= 1 && users <= USERS_MAX) return users
    problems.push(
      usage(flag, `"${text}" is no number of users`, 'the search is for users', `${flag} 100`),
    )
    return null
  }
  const parsed = parseRate(text, flag)
  // 60/s in lowest terms is not exactly 60 again.
  if ('rate' in parsed) return Number(ratePerSec(parsed.rate).toPrecision(9))
  problems.push(parsed)
  return null
}

function readSeconds(given: unknown, flag: string, byDefault: number, problems: Problem[]): number {
  if (given === undefined) return byDefault
  const parsed = parseDuration(String(given), flag)
  if (!('ns' in parsed)) problems.push(parsed)
  else if (parsed.ns >= 1e9 && parsed.ns % 1e9 === 0) return parsed.ns / 1e9
  else
    problems.push(
      usage(
        flag,
        `${String(given)} is no whole number of seconds`,
        'everything is measured by the second',
        `${flag} 10s`,
      ),
    )
  return byDefault
}

function readWidth(given: unknown, problems: Problem[]): number {
  if (given === undefined) return 0.05
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(String(given))?.[1])
  if (percent > 0 && percent <= 100) return percent / 100
  problems.push(
    usage('--width', `"${String(given)}" is no width`, 'it is a percentage above 0', '--width 5%'),
  )
  return 0.05
}

const usage = (path: string, what: string, why: string, fix: string): Problem =>
  problem('E_USAGE', path, what, why, fix)
