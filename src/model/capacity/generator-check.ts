/**
 * Was it the target that was the limit, or who made the load? The load that broke, and one that held with room, are tried again with twice the
 * workers. If the target is the limit, nothing changes; if what broke holds now, or response times fall, the generator was in the way.
 * Nothing it says of itself proves as much.
 */
import type { CapacityAnswer, GeneratorCheck, TrialResult } from '../../contracts/capacity.ts'
import type { WindowResult } from '../../contracts/result.ts'
import { mannWhitney } from '../stats/mann-whitney.ts'
import type { LoadPicker, NextTrial } from './search.ts'

/** By so much p95 must fall to count, and so unlikely it must be by chance. */
const BETTER_RATIO = 0.9
const BETTER_MS = 1
const P_VALUE_MAX = 0.01
const CALM_RATIO = 0.9

/** A run with the trials it was made of, of which the seconds are in its windows. */
export interface TrialsOfRun {
  readonly trials: readonly TrialResult[]
  readonly windows: readonly WindowResult[]
}

/** Tries what it is told to, in order. */
export class GivenLoads implements LoadPicker {
  readonly #due: NextTrial[]
  constructor(trials: readonly NextTrial[]) {
    this.#due = [...trials]
  }
  next(): NextTrial | undefined {
    return this.#due[0]
  }
  record(): void {
    this.#due.shift()
  }
  stop(): void {
    this.#due.length = 0
  }
}

type Answer = Pick<CapacityAnswer, 'holds' | 'firstBroken'>

/** What to try again, each for `seconds`; none when nothing held. */
export function loadsToCheck(
  { holds, firstBroken }: Answer,
  trials: readonly TrialResult[],
  seconds: number,
): NextTrial[] {
  if (holds === null) return []
  const calm = calmTrial(holds, trials)?.load
  const loads = [calm, firstBroken?.load].filter((load) => load !== undefined)
  return loads.map((load) => ({ purpose: 'search', load, way: 'between', seconds }))
}

/** `drifted`: response times changed by themselves meanwhile. `workers`: with how many it was tried `again`. */
export function generatorCheck(
  { holds, firstBroken }: Answer,
  before: TrialsOfRun & { readonly drifted: boolean },
  again: TrialsOfRun,
  workers: number,
): GeneratorCheck {
  const { trials } = again
  const told = (verdict: GeneratorCheck['verdict'], why: string): GeneratorCheck => ({
    ...{ workers, verdict, why },
    trials,
  })
  const broken = trials.find(({ load }) => load === firstBroken?.load)
  if (broken === undefined) return told('not-known', 'no load broke that could be tried again')
  if (broken.verdict === 'void') return told('not-known', 'the generator was not well this time')
  if (broken.verdict === 'pass')
    return told('the-limit', `${broken.load} broke before, and holds with ${workers} workers`)
  const first = calmTrial(holds ?? 0, before.trials)
  const second = trials.find(({ load }) => load === first?.load)
  if (first === undefined || second === undefined || !isFaster(before, first, again, second))
    return told('not-the-limit', `with ${workers} workers the same load breaks`)
  const [was, is] = [first, second].map(({ p95Ms }) => Number(p95Ms!.toPrecision(3)))
  if (before.drifted) return told('not-known', 'response times changed by themselves meanwhile')
  return told('the-limit', `p95 at ${first.load} is ${is}ms with ${workers} workers, not ${was}ms`)
}

/** The highest load that held with some room. Right at the limit, how long a queue becomes is chance. */
function calmTrial(holds: number, trials: readonly TrialResult[]): TrialResult | undefined {
  return trials
    .filter(({ verdict, purpose }) => verdict === 'pass' && purpose === 'search')
    .filter(({ load }) => load <= CALM_RATIO * holds)
    .sort((a, b) => b.load - a.load)[0]
}

function isFaster(
  before: TrialsOfRun,
  first: TrialResult,
  again: TrialsOfRun,
  second: TrialResult,
): boolean {
  const [was, is] = [first.p95Ms, second.p95Ms]
  if (was === null || is === null) return false
  const isLess = is <= BETTER_RATIO * was && was - is >= BETTER_MS
  const { pValues } = mannWhitney(secondsOf(before, first), secondsOf(again, second))
  return isLess && pValues.greater < P_VALUE_MAX
}

/** p95 of each second of a trial. */
function secondsOf({ windows }: TrialsOfRun, { fromMs, measuredSec }: TrialResult): number[] {
  const toMs = fromMs + measuredSec * 1_000
  return windows.flatMap(({ atMs, p95Ms }) =>
    atMs >= fromMs && atMs < toMs && p95Ms !== null ? [p95Ms] : [],
  )
}
