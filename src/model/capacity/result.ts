/**
 * What a search says in the end, from its trials: the answer, the named points, the scalability law through all that was measured, effective
 * servers, headroom and drift. Pure: same trials, same result. Trials under an ill generator say nothing and are left out.
 */
import type {
  CapacityAnswer,
  CapacityResult,
  Drift,
  GeneratorCheck,
  HoldResult,
  Scalability,
  TrialResult,
} from '../../contracts/capacity.ts'
import { EXIT } from '../../kernel/errors.ts'
import { fitServers } from '../stats/fit-servers.ts'
import { kneedle } from '../stats/kneedle.ts'
import { fitUsl } from '../stats/usl.ts'
import { uslPeak, uslThroughput } from '../stats/usl-model.ts'
import { limitingResource } from './limiting-resource.ts'
import { namedPoints, type Step } from './named-points.ts'

export interface CapacityInput {
  readonly search: CapacityResult['search']
  readonly answer: Omit<CapacityAnswer, 'requestsPerSec' | 'inFlightMean'>
  readonly trials: readonly TrialResult[]
  readonly requests: number
  readonly expectedPeak: number | null
  readonly required: number | null
  /** Of the run, when it could not go on: a signal, a script that threw, a target that was not there. */
  readonly broken: { readonly reason: string; readonly exitCode: number } | null
  readonly hold: HoldResult | null
  readonly generatorCheck: GeneratorCheck | null
}

const ERROR_RATIO_MAX = 0.01
const KNEE_STEPS_MIN = 5
/** Where the law explains less, nothing is foretold from it. */
const R_SQUARED_MIN = 0.98
const DRIFT_RATIO = 0.2
const DRIFT_MS = 5
/** Response times that never rise say nothing about how many serve. */
const RISE_MIN = 1.3

export function capacityResult(input: CapacityInput): CapacityResult {
  const { search, answer, trials, requests, expectedPeak } = input
  const { holds } = answer
  const steps = stepsOf(trials)
  const atAnswer = trials.findLast(({ load, verdict }) => load === holds && verdict === 'pass')
  return {
    schema: 'onrush.capacity/1',
    search,
    verdict: verdictOf(input),
    answer: {
      ...answer,
      // With more workers more would have held.
      isAtLeast: answer.isAtLeast || input.generatorCheck?.verdict === 'the-limit',
      requestsPerSec: atAnswer === undefined ? null : atAnswer.requests / atAnswer.measuredSec,
      inFlightMean: atAnswer?.inFlightMean ?? null,
    },
    points: namedPoints(steps),
    scalability: scalabilityOf(trials),
    effectiveServers: serversOf(trials),
    knee: kneeOf(steps),
    headroom:
      expectedPeak === null || holds === null
        ? null
        : { expectedPeak, factor: holds / expectedPeak },
    limitingResource: limitingResource(trials),
    watched: trials.some(({ monitors }) => monitors.length > 0),
    drift: driftOf(trials),
    trials,
    requests,
    hold: input.hold,
    generatorCheck: input.generatorCheck,
  }
}

function verdictOf({ answer, required, broken, search }: CapacityInput): CapacityResult['verdict'] {
  if (broken !== null) return { passed: false, ...broken }
  const { holds } = answer
  const unit = search.by === 'users' ? ' users' : '/s'
  const failed = (reason: string) => ({ passed: false, reason, exitCode: EXIT.failed })
  if (holds === null) return failed('no load held the objectives')
  if (required !== null && holds < required)
    return failed(`${holds}${unit} is below the ${required}${unit} that are required`)
  return { passed: true, reason: '', exitCode: EXIT.passed }
}

/** One per load, the longest trial; in ascending order. Goodput in loads: requests as many as a unit of load made at first. */
function stepsOf(trials: readonly TrialResult[]): Step[] {
  const longest = new Map<number, TrialResult>()
  for (const trial of trials) {
    const known = longest.get(trial.load)
    const isKept = trial.verdict !== 'void' && trial.purpose !== 'baseline-again'
    if (isKept && (known === undefined || known.measuredSec < trial.measuredSec))
      longest.set(trial.load, trial)
  }
  const sorted = [...longest.values()].sort((a, b) => a.load - b.load)
  const [first] = sorted
  const perLoad = first === undefined || first.goodPerSec === 0 ? 1 : first.goodPerSec / first.load
  return sorted.map((trial) => ({
    load: trial.load,
    goodput: trial.goodPerSec / perLoad,
    p95Ms: trial.p95Ms,
    errorRatio: errorRatio(trial),
    isBroken: trial.verdict === 'fail',
  }))
}

