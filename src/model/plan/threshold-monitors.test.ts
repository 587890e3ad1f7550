import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MonitorReading, MonitorUnit } from '../../contracts/monitor.ts'
import { Judge } from '../../run/coordinator/judge.ts'
import { rule } from './threshold.test-kit.ts'
import { parseThreshold } from './threshold.ts'

/** A judge of one rule that sees these values of `target.x`, a window each. */
function judged(text: string, values: readonly (number | null)[], unit: MonitorUnit = '%') {
  const judge = new Judge([rule(text)])
  const aborts = values.map((value, window) => {
    const reading: MonitorReading = { name: 'target.x', unit, value }
    const other: MonitorReading = { name: 'other.x', unit, value: 1e9 }
    judge.addMonitors(window, [other, reading])
    return judge.onWindow(window) !== undefined
  })
  return { result: judge.results(values.length * 1_000)[0]!, aborts, judge }
}

describe('a rule about a monitor', () => {
  it('takes the mean of the whole run, and its extremes where it asks for them', () => {
    expect(judged('monitor(target.x) < 60%', [10, 90, 50]).result).toMatchObject({
      passed: true,
      observed: 50,
    })
    expect(judged('monitor.max(target.x) < 60%', [10, 90, 50]).result).toMatchObject({
      passed: false,
      observed: 90,
      firstCrossedAtMs: 2_000,
    })
    expect(judged('monitor.min(target.x) > 20%', [30, 10, 50]).result.observed).toBe(10)
  })

  it('over a span is judged on every full one, and ends the run where it says so', () => {
    const values = [10, 20, 30, 95, 99, 10]
    const { result, aborts } = judged('monitor(target.x) < 90% over 2s abort', values)
    expect(aborts).toEqual([false, false, false, false, true, false])
    expect(result).toMatchObject({ passed: false, observed: 97, firstCrossedAtMs: 5_000 })
    const highest = judged('monitor.max(target.x) < 90% over 2s', values)
    expect(highest.result.observed).toBe(99)
    expect(highest.judge.standing[0]!.observed).toBe(99)
  })

  it('leaves gaps out: they are neither nought nor a failure', () => {
    expect(judged('monitor.min(target.x) > 5%', [10, null, 20]).result).toMatchObject({
      passed: true,
      observed: 10,
    })
  })

  it('fails when nothing was measured, unless it says otherwise', () => {
    expect(judged('monitor(target.x) < 60%', [null, null]).result).toMatchObject({
      passed: false,
      observed: null,
    })
    expect(judged('monitor(target.x) < 60% noData passes', [null]).result.passed).toBe(true)
  })

  it('is about its own unit only, or any where it names none', () => {
    expect(judged('monitor(target.x) < 60%', [50], 'bytes').result.observed).toBeNull()
    expect(judged('monitor(target.x) < 60', [50], 'bytes').result.observed).toBe(50)
    expect(judged('monitor(target.x) < 1kB', [50], 'bytes').result).toMatchObject({
      observed: 50,
      passed: true,
    })
  })

  it('takes a window that is sent again once', () => {
    const { judge } = judged('monitor(target.x) < 60%', [10, 20])
    judge.addMonitors(1, [{ name: 'target.x', unit: '%', value: 99 }])
    expect(judge.results(2_000)[0]!.observed).toBe(15)
  })

  it('sees the extremes of every span, whatever came before', () => {
    const values = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 3, maxLength: 30 })
    fc.assert(
      fc.property(values, (all) => {
        const { judge } = judged('monitor.max(target.x) < 1000 over 3s', all, '')
        expect(judge.standing[0]!.observed).toBe(Math.max(...all.slice(-3)))
      }),
    )
  })
})

it.each([
  ['monitor < 80%', 'a monitor has its figure in parentheses'],
  ['monitor(target) < 80%', 'a monitor has its figure in parentheses'],
  ['monitor.p95(target.cpu) < 80%', 'there are avg, min and max'],
  ['monitor(target.cpu) < much', 'the limit of a monitor is like 80%'],
  ['monitor(target.cpu) < 80XB', 'the limit of a monitor is like 80%'],
])('%s is refused: %s', (text, why) => {
  expect(parseThreshold(text)).toMatchObject({ code: 'E_THRESHOLD' })
  expect((parseThreshold(text) as { why: string }).why).toContain(why)
})
