/**
 * Loads tried one after another inside one unbroken run, such as a search for the limit: window by window it is told what happened and
 * answers with the next load, or that all is over. Between a load that broke the target and the next one the load is next to nothing until the target has come
 * to rest; otherwise one failure would poison the next trial. Connections stay warm all the time. Pure: who changes the load, and
 * in which second that takes place, is told by `takesPlaceIn`.
 *
 *     trial ──held──▶ trial …        trial ──broke, void──▶ rest ──quiet, or long enough──▶ trial …
 */
import type { LoadUnit, SearchSettings, TrialResult } from '../../contracts/capacity.ts'
import type { JudgeGenerator } from '../../contracts/generator.ts'
import type { Threshold } from '../../contracts/plan.ts'
import type { Window } from '../../contracts/window.ts'
import { AbortWatch } from './abort-watch.ts'
import { Rest } from './rest.ts'
import type { LoadPicker, NextTrial } from './search.ts'
import { Trial } from './trial.ts'

export type Order =
  | { readonly kind: 'load'; readonly load: number }
  /** `why` the target is left alone; '' when nothing is wrong with it. */
  | { readonly kind: 'end'; readonly why: string }

export interface ConductorOptions {
  readonly by: LoadUnit
  readonly settings: SearchSettings
  readonly objectives: readonly Threshold[]
  readonly judgeGenerator: JudgeGenerator
  /** How a trial ended, as it does. */
  readonly onTrial?: (trial: TrialResult) => void
}

const SETTLE_RATIO = 0.2
/** The very first load meets a cold target. */
const FIRST_SETTLE_SEC = 2
/** Of arrivals at rest, a second. */
const REST_RATE = 2

export class Conductor {
  /** All but the steps at the limit, of which there may be many. */
  readonly trials: TrialResult[] = []
  readonly #picker: LoadPicker
  readonly #options: ConductorOptions
  readonly #abort = new AbortWatch()
  /** What is going on; the load it was begun with. */
  #now: Trial | Rest
  #load: number
  /** Windows before it belong to what was before. */
  #fromWindow = 0
  #isOver = false

  /** `picker` says which loads; there is a first one. */
  constructor(options: ConductorOptions, picker: LoadPicker) {
    this.#options = options
    this.#picker = picker
    const first = picker.next()!
    this.#load = first.load
    this.#now = this.#trialOf(first)
  }

  /** What the run begins with. */
  get load(): number {
    return this.#load
  }
  /** Is the answer known, and held? */
  get isHolding(): boolean {
    return this.#now instanceof Trial && this.#now.plan.purpose === 'hold'
  }
  /** Seconds measured of the trial that goes on; undefined while the target rests. */
  get measuredSec(): number | undefined {
    return this.#now instanceof Trial ? this.#now.measuredSec : undefined
  }

  /** The last order takes place at the beginning of this window. */
  takesPlaceIn(window: number): void {
    this.#fromWindow = window
  }

  onWindow(window: Window): Order | undefined {
    if (this.#isOver) return undefined
    const why = this.#abort.add(window) ?? this.#timeIsUp(window)
    if (why !== undefined) {
      this.#picker.stop(why === OUT_OF_TIME ? 'time' : 'aborted')
      return this.#over(why === OUT_OF_TIME ? '' : why)
    }
    if (window.window < this.#fromWindow) return undefined
    const now = this.#now
    if (now instanceof Rest) return now.add(window) ? this.#next(window) : undefined
    const trial = now.add(window)
    if (trial === undefined) return undefined
    this.#picker.record(trial)
    const isStep = trial.purpose === 'hold'
    if (!isStep) {
      this.trials.push(trial)
      this.#options.onTrial?.(trial)
    }
    const needsNoRest = isStep || trial.verdict === 'pass' || this.#picker.next() === undefined
    if (needsNoRest) return this.#next(window)
    this.#now = new Rest(this.#baseline())
    return this.#change(this.#restLoad(), window)
  }

  #next(window: Window): Order | undefined {
    const next = this.#picker.next()
    if (next === undefined) return this.#over('')
    this.#now = this.#trialOf(next)
    return this.#change(next.load, window)
  }

  /** The same load simply goes on. */
  #change(load: number, { window }: Window): Order | undefined {
    const isSame = load === this.#load
    this.#load = load
    this.#fromWindow = isSame ? window + 1 : Number.POSITIVE_INFINITY
    return isSame ? undefined : { kind: 'load', load }
  }

  #over(why: string): Order {
    this.#isOver = true
    return { kind: 'end', why }
  }

  #trialOf({ purpose, load, way, seconds }: NextTrial): Trial {
    const { by, settings, objectives, judgeGenerator } = this.#options
    const { trialSec, trialSecMax, soakSec } = settings
    const exactly = seconds ?? (purpose === 'soak' ? soakSec : undefined)
    const plan = {
      purpose,
      load,
      isOpen: by === 'arrivals',
      settleSec:
        Math.max(1, Math.round(Math.min(trialSec, seconds ?? trialSec) * SETTLE_RATIO)) +
        (by === 'users' ? 1 : 0) +
        (this.trials.length === 0 ? FIRST_SETTLE_SEC : 0),
      // One look, as one lucky trial of many would hold.
      measureSec: exactly ?? (way === 'down' ? trialSecMax : trialSec),
      measureSecMax: exactly ?? trialSecMax,
      way,
    }
    return new Trial(plan, objectives, judgeGenerator)
  }

  #restLoad(): number {
    const { by, settings } = this.#options
    return by === 'users' ? 1 : Math.min(settings.start, REST_RATE)
  }

  #baseline(): TrialResult | undefined {
    const held = this.trials.filter((each) => each.verdict === 'pass')
    return held.sort((a, b) => a.load - b.load)[0]
  }

  #timeIsUp({ window }: Window): string | undefined {
    if (this.isHolding) return undefined
    return window + 1 >= this.#options.settings.maxSec ? OUT_OF_TIME : undefined
  }
}

const OUT_OF_TIME = 'the time of the search is over'
