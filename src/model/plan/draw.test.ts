import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import { describePlan } from './describe.ts'
import { drawLoad, ratePieces } from './draw.ts'
import { parsePlan } from './parse.ts'
import { arrivalSchedule, isOpen } from './shape.ts'

const context = { userClasses: [{ name: 'A', weight: 1, fixedCount: 0, host: null }] }
function planOf(...scenarios: object[]): LoadPlan {
  const named = Object.fromEntries(scenarios.map((each, index) => [`s${index}`, each]))
  const plan = parsePlan({ scenarios: named }, context)
  if (Array.isArray(plan)) throw new Error(JSON.stringify(plan))
  return plan as LoadPlan
}
const loadOf = (scenario: object): LoadShape => planOf(scenario).scenarios[0]!.load
/** The rows of the picture without labels and axes. */
const bars = (scenario: object, columns = 34, unicode = true): string[] =>
  drawLoad(loadOf(scenario), 0, { columns, unicode })
    .slice(0, 6)
    .map((line) => line.slice(13).padEnd(columns - 14))

describe('the drawing of a load', () => {
  test('has the height of the rate, column by column', () => {
    expect(bars({ arrivals: '120/s for 10s, 60/s for 5s, nothing for 5s' })).toEqual([
      ...new Array(3).fill('██████████          '),
      ...new Array(3).fill('███████████████     '),
    ])
    expect(bars({ users: '10 for 5s, 5 for 5s' }, 34, false)).toEqual([
      ...new Array(3).fill('##########          '),
      ...new Array(3).fill('####################'),
    ])
  })

  test('shows a spike that is narrower than a column at its full height', () => {
    const [arrivalsTop] = bars({ arrivals: '1/s for 1h, spike 900/s for 1s, hold 50m' })
    const [usersTop] = bars({ users: '1 for 1h, spike 900 for 1s, hold 50m' })
    for (const top of [arrivalsTop, usersTop]) expect(top).toMatch(/^ {10}[^ ] {9}$/)
  })

  test('shows a rate below one arrival per column as a rate, not as holes', () => {
    expect(bars({ arrivals: '1/min for 10m' }, 74)).toEqual(new Array(6).fill('█'.repeat(60)))
  })

  test('is a line whose area up to any time is the arrivals due by then', () => {
    const rate = fc.integer({ min: 0, max: 300 })
    const phase = fc
      .tuple(rate, fc.integer({ min: 1, max: 60 }))
      .map(([to, s]) => `→ ${to}/s over ${s}s`)
    fc.assert(
      fc.property(fc.array(phase, { minLength: 1, maxLength: 6 }), rate, (phases, start) => {
        const load = loadOf({ arrivals: [`${start + 1}/s`, ...phases].join(', ') })
        if (!isOpen(load)) throw new Error(load.kind)
        const schedule = arrivalSchedule(load)
        let area = 0
        for (const { startNs, endNs, at } of ratePieces(load)) {
          area += ((at(startNs) + at(endNs)) / 2) * (endNs - startNs)
          expect(Math.abs(area - schedule.countBy(endNs))).toBeLessThan(1.001)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('counts time from the start of the run, and draws a ramp until it is done', () => {
    const late = drawLoad(loadOf({ arrivals: '1/s for 1m' }), 30_000, {
      columns: 60,
      unicode: true,
    })
    expect(late.at(-1)).toMatch(/^ +30s +1m +1m30s$/)
    const ramp = drawLoad(loadOf({ users: 30, spawnRate: 3 }), 0, { columns: 60, unicode: true })
    expect(ramp.at(-1)).toMatch(/^ +0s +6s +12s …$/)
  })

  test('is left out where no clock is followed', () => {
    const look = { columns: 80, unicode: true }
    for (const load of [{ users: 2, iterations: 9 }, { arrivals: '9/s' }, { users: 1 }]) {
      expect(drawLoad(loadOf(load), 0, look)).toEqual([])
    }
  })

  test('is never wider than the terminal from 40 columns on, and without block characters plain ASCII', () => {
    const level = fc.integer({ min: 0, max: 9_999 })
    const seconds = fc.integer({ min: 1, max: 99_999 })
    fc.assert(
      fc.property(
        level,
        level,
        seconds,
        fc.boolean(),
        fc.integer({ min: 40, max: 130 }),
        (a, b, over, open, columns) => {
          fc.pre(a + b > 0)
          const per = open ? '/min' : ''
          const text = `${a}${per} → ${b}${per} over ${over}s`
          const load = loadOf(open ? { arrivals: text } : { users: text })
          const lines = drawLoad(load, 0, { columns, unicode: false })
          expect(lines).toHaveLength(8)
          for (const line of lines) {
            expect(line.length).toBeLessThanOrEqual(columns)
            expect(line).toMatch(/^[ -~]*$/)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('the description of several loads', () => {
  const text = (plan: LoadPlan, weights: readonly number[]): string =>
    describePlan(plan, weights).join('\n')

  test('sums them up, and says what they need', () => {
    const said = text(
      planOf(
        { arrivals: '0 → 400/s over 10s', usersMax: 300, startAfter: '5s' },
        { users: 4, iterations: 10, perUser: true, for: '1m' },
      ),
      [3, 1],
    )
    expect(said).toContain(
      's0: arrivals 0 → 400/s over 10s (10s), 2000 arrivals in all, starting after 5s',
    )
    expect(said).toContain(
      "400 users if an iteration takes 1s (Little's law: 400/s × 1s), more than the plan allows",
    )
    expect(said).toContain('per worker 1500, 500 arrivals, at most 300/s each')
    expect(said).toContain('s1: 4 users × 10 iterations, none begins after 1m')
    expect(said).toContain('in all     40 iterations')
    expect(said).toContain('in all: over after 1m, 2000 arrivals, at most 304 users at once')
  })

  test('names many workers by their range', () => {
    const weights = new Array<number>(30).fill(1)
    expect(text(planOf({ users: 100 }), weights)).toContain('per worker 3 to 4 users')
  })
})
