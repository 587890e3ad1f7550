/**
 * Which load to try next: a state machine that is told how each trial ended and knows neither time nor target.
 *
 *   phase     what it does                                                     → next
 *   grow      doubles the load while it holds, up to the cap                   → halve on the first failure of the first load; else narrow
 *   halve     the very first load failed: halves until one holds               → narrow; nothing holds below 1/1024 of the start → done
 *   narrow    tries the geometric mean of what held and what broke             → soak when they are within the width
 *   soak      holds the answer for longer; when it breaks, 5 % less, 3 times   → again
 *   again     repeats the lowest load that held: has the target drifted?       → done
 *
 * A void trial is repeated twice; after that its load counts as one that cannot be tried, and the answer is "at least".
 */
import type {
  CapacityAnswer,
  LoadUnit,
  SearchEnd,
  SearchSettings,
  TrialPurpose,
  TrialResult,
} from '../../contracts/capacity.ts'

export interface NextTrial {
  readonly purpose: TrialPurpose
  readonly load: number
  /** `up`: nothing has broken yet. `down`: nothing has held yet. `between`: both have. */
  readonly way: 'up' | 'down' | 'between'
  /** Measured for exactly so long; absent: as the settings say. */
  readonly seconds?: number
}

/** Who decides which loads are tried. */
export interface LoadPicker {
  /** Undefined: done. Asked twice without a trial in between it says the same. */
  next(): NextTrial | undefined
  record(trial: TrialResult): void
  /** Ends it where it is. */
  stop(why: SearchEnd): void
}

type Told = Pick<TrialResult, 'purpose' | 'load' | 'verdict' | 'certain' | 'broken' | 'why'>

const DECREASE = 0.95
const SOAKS_MAX = 3
const VOIDS_MAX = 3
const LEAST_RATIO = 1 / 1_024

/** Loads people can read: four digits, three decimals; whole users. */
export function readableLoad(by: LoadUnit): (load: number) => number {
  if (by === 'users') return (load) => Math.max(1, Math.round(load))
  return (load) => Number(Number(load.toPrecision(4)).toFixed(3))
}

export class CapacitySearch implements LoadPicker {
  readonly #settings: Pick<SearchSettings, 'start' | 'max' | 'relativeWidth' | 'soakSec'>
  readonly #round: (load: number) => number
  readonly #told: Told[] = []
  #held: number | undefined
  #broke: number | undefined
  /** The generator gave up there. */
  #brokeByGenerator = false
  #lowest: number | undefined
  #confirmed = false
  #soaks = 0
  #voids = 0
  #again: 'due' | 'done' = 'due'
  #end: SearchEnd | undefined

  constructor(
    settings: Pick<SearchSettings, 'start' | 'max' | 'relativeWidth' | 'soakSec'>,
    round: (load: number) => number = (load) => load,
  ) {
    this.#settings = settings
    this.#round = round
  }

  next(): NextTrial | undefined {
    if (
      this.#end !== undefined &&
      this.#end !== 'width' &&
      this.#end !== 'cap' &&
      this.#end !== 'generator'
    )
      return undefined
    const load = this.#loadToTry()
    if (load !== undefined) return { purpose: 'search', load, way: this.#way }
    if (this.#held === undefined) {
      this.#end = 'nothing-holds'
      return undefined
    }
    this.#end ??= this.#broke === undefined ? 'cap' : this.#brokeByGenerator ? 'generator' : 'width'
    if (!this.#confirmed && this.#soaks < SOAKS_MAX && this.#settings.soakSec > 0)
      return { purpose: 'soak', load: this.#held, way: 'between' }
    if (this.#again === 'due' && this.#lowest !== undefined && this.#lowest < this.#held)
      return { purpose: 'baseline-again', load: this.#lowest, way: 'up' }
    return undefined
  }

  record(trial: Told): void {
    if (trial.purpose === 'baseline-again') {
      this.#again = 'done'
      this.#told.push(trial)
      return
    }
    if (trial.verdict === 'void' && ++this.#voids < VOIDS_MAX) return
    this.#voids = 0
    this.#told.push(trial)
    if (trial.purpose === 'soak') this.#recordSoak(trial)
    else if (trial.verdict === 'pass') {
      this.#held = trial.load
      this.#lowest = Math.min(this.#lowest ?? trial.load, trial.load)
    } else this.#break(trial)
  }

  /** Ends the search where it is: what was found so far stands. */
  stop(why: SearchEnd): void {
    if (this.#end === undefined || this.next() !== undefined) this.#end = why
  }

  get answer(): Omit<CapacityAnswer, 'requestsPerSec' | 'inFlightMean'> {
    const ended = this.#end ?? 'interrupted'
    const holds = this.#held ?? null
    const sure = this.#told.filter((each) => each.certain && each.purpose !== 'baseline-again')
    const failed = this.#told.filter(
      (each) => each.verdict === 'fail' && each.purpose !== 'baseline-again',
    )
    const passes = sure.filter(({ verdict, load }) => verdict === 'pass' && load <= (holds ?? 0))
    const fails = sure.filter(({ verdict, load }) => verdict === 'fail' && load > (holds ?? 0))
    const first = failed
      .filter(({ load }) => load > (holds ?? 0))
      .sort((a, b) => a.load - b.load)[0]
    return {
      holds,
      isAtLeast: holds !== null && (this.#broke === undefined || this.#brokeByGenerator),
      confirmed: this.#confirmed,
      low: passes.length === 0 ? null : Math.max(...passes.map((each) => each.load)),
      high: fails.length === 0 ? null : Math.min(...fails.map((each) => each.load)),
      firstBroken:
        first === undefined
          ? null
          : { load: first.load, what: first.broken ?? '', detail: first.why },
      ended,
    }
  }

  get #way(): NextTrial['way'] {
    if (this.#broke === undefined) return 'up'
    return this.#held === undefined ? 'down' : 'between'
  }

  #loadToTry(): number | undefined {
    const { start, max, relativeWidth } = this.#settings
    const [held, broke] = [this.#held, this.#broke]
    if (held === undefined) {
      if (broke === undefined) return this.#round(Math.min(start, max))
      const half = this.#round(broke / 2)
      return half >= start * LEAST_RATIO && half < broke ? half : undefined
    }
    // The soak has brought the answer down by itself.
    if (this.#soaks > 0) return undefined
    if (broke === undefined) return held < max ? this.#round(Math.min(2 * held, max)) : undefined
    if (broke / held - 1 <= relativeWidth) return undefined
    const middle = this.#round(Math.sqrt(held * broke))
    return middle > held && middle < broke ? middle : undefined
  }

  #recordSoak(trial: Told): void {
    this.#soaks++
    if (trial.verdict === 'pass') {
      this.#confirmed = trial.certain
      this.#soaks = SOAKS_MAX
      return
    }
    this.#break(trial)
    // The only load that ever held did not in its soak: what there is lies further down.
    if (this.#lowest === trial.load) {
      this.#held = undefined
      this.#lowest = undefined
      this.#soaks = 0
      return
    }
    this.#held = this.#round(trial.load * DECREASE)
    if (this.#held >= trial.load) this.#held = undefined
  }

  #break({ load, verdict }: Told): void {
    this.#broke = load
    this.#brokeByGenerator = verdict === 'void'
  }
}
