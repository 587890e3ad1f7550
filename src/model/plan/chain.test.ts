import { describe, expect, test } from 'vitest'
import type { LoadPlan } from '../../contracts/plan.ts'
import { parsePlan } from './parse.ts'

const userClasses = [{ name: 'Shopper', weight: 1, fixedCount: 0, host: null }]
const starts = (scenarios: object) => {
  const plan = parsePlan({ scenarios }, { userClasses })
  if (Array.isArray(plan)) return plan.map(({ path, what, why }) => `${path}: ${what}: ${why}`)
  return (plan as LoadPlan).scenarios.map(({ name, startAfterMs }) => `${name} ${startAfterMs}`)
}
const load = { arrivals: '5/s', for: '30s' }

describe('a scenario that follows another', () => {
  test('begins when the other one ends, whichever is written first, and after its own wait', () => {
    expect(
      starts({
        third: { ...load, after: 'second', startAfter: '5s' },
        first: { ...load, startAfter: '1s' },
        second: { users: '0 → 5 over 10s', after: 'first' },
      }),
    ).toEqual(['third 46000', 'first 1000', 'second 31000'])
  })
  test('names one that is there', () => {
    expect(starts({ main: { ...load, after: 'wram' }, warm: load })).toEqual([
      'plan.scenarios.main.after: there is no scenario "wram" to follow: the plan has main, warm',
    ])
  })
  test('follows only what has a known end', () => {
    const message = (why: string) => [
      `plan.scenarios.main.after: it is not known when "warm" ends: "warm" ends ${why}`,
    ]
    expect(starts({ warm: { users: 5 }, main: { ...load, after: 'warm' } })).toEqual(
      message('only when stopped'),
    )
    expect(starts({ warm: { users: 5, iterations: 9 }, main: { ...load, after: 'warm' } })).toEqual(
      message('when its iterations are done'),
    )
  })
  test('cannot wait for itself, over however many others', () => {
    expect(starts({ main: { ...load, after: 'main' } })[0]).toContain('main → main')
    const circle = starts({
      a: { ...load, after: 'c' },
      b: { ...load, after: 'a' },
      c: { ...load, after: 'b' },
    })
    expect(circle.length).toBeGreaterThan(0)
    expect(circle[0]).toContain('the scenarios wait for each other')
  })
})
