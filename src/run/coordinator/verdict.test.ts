import { expect, test } from 'vitest'
import type { ThresholdResult } from '../../contracts/result.ts'
import { type VerdictInput, verdictOf } from './verdict.ts'

const GENERATOR = {
  trustworthy: true,
  reasons: [],
  cpuRatioMax: 0.1,
  loopDelayMsP99: 0,
  littlesLaw: { inFlightMean: 1, expected: 1, holds: true },
  workers: [],
}
const FAILED: ThresholdResult = {
  rule: 'errors < 1%',
  passed: false,
  observed: 2,
  unit: '%',
  margin: -1,
  firstCrossedAtMs: 1_000,
}
const verdict = (input: Partial<VerdictInput>) =>
  verdictOf({
    problems: [],
    breakdown: undefined,
    signalExitCode: undefined,
    requests: 1_000,
    failures: 0,
    endedInWarmup: false,
    scriptErrors: 0,
    errors: [],
    users: { active: 0, started: 10, stopped: 10, failed: 0 },
    thresholds: [],
    generator: GENERATOR,
    strictGenerator: false,
    ...input,
  })

test('errors of the script count for the guard, each like a request that failed', () => {
  expect(verdict({ failures: 30, scriptErrors: 21 })).toMatchObject({ passed: true, exitCode: 0 })
  const { reason, exitCode } = verdict({ failures: 30, scriptErrors: 22 })
  expect(exitCode).toBe(1)
  expect(reason).toContain('30 requests, 22 errors of the script')
})

test('with thresholds the guard is silent, whatever the script threw', () => {
  const held = { ...FAILED, passed: true }
  expect(verdict({ scriptErrors: 500, thresholds: [held] }).passed).toBe(true)
  expect(verdict({ thresholds: [FAILED] })).toMatchObject({ passed: false, exitCode: 1 })
})

test('a passed run says what the script threw', () => {
  expect(verdict({}).reason).toBe('no request failed')
  expect(verdict({ scriptErrors: 3 }).reason).toBe('no request failed; the script failed 3 times')
})

test('without a request nothing passes, and the reason is the script when it threw', () => {
  expect(verdict({ requests: 0 }).reason).toBe('no request was made: nothing was measured')
  expect(verdict({ requests: 0, scriptErrors: 4 })).toMatchObject({ passed: false, exitCode: 1 })
  expect(verdict({ requests: 0, scriptErrors: 4 }).reason).toContain('the script failed 4 times')
})

test('a run that ended within its warm-up says so instead of passing', () => {
  const { passed, reason, exitCode } = verdict({ requests: 0, endedInWarmup: true })
  expect([passed, exitCode]).toEqual([false, 1])
  expect(reason).toContain('warm-up')
})

test('a signal keeps its exit code beside what was measured until then', () => {
  expect(verdict({ signalExitCode: 130 })).toMatchObject({ passed: true, exitCode: 130 })
  expect(verdict({ signalExitCode: 143, failures: 900 }).passed).toBe(false)
})

test('a doubtful generator fails a run only when asked to', () => {
  const generator = { ...GENERATOR, trustworthy: false, reasons: ['busy'] }
  expect(verdict({ generator }).exitCode).toBe(0)
  expect(verdict({ generator, strictGenerator: true })).toMatchObject({ exitCode: 5 })
})
