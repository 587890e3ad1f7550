import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../contracts/result.ts'
import { casesOf, type RulePlace } from './cases.ts'
import { CROSSED, failedBy, resultOf, ruleOf, seriesOf } from './result.test-kit.ts'
import { figure, signedPercent } from './wording.ts'

const none = new Map<string, RulePlace>()
const outcomes = (result: RunResult): string[] =>
  casesOf(result, none).map((each) => `${each.kind} ${each.status}`)
const checked = (failures: number) => [{ name: 'logged in', passes: 90, failures }]
const held = { ...CROSSED, passed: true, margin: 0.1, firstCrossedAtMs: null }

describe('cases of a run', () => {
  it('say what a rule observed, its limit, its margin, when it was crossed and where it stands', () => {
    const place = { file: 'shop.ts', line: 12, shown: 'shop.ts:12' }
    const result = resultOf({ thresholds: [CROSSED], ...failedBy('failed') }, [
      ruleOf(CROSSED.rule),
    ])
    const [only, ...more] = casesOf(result, new Map([[CROSSED.rule, place]]))
    expect(more).toEqual([])
    expect(only).toEqual({
      kind: 'threshold',
      name: 'p95(http) < 100ms',
      status: 'failed',
      message: 'observed 190.13 ms, limit < 100 ms, margin -90.13 %, first crossed at 58 s',
      facts: [
        ['observed', '190.13 ms'],
        ['limit', '< 100 ms'],
        ['margin', '-90.13 %'],
        ['first crossed at', '58 s'],
        ['rule', 'shop.ts:12'],
      ],
      place,
    })
  })
  it('have the default guard when there is no rule, and count errors of the script in it', () => {
    expect(outcomes(resultOf())).toEqual(['guard passed'])
    const failing = resultOf({
      ...failedBy('9.09 % failed'),
      series: [seriesOf('/', 1000), seriesOf('Shopper.buy', 100, 100, 'task')],
    })
    const [guard] = casesOf(failing, none)
    expect(guard).toMatchObject({ kind: 'guard', status: 'failed' })
    expect(guard?.message).toBe('observed 9.09 % errors, limit <= 5 %')
  })
  it('have one for the run when no rule says why it failed', () => {
    const nothing = { totals: seriesOf('(all)', 0), series: [] }
    expect(outcomes(resultOf({ ...nothing, ...failedBy('no request was made') }))).toEqual([
      'run failed',
      'guard passed',
    ])
    const thresholds = [{ ...CROSSED, observed: null, margin: null, firstCrossedAtMs: null }]
    const rules = [ruleOf(CROSSED.rule)]
    const threw = resultOf({ ...nothing, thresholds, ...failedBy('Error: no database', 3) }, rules)
    expect(outcomes(threw)).toEqual(['run failed', 'threshold failed'])
    expect(casesOf(threw, none)[1]?.message).toBe('observed nothing, limit < 100 ms')
  })
  it('a check that failed at times is noted in a run that passed, failed in one that did not', () => {
    expect(outcomes(resultOf({ checks: checked(0) }))[1]).toBe('check passed')
    expect(outcomes(resultOf({ checks: checked(10) }))[1]).toBe('check noted')
    expect(outcomes(resultOf({ checks: checked(10), ...failedBy('x', 5) }))[2]).toBe('check failed')
  })
  it('a rule that allows failures of a check decides about it', () => {
    const rule = ruleOf("checks('logged in') > 80%", {
      metric: { kind: 'checks', name: 'logged in' },
    })
    const allowed = { ...held, rule: rule.rule }
    const result = resultOf({ checks: checked(10), thresholds: [allowed] }, [rule])
    expect(outcomes(result)).toEqual(['threshold passed', 'check passed'])
    expect(casesOf(result, none)[1]?.facts).toEqual([
      ['held', '90 of 100 times (90 %)'],
      ['allowed by', rule.rule],
    ])
  })
  it('some case has failed exactly when the run has not passed', () => {
    const verdict = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 130)
    const counts = fc.nat({ max: 100 })
    fc.assert(
      fc.property(verdict, counts, counts, counts, fc.boolean(), (exitCode, a, b, c, ruled) => {
        const passed = exitCode === 0 || exitCode === 130
        const result = resultOf({
          verdict: { passed, reason: 'because', exitCode },
          totals: seriesOf('(all)', a, Math.min(a, b)),
          checks: checked(c),
          thresholds: ruled ? [passed ? held : CROSSED] : [],
        })
        const failed = casesOf(result, none).some((each) => each.status === 'failed')
        // Without rules a verdict that passed keeps the guard.
        expect(failed).toBe(!passed)
      }),
    )
  })
})

it('figures keep two decimals, and are never 0 unless they are', () => {
  expect([412.375, 0.8, 0, 100, 0.00123, 1e-9].map((each) => figure(each, 'ms'))).toEqual([
    '412.38 ms',
    '0.8 ms',
    '0 ms',
    '100 ms',
    '0.00123 ms',
    '1e-9 ms',
  ])
  expect([figure(null, 'ms'), figure(Number.NaN, ''), figure(3, '')]).toEqual(['–', '–', '3'])
  expect([signedPercent(0.125), signedPercent(-1), signedPercent(null)]).toEqual([
    '+12.5 %',
    '-100 %',
    '–',
  ])
})
