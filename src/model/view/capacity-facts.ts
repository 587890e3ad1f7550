/**
 * What a search for the limit, or a spike, found, as names and short texts: the same words on the page and in the HTML report. Pure.
 */
import type {
  CapacityResult,
  GeneratorCheck,
  HoldResult,
  LoadUnit,
  SearchEnd,
} from '../../contracts/capacity.ts'
import type { PeakTaken, SpikeResult } from '../../contracts/spike.ts'

export type Fact = readonly [name: string, text: string]

const ENDS: Readonly<Record<SearchEnd, string>> = {
  width: 'what held and what broke are close enough',
  cap: 'the highest load allowed held; --max looks further',
  generator: 'beyond it the load generator was the limit, not the target',
  'nothing-holds': 'not even the lowest load held',
  time: 'the time of the search was over; --max-time goes on for longer',
  aborted: 'the target did not come back',
  interrupted: 'interrupted: this is what was found until then',
}

/** The answer in one sentence. */
export function answerSentence({ answer, search }: CapacityResult): string {
  const { holds, isAtLeast, high, confirmed } = answer
  if (holds === null) return 'No load held the objectives.'
  const load = loadText(holds, search.by)
  const above = high === null ? '' : `, ${loadText(high, search.by)} breaks`
  const soak = confirmed ? '' : ', not confirmed by a soak'
  return `Holds ${isAtLeast ? 'at least' : 'up to'} ${load}${above}${soak}.`
}

export function capacityFacts(found: CapacityResult): Fact[] {
  const { answer, search, scalability, drift, points, effectiveServers, knee } = found
  const { by } = search
  const load = (value: number | null): string => (value === null ? '–' : loadText(value, by))
  const facts: Fact[] = [
    ['objectives', search.objectives.join(', ')],
    ['ended because', ENDS[answer.ended]],
    ['certain', `${load(answer.low)} holds, ${load(answer.high)} breaks`],
  ]
  if (answer.firstBroken !== null)
    facts.push([
      'first to break',
      `at ${load(answer.firstBroken.load)}: ${answer.firstBroken.detail}`,
    ])
  facts.push(
    ['slower from', `${load(points.firstDegradation)} (p95 above 1.5 × that of the lowest load)`],
    ['objective broken from', load(points.objectiveBroken)],
    ['saturated from', `${load(points.saturation)} (more load brings next to no more answers)`],
    ['collapsed from', `${load(points.collapse)} (a fifth fewer answers, or half fail)`],
    ['limiting resource', limitText(found)],
  )
  if (answer.inFlightMean !== null && answer.requestsPerSec !== null)
    facts.push([
      'at the limit',
      `${figure(answer.inFlightMean)} requests in flight at ${figure(answer.requestsPerSec)} requests/s (Little’s law: what pools and connection limits carry)`,
    ])
  if (knee !== null) facts.push(['response times bend at', `${load(knee)} (Kneedle; advice)`])
  if (scalability?.mayPredict === true) facts.push(...scalingFacts(scalability))
  if (effectiveServers !== null)
    facts.push([
      'behaves like',
      `${effectiveServers.servers} at work at a time, ${figure(effectiveServers.capacityPerSec)}/s together`,
    ])
  if (drift !== null) facts.push(['the lowest load again', driftText(drift)])
  if (found.hold !== null) facts.push(['at the limit for long', holdText(found.hold, by)])
  if (found.generatorCheck !== null)
    facts.push(['with twice the workers', checkText(found.generatorCheck)])
  return facts
}

export function spikeFacts(found: SpikeResult): Fact[] {
  const { search, ramp, versusRamp, expectedDrainSec, during } = found
  const { base, peak, lengthSec, by } = search
  const beside = (read: (taken: PeakTaken) => string): string =>
    ramp === null ? read(found) : `${read(found)}; by the ramp ${read(ramp)}`
  const facts: Fact[] = [
    ['load', `${loadText(base, by)}, then ${loadText(peak, by)} for ${lengthSec} s`],
    ['backlog', beside(({ backlogMax }) => `${figure(backlogMax)} requests`)],
    ['lost', beside(({ lostRequests }) => `${figure(lostRequests)} requests`)],
    ['recovered', beside(recoveredText)],
    ['a queue in order would take', expectedText(expectedDrainSec, during.goodPerSec)],
  ]
  if (versusRamp === null) return facts
  const share = `${figure(100 * versusRamp.ratio)} % of the good answers of the ramp`
  const why = versusRamp.suffers ? ': something has to start, to fill or to connect first' : ''
  return [...facts, ['spike against ramp', `${share}${why}`]]
}

