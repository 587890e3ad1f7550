import { expect, test } from 'vitest'
import type { GeneratorEvidence } from '../../../contracts/generator.ts'
import type { WorkerHealth } from '../../../contracts/snapshot.ts'
import { LogHistogram } from '../../../model/metrics/histogram.ts'
import { judgeGenerator } from './generator.ts'

const HEALTHY: WorkerHealth = {
  cpuRatio: 0.3,
  loopUtilisation: 0.3,
  loopDelayMsP99: 1.2,
  rssBytes: 80_000_000,
  openSockets: 20,
  inFlight: 2,
  inFlightMs: 2_000,
  limits: [],
}

interface Case {
  seconds?: number
  health?: (second: number) => Partial<WorkerHealth>
  latenessMs?: readonly number[]
  due?: number
  dropped?: number
  evidence?: Partial<GeneratorEvidence>
}

function evidence({ seconds = 20, health, latenessMs = [], due = 0, dropped = 0, ...rest }: Case) {
  const lateness = new LogHistogram()
  for (const ms of latenessMs) lateness.record(ms * 1_000)
  const windows = Array.from({ length: seconds }, (_, second) => ({
    startMs: second * 1_000,
    workers: [[0, { ...HEALTHY, ...health?.(second) }] as const] as const,
  }))
  const full: GeneratorEvidence = {
    durationMs: seconds * 1_000,
    windows,
    inFlightSumMs: windows.reduce((sum, { workers }) => sum + workers[0][1].inFlightMs, 0),
    arrivals: { due, started: due - dropped, dropped, finished: due - dropped, lateness },
    latencyMsP50: 20,
    latencyMsMax: 100,
    latencySumMs: seconds * 2_000,
    resourceFailures: 0,
    workers: [{ index: 0, lost: false }],
    ...rest.evidence,
  }
  return full
}

test('a healthy run is trustworthy without a word', () => {
  for (const seconds of [1, 2, 5, 60]) {
    expect(judgeGenerator(evidence({ seconds }))).toMatchObject({
      trustworthy: true,
      reasons: [],
      littlesLaw: { inFlightMean: 2, expected: 2, holds: true },
    })
  }
})

test('a rough start and one paused second do not mark a run', () => {
  const rough = { cpuRatio: 1, loopUtilisation: 1, loopDelayMsP99: 300 }
  const health = (second: number) => (second < 2 || second === 9 ? rough : {})
  expect(judgeGenerator(evidence({ health }))).toMatchObject({ trustworthy: true, reasons: [] })
})

test('the moment after the last whole second repeats its health, and counts it once', () => {
  const bad = (second: number) => (second >= 7 ? { loopUtilisation: 0.98, cpuRatio: 0.99 } : {})
  const moment = (restMs: number) => ({
    ...evidence({ seconds: 9, health: bad }),
    durationMs: 8_000 + restMs,
  })
  expect(judgeGenerator(moment(30)).trustworthy).toBe(true)
  expect(judgeGenerator(moment(900)).trustworthy).toBe(false)
})

