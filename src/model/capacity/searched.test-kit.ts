/** Whole searches against simulated targets, and the published answers for M/M/c. */
import { expect } from 'vitest'
import type { SearchSettings } from '../../contracts/capacity.ts'
import type { Threshold } from '../../contracts/plan.ts'
import { judgeGenerator } from '../../plugins/insights/generator/generator.ts'
import { parseThreshold } from '../plan/threshold.ts'
import { meanValueAnalysis } from '../stats/mva.ts'
import { type InsightCase, oracleOf } from '../stats/oracle.test-kit.ts'
import { Conductor, type ConductorOptions } from './conductor.ts'
import { CapacitySearch, type LoadPicker, readableLoad } from './search.ts'
import { NetworkTarget, QueueTarget, type SimulatedTarget } from './simulated-target.test-kit.ts'

export const SETTINGS: SearchSettings = {
  start: 10,
  max: 10_000,
  relativeWidth: 0.05,
  trialSec: 10,
  trialSecMax: 40,
  soakSec: 30,
  maxSec: 1e9,
}

export const rules = (...texts: string[]): Threshold[] =>
  texts.map((text) => parseThreshold(text) as Threshold)

export function search(
  target: SimulatedTarget,
  objectives: readonly Threshold[],
  options: Partial<Omit<ConductorOptions, 'settings'>> & {
    settings?: Partial<SearchSettings>
    pickerOf?: (search: CapacitySearch) => LoadPicker
  } = {},
) {
  const settings = { ...SETTINGS, ...options.settings }
  const { by = 'arrivals' } = options
  const searched = new CapacitySearch(settings, readableLoad(by))
  const picker = options.pickerOf?.(searched) ?? searched
  const conductor = new Conductor({ objectives, judgeGenerator, ...options, by, settings }, picker)
  let { load } = conductor
  let seconds = 0
  for (let ended = false; !ended; seconds++) {
    const window = target.second(load)
    const order = conductor.onWindow(window)
    if (order?.kind === 'load') {
      load = order.load
      conductor.takesPlaceIn(window.window + 1)
    }
    ended = order?.kind === 'end'
  }
  return { ...searched.answer, trials: conductor.trials, seconds }
}

interface Slo {
  readonly quantile: number
  readonly boundSec: number
}
interface Row {
  readonly serviceRatePerSec: number
  readonly servers: number
  readonly slos: Slo[]
}
interface Answer {
  readonly maxRatePerSec: number | null
}

export const queueRows = oracleOf('capacity-search').of<Row, Answer>('mmcMaxRate')

/** Requests of one trial at full load: a queue near its limit has to show its true face some dozens of times. */
const REQUESTS = 30_000

/**
 * Within the width and 3 % for each seed. A queue does the same in a tenth of the time at ten times the rates, so seconds are made
 * so short that a trial is ten of them.
 */
export function expectFound(one: InsightCase<Row, Answer>, seeds: readonly number[]): void {
  const { serviceRatePerSec, servers, slos } = one.input
  const { maxRatePerSec } = one.expected
  const faster = REQUESTS / (serviceRatePerSec * servers) / SETTINGS.trialSec
  const start = (faster * serviceRatePerSec * servers) / 16
  const settings = { start, max: 1e6, soakSec: 40 }
  const objectives = rules(
    ...slos.map(({ quantile, boundSec }) => {
      const boundUs = Math.round((boundSec * 1e6) / faster)
      return `p${quantile * 100} <= ${boundUs}us`
    }),
  )
  for (const seed of seeds) {
    const target = new QueueTarget(serviceRatePerSec * faster, servers, seed)
    const found = search(target, objectives, { settings })
    if (maxRatePerSec === null) {
      expect(found).toMatchObject({ holds: null, ended: 'nothing-holds' })
      continue
    }
    const error = found.holds! / faster / maxRatePerSec - 1
    expect(Math.abs(error), `seed ${seed}: ${error}`).toBeLessThanOrEqual(0.08)
  }
}

/** Stations of 5 and 2.5 ms and 50 ms of thinking: the mean response time by mean value analysis says how many users there may be. */
export function expectUsersFound(seeds: readonly number[]): void {
  const [demandsSec, thinkSec, boundSec] = [[0.005, 0.0025], 0.05, 0.05]
  const truth = meanValueAnalysis(demandsSec, thinkSec, 40).filter(
    ({ responseMeanSec }) => responseMeanSec <= boundSec,
  ).length
  const settings = { start: 2, trialSec: 20, trialSecMax: 80, soakSec: 60 }
  for (const seed of seeds) {
    const target = new NetworkTarget(demandsSec, thinkSec, seed)
    const { holds } = search(target, rules(`avg <= ${boundSec * 1_000}ms`), {
      by: 'users',
      settings,
    })
    expect(Math.abs(holds! / truth - 1), `seed ${seed}: ${holds} of ${truth}`).toBeLessThanOrEqual(
      0.08,
    )
  }
}