function scalabilityOf(trials: readonly TrialResult[]): Scalability | null {
  const points = trials
    .filter(
      (each) =>
        each.verdict !== 'void' && errorRatio(each) <= ERROR_RATIO_MAX && each.inFlightMean > 0,
    )
    .map((each) => ({ concurrency: each.inFlightMean, throughputPerSec: each.goodPerSec }))
  const fit = fitUsl(points)
  if (fit === null) return null
  const { sigma, kappa, lambdaPerSec, rSquared } = fit
  const peakOf = (model: { sigma: number; kappa: number; lambdaPerSec: number }): number | null => {
    const peak = uslPeak(model)
    return peak === null ? null : uslThroughput(model, peak)
  }
  const mayPredict = rSquared >= R_SQUARED_MIN
  // A peak below one request at a time is no peak, and of a law that does not fit nothing is said.
  const peakIdentifiable =
    mayPredict && (fit.confidence?.peakIdentifiable ?? false) && fit.peakConcurrency! >= 1
  return {
    sigma,
    kappa,
    lambdaPerSec,
    rSquared,
    peakConcurrency: peakIdentifiable ? fit.peakConcurrency : null,
    peakPerSec: peakIdentifiable ? fit.peakThroughputPerSec : null,
    ceilingPerSec: fit.ceilingThroughputPerSec,
    dominant: fit.dominant,
    peakIdentifiable,
    mayPredict,
    spreadPerSec: spreadOf(fit.sse, points.length),
    whatIf: {
      halfContentionPerSec: peakOf({ sigma: sigma / 2, kappa, lambdaPerSec }),
      halfCoherencyPerSec: peakOf({ sigma, kappa: kappa / 2, lambdaPerSec }),
    },
  }
}

/** Twice the residual standard error of three parameters. */
const spreadOf = (sse: number, points: number): number | null =>
  points > 3 ? 2 * Math.sqrt(sse / (points - 3)) : null

function serversOf(trials: readonly TrialResult[]): CapacityResult['effectiveServers'] {
  const points = trials
    .filter(({ verdict, littleDeviation }) => verdict === 'pass' && littleDeviation !== null)
    .map((each) => ({
      arrivalRatePerSec: each.requests / each.measuredSec,
      sojournMeanSec: each.meanMs! / 1_000,
    }))
  const times = points.map((each) => each.sojournMeanSec)
  if (Math.max(...times) < RISE_MIN * Math.min(...times)) return null
  const fitted = fitServers(points)
  return fitted && { servers: fitted.servers, capacityPerSec: fitted.capacityPerSec }
}

function kneeOf(steps: readonly Step[]): number | null {
  const measured = steps.filter((each) => each.p95Ms !== null)
  if (measured.length < KNEE_STEPS_MIN) return null
  const [x, y] = [measured.map((each) => each.load), measured.map((each) => each.p95Ms!)]
  return kneedle({ x, y, curve: 'convex', direction: 'increasing' })
}

/** Null: the lowest load was not tried again. */
export function driftOf(trials: readonly TrialResult[]): Drift | null {
  const after = trials.findLast((each) => each.purpose === 'baseline-again')
  const before = trials.find((each) => each.load === after?.load && each.verdict === 'pass')
  if (after === undefined || before === undefined || after === before) return null
  if (after.p95Ms === null || before.p95Ms === null) return null
  const distanceMs = Math.abs(after.p95Ms - before.p95Ms)
  return {
    load: after.load,
    beforeP95Ms: before.p95Ms,
    afterP95Ms: after.p95Ms,
    drifted: distanceMs > DRIFT_MS && distanceMs > DRIFT_RATIO * before.p95Ms,
  }
}

const errorRatio = ({ failures, requests }: TrialResult): number =>
  requests === 0 ? 0 : failures / requests