export const loadText = (load: number, by: LoadUnit): string =>
  by === 'users' ? `${figure(load)} users` : `${figure(load)}/s`

function limitText({ limitingResource, watched, search }: CapacityResult): string {
  if (limitingResource === null)
    return watched ? 'nothing that was watched' : 'not known: watch the target with --watch'
  const { name, value, unit, flatFrom } = limitingResource
  return `${name}, which stays at ${figure(value)}${unit} from ${loadText(flatFrom, search.by)} on`
}

function scalingFacts(law: NonNullable<CapacityResult['scalability']>): Fact[] {
  const { sigma, kappa, rSquared, peakPerSec, peakConcurrency, dominant, whatIf } = law
  const peak =
    peakPerSec === null || peakConcurrency === null
      ? 'no peak in what was measured'
      : `peak ${figure(peakPerSec)} requests/s at ${figure(peakConcurrency)} in flight`
  const mostly = dominant === 'none' ? '' : `, mostly ${dominant}`
  const facts: Fact[] = [
    [
      'scalability law',
      `${peak}; σ ${figure(sigma)}, κ ${figure(kappa)}${mostly}, R² ${rSquared.toFixed(3)}`,
    ],
  ]
  const guess = (perSec: number): string => {
    const { spreadPerSec } = law
    const band = spreadPerSec == null ? '' : ` ± ${figure(spreadPerSec)}`
    return `about ${figure(perSec)}${band} requests/s, an estimate`
  }
  if (whatIf.halfContentionPerSec !== null)
    facts.push(['with half the waiting (σ)', guess(whatIf.halfContentionPerSec)])
  if (whatIf.halfCoherencyPerSec !== null)
    facts.push(['with half the talking (κ)', guess(whatIf.halfCoherencyPerSec)])
  return facts
}

function driftText({
  load,
  beforeP95Ms,
  afterP95Ms,
  drifted,
}: NonNullable<CapacityResult['drift']>): string {
  const figures = `p95 at ${figure(load)} was ${figure(beforeP95Ms)} ms at first, ${figure(afterP95Ms)} ms at the end`
  return drifted ? `${figures}: the target changed meanwhile` : figures
}

function holdText(
  { steps, meanLoad, leastLoad, halves, heldRatio }: HoldResult,
  by: LoadUnit,
): string {
  if (meanLoad === null || leastLoad === null || heldRatio === null) return 'no time for it'
  const worn =
    halves === null
      ? ''
      : `; ${loadText(halves[0], by)} in the first half, ${loadText(halves[1], by)} in the second`
  return `${loadText(meanLoad, by)} on average, ${loadText(leastLoad, by)} at least${worn}; ${figure(100 * heldRatio)} % of ${steps.length} steps held`
}

const CHECKS: Readonly<Record<GeneratorCheck['verdict'], string>> = {
  'not-the-limit': 'the generator was not the limit',
  'the-limit': 'the generator was the limit, not the target',
  'not-known': 'the generator may have been the limit',
}
const checkText = ({ verdict, why }: GeneratorCheck): string => `${CHECKS[verdict]}: ${why}`

function recoveredText({ timeToRecoverSec, metastable }: PeakTaken): string {
  if (timeToRecoverSec !== null) return `${figure(timeToRecoverSec)} s after the peak`
  return metastable ? 'not in ten times the length of the peak' : 'not seen'
}

function expectedText(drainSec: number | null, goodPerSec: number): string {
  if (drainSec === null) return 'for ever: the base load leaves no room'
  return drainSec === 0
    ? 'no time: the spike was served as it came'
    : `${figure(drainSec)} s at ${figure(goodPerSec)} good answers/s`
}

const figure = (value: number): string =>
  Math.abs(value) >= 999.5 ? `${Math.round(value)}` : `${Number(value.toPrecision(4))}`
