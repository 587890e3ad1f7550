import { describe, expect, test } from 'vitest'
import type { TrialResult } from '../../contracts/capacity.ts'
import { capacityInput, SPIKE_PHASE, spikeOf, trialOf } from '../capacity/capacity.test-kit.ts'
import { capacityResult } from '../capacity/result.ts'
import { type Drawing, responseDrawing, scalingDrawing } from './capacity-drawing.ts'
import { answerSentence, capacityFacts, spikeFacts } from './capacity-facts.ts'

/** One server of 10 ms per request. */
const served = (load: number, more: Partial<TrialResult> = {}): TrialResult => {
  const meanMs = 1_000 / (100 - load)
  const inFlightMean = (load * meanMs) / 1_000
  return trialOf(load, { meanMs, p95Ms: 3 * meanMs, inFlightMean, ...more })
}
const TRIALS = [
  ...[10, 20, 40, 80, 90].map((load) => served(load)),
  trialOf(160, { verdict: 'fail', p95Ms: 1_450, goodPerSec: 100, inFlightMean: 150 }),
]
const answer = { ...capacityInput(90, []).answer, high: 160 }
const RESULT = capacityResult(capacityInput(90, TRIALS.slice(0, 5), { answer }))

const inFrame = ({ left, right, top, bottom }: Drawing, x: number, y: number): boolean =>
  x >= left && x <= right && y >= top && y <= bottom

describe('load and response time', () => {
  const result = capacityResult(capacityInput(90, TRIALS, { answer }))
  const drawing = responseDrawing(result)!
  test('has a sign for each trial, inside of the frame, slower ones higher', () => {
    expect(drawing.marks.map(({ role }) => role)).toEqual([...Array(5).fill('pass'), 'fail'])
    expect(drawing.marks.every(({ x, y }) => inFrame(drawing, x, y))).toBe(true)
    const heights = drawing.marks.map(({ y }) => y)
    expect(heights).toEqual([...heights].sort((a, b) => b - a))
  })
  test('has ticks of round times and loads', () => {
    expect(drawing.yTicks.map(({ text }) => text)).toContain('100 ms')
    expect(drawing.yTicks.map(({ text }) => text)).toContain('1 s')
    expect(drawing.xTicks.map(({ text }) => text)).toEqual(['0', '50', '100', '150', '200'])
  })
  test('has bands where the objective is broken, and where the limit lies', () => {
    const [beyond, between] = drawing.bands
    expect(beyond).toMatchObject({ role: 'beyond', text: 'p95 < 300ms' })
    const at300 = beyond!.y + beyond!.height
    expect(drawing.marks.at(-1)!.y).toBeLessThan(at300)
    expect(drawing.marks.at(-2)!.y).toBeGreaterThanOrEqual(at300)
    expect(between).toMatchObject({ role: 'between', text: 'the limit: 90–160/s' })
    expect(between!.x).toBe(drawing.marks.at(-2)!.x)
  })
  test('says in words what is to be seen', () => {
    expect(drawing.sentence).toBe(
      'p95 is 33.3 ms at 10/s and 1.45 s at 160/s; 90/s held, 160/s broke.',
    )
  })
  test('is none of one trial, or of trials that never were answered', () => {
    const unanswered = [1, 2].map((load) => trialOf(load, { p95Ms: null }))
    for (const trials of [[], [trialOf(1)], unanswered])
      expect(responseDrawing(capacityResult(capacityInput(null, trials)))).toBeNull()
  })
})

describe('throughput and concurrency', () => {
  const drawing = scalingDrawing(RESULT)!
  test('has the law solid as far as was measured, and dashed beyond', () => {
    expect(drawing.curves.map(({ isDashed }) => isDashed)).toEqual([false, true])
    const numbers = drawing.curves.flatMap(({ d }) => d.match(/[\d.]+ [\d.]+/g)!)
    for (const pair of numbers) {
      const [x, y] = pair.split(' ').map(Number) as [number, number]
      expect(inFrame(drawing, x, y), pair).toBe(true)
    }
    expect(drawing.sentence).toContain('foretells no peak')
  })
  test('is none where no law fits', () => {
    expect(scalingDrawing({ ...RESULT, scalability: null })).toBeNull()
    const scalability = { ...RESULT.scalability!, mayPredict: false }
    expect(scalingDrawing({ ...RESULT, scalability })).toBeNull()
  })
})

describe('words', () => {
  const factsOf = (result: typeof RESULT): Record<string, string> =>
    Object.fromEntries(capacityFacts(result))
  test('the answer is one sentence', () => {
    expect(answerSentence(RESULT)).toBe('Holds up to 90/s, 160/s breaks.')
    const least = { ...RESULT.answer, isAtLeast: true, high: null, confirmed: false }
    expect(answerSentence({ ...RESULT, answer: least })).toBe(
      'Holds at least 90/s, not confirmed by a soak.',
    )
    expect(answerSentence(capacityResult(capacityInput(null, [])))).toBe(
      'No load held the objectives.',
    )
  })
  test('facts are those that were found, and no others', () => {
    expect(factsOf(RESULT)).toMatchObject({
      objectives: 'p95 < 300ms',
      'limiting resource': 'not known: watch the target with --watch',
      'behaves like': expect.stringContaining('1 at work at a time'),
      'scalability law': expect.stringContaining('no peak'),
    })
    expect(Object.keys(factsOf(RESULT))).not.toContain('at the limit for long')
  })
  test('what if is an estimate with a band', () => {
    const whatIf = { halfContentionPerSec: 150, halfCoherencyPerSec: null }
    const scalability = { ...RESULT.scalability!, whatIf, spreadPerSec: 12 }
    const facts = factsOf({ ...RESULT, scalability })
    expect(facts['with half the waiting (σ)']).toBe('about 150 ± 12 requests/s, an estimate')
    expect(Object.keys(facts)).not.toContain('with half the talking (κ)')
  })
  test('a spike stands beside its ramp', () => {
    const taken = spikeOf({}, { backlogMax: 3 })
    const ramp = { ...taken, riseSec: 60, rise: SPIKE_PHASE }
    const versusRamp = { ratio: 0.6, suffers: true }
    const facts = Object.fromEntries(spikeFacts(spikeOf({}, { ramp, versusRamp })))
    expect(facts['backlog']).toBe('1500 requests; by the ramp 3 requests')
    expect(facts['spike against ramp']).toContain('60 % of the good answers of the ramp: something')
    expect(Object.fromEntries(spikeFacts(spikeOf()))['recovered']).toBe('40 s after the peak')
  })
})