test('a worker that is never idle is the limit, and the reason says how long and how busy', () => {
  const health = () => ({ cpuRatio: 0.99, loopUtilisation: 0.98 })
  const { trustworthy, reasons } = judgeGenerator(evidence({ health }))
  expect(trustworthy).toBe(false)
  expect(reasons).toEqual([
    expect.stringMatching(/never idle in 18 of 18 seconds \(99 % of a core/),
  ])
})

test('a worker starved of CPU by others is told apart from a busy one', () => {
  const health = () => ({ cpuRatio: 0.4, loopUtilisation: 0.97 })
  expect(judgeGenerator(evidence({ health })).reasons[0]).toMatch(/only 40 % of a core/)
})

test('a busy worker below the limit is a warning only', () => {
  const health = () => ({ cpuRatio: 0.85, loopUtilisation: 0.8 })
  const result = judgeGenerator(evidence({ health }))
  expect(result.trustworthy).toBe(true)
  expect(result.reasons).toHaveLength(1)
})

test('a late event loop is void beyond 50 ms, or when it is much of the median', () => {
  const late = (ms: number, latencyMsP50: number) =>
    judgeGenerator(evidence({ health: () => ({ loopDelayMsP99: ms }), evidence: { latencyMsP50 } }))
  expect(late(60, 5_000).trustworthy).toBe(false)
  expect(late(20, 100).trustworthy).toBe(false)
  expect(late(20, 1_000)).toMatchObject({ trustworthy: true, reasons: [expect.any(String)] })
  expect(late(9, 1)).toMatchObject({ trustworthy: true, reasons: [] })
})

test('starts that miss the schedule by 50 ms are void only beyond one in a hundred', () => {
  const starts = (late: number) =>
    judgeGenerator(
      evidence({
        due: 1_000,
        latenessMs: Array.from({ length: 1_000 }, (_, i) => (i < late ? 80 : 0.2)),
      }),
    )
  expect(starts(5).trustworthy).toBe(true)
  expect(starts(30).trustworthy).toBe(false)
})

test('dropped arrivals warn above 0.1 % and are void above 1 %', () => {
  const drops = (dropped: number) => judgeGenerator(evidence({ due: 10_000, dropped }))
  expect(drops(10)).toMatchObject({ trustworthy: true, reasons: [] })
  expect(drops(50)).toMatchObject({ trustworthy: true, reasons: [expect.stringMatching(/0\.5 %/)] })
  expect(drops(200).trustworthy).toBe(false)
})

test('Little’s law off by more than 5 % means wrong measuring; nearly nothing in flight never does', () => {
  const sums = (latencySumMs: number) => judgeGenerator(evidence({ evidence: { latencySumMs } }))
  expect(sums(20 * 2_000 * 1.04).littlesLaw.holds).toBe(true)
  expect(sums(20 * 2_000 * 1.2).trustworthy).toBe(false)
  const idle = evidence({ health: () => ({ inFlightMs: 1 }), evidence: { latencySumMs: 35 } })
  expect(judgeGenerator(idle).littlesLaw.holds).toBe(true)
})

test('requests a lost worker left behind do not break Little’s law', () => {
  const abandoned = evidence({
    health: (second) => ({ inFlight: 10, inFlightMs: second < 2 ? 12_000 : 2_000 }),
    evidence: { latencyMsMax: 2_100, workers: [{ index: 0, lost: true }] },
  })
  expect(judgeGenerator(abandoned).littlesLaw.holds).toBe(true)
})

test('requests that wait in an overloaded target while the run goes on do not break Little’s law', () => {
  // 10 more wait after each second; those that were answered had waited up to nine seconds.
  const health = (second: number) => ({ inFlight: 10 * (second + 1), inFlightMs: 10_000 * second })
  const waiting = evidence({ health, evidence: { latencySumMs: 1.1e6, latencyMsMax: 9_000 } })
  expect(judgeGenerator(waiting).littlesLaw.holds).toBe(true)
  const silent = evidence({ health, evidence: { latencySumMs: 0, latencyMsMax: 0 } })
  expect(judgeGenerator(silent).littlesLaw.holds).toBe(true)
})

test('what is void is named, so that dropped arrivals are told from a limit', () => {
  const { voidBy } = judgeGenerator(evidence({ due: 10_000, dropped: 200 }))
  expect(voidBy).toEqual(['dropped'])
  const health = () => ({ loopUtilisation: 1, cpuRatio: 0.99 })
  expect(judgeGenerator(evidence({ health, due: 100, dropped: 50 })).voidBy).toEqual([
    'loop',
    'dropped',
  ])
  expect(judgeGenerator(evidence({})).voidBy).toEqual([])
})

test('running out of sockets or memory is void', () => {
  expect(judgeGenerator(evidence({ evidence: { resourceFailures: 3 } })).trustworthy).toBe(false)
})

test('a worker that wanted a core and did not get it is marked, however idle it looked', () => {
  const health = () => ({ cpuRatio: 0.3, loopUtilisation: 0.3, cpuWaitRatio: 0.5 })
  const result = judgeGenerator(evidence({ health }))
  expect(result.trustworthy).toBe(false)
  expect(result.reasons[0]).toContain('waited for a core 50 %')
})
test.each([
  ['hardly any', { cpuRatio: 0.9, cpuWaitRatio: 0.12 }],
  ['much of next to nothing', { cpuRatio: 0.02, cpuWaitRatio: 0.05 }],
  ['nothing known', { cpuRatio: 0.3 }],
])('waiting for a core marks nobody when it was %s', (_what, health) => {
  expect(judgeGenerator(evidence({ health: () => health })).trustworthy).toBe(true)
})
test('one second without a core marks nobody', () => {
  const health = (second: number) => (second === 7 ? { cpuRatio: 0.2, cpuWaitRatio: 0.8 } : {})
  expect(judgeGenerator(evidence({ health })).trustworthy).toBe(true)
})
