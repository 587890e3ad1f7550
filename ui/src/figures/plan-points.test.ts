import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parsePlan } from '../../../src/model/plan/parse.ts'
import type { LoadPlan } from '../api/types.ts'
import {
  moved,
  type PlanPoint,
  type PlanUnit,
  pointsOf,
  shapeText,
  tidied,
  withoutPoint,
  withPointAfter,
  withPointAt,
} from './plan-points.ts'

const RISE: readonly PlanPoint[] = [
  { atS: 0, level: 0 },
  { atS: 30, level: 100 },
  { atS: 90, level: 100 },
]
const loadOf = (text: string, unit: PlanUnit): LoadPlan['scenarios'][number]['load'] => {
  const context = { userClasses: [{ name: 'A', weight: 1, fixedCount: 0, host: null }] }
  const plan = parsePlan({ scenarios: { main: { [unit]: text } } }, context)
  if (Array.isArray(plan)) throw new Error(JSON.stringify(plan))
  return plan.scenarios[0]!.load
}

it('points are the text the command line takes', () => {
  expect(shapeText(RISE, 'users')).toBe('0 → 100 over 30s, hold 1m')
  expect(shapeText(RISE, 'arrivals')).toBe('0/s → 100/s over 30s, hold 1m')
  const spike = [...RISE, { atS: 90, level: 400 }, { atS: 100, level: 400 }]
  expect(shapeText(spike, 'users')).toBe('0 → 100 over 30s, hold 1m, jump to 400, hold 10s')
  expect(shapeText([{ atS: 0, level: 5 }], 'users')).toBe('')
})
it('whatever is drawn, the command line reads exactly those points', () => {
  const point = fc.record({
    atS: fc.nat(4_000),
    level: fc.nat(20_000).map((tenths) => tenths / 10),
  })
  const drawing = fc.array(point, { minLength: 2, maxLength: 12 })
  fc.assert(
    fc.property(drawing, fc.constantFrom('users' as const, 'arrivals' as const), (raw, unit) => {
      const points = tidied(
        [...raw].sort((a, b) => a.atS - b.atS),
        unit,
      )
      const text = shapeText(points, unit)
      fc.pre(text !== '' && points.some(({ level }) => level > 0))
      const load = loadOf(text, unit)
      expect(levelAt(pointsFrom(load), points)).toEqual(levelAt(points, points))
    }),
  )
})
it('a load that was run gives its points back', () => {
  expect(pointsOf(loadOf('0 → 100 over 30s, hold 1m', 'users'))).toEqual(RISE)
  expect(pointsOf(loadOf('0/s → 100/s over 30s, hold 1m', 'arrivals'))).toEqual(RISE)
  expect(pointsOf(loadOf('0 → 100 over 1s500ms', 'users'))).toBeUndefined()
})
it('a point does not pass its neighbours, the first stays at 0, and two are left', () => {
  expect(moved(RISE, 1, { atS: 500, level: -3 })[1]).toEqual({ atS: 90, level: 0 })
  expect(moved(RISE, 0, { atS: 10, level: 7 })[0]).toEqual({ atS: 0, level: 7 })
  expect(withoutPoint(withoutPoint(withoutPoint(RISE, 2), 0), 0)).toHaveLength(2)
})
it('a point is added between two, after the last, or where somebody points', () => {
  expect(withPointAfter(RISE, 0)[1]).toEqual({ atS: 15, level: 50 })
  expect(withPointAfter(RISE, 2).at(-1)).toEqual({ atS: 150, level: 100 })
  expect(withPointAt(RISE, { atS: 60, level: 20 }).map(({ atS }) => atS)).toEqual([0, 30, 60, 90])
})

const pointsFrom = (load: LoadPlan['scenarios'][number]['load']): readonly PlanPoint[] => {
  if (load.kind === 'constant-users')
    return [0, load.durationMs!].map((ms) => ({ atS: ms / 1e3, level: load.users }))
  if (load.kind === 'constant-arrivals')
    return [0, load.durationMs!].map((ms) => ({
      atS: ms / 1e3,
      level: (load.rate.arrivals * 1e9) / load.rate.perNs,
    }))
  return pointsOf(load)!
}
/** Just before and just after every place, to a millionth. */
function levelAt(points: readonly PlanPoint[], places: readonly PlanPoint[]): number[] {
  const endS = places.at(-1)!.atS
  const at = (s: number): number => {
    const next = points.findIndex((each) => each.atS > s)
    const [a, b] = [points[next - 1]!, points[next]!]
    return Math.round((a.level + ((b.level - a.level) * (s - a.atS)) / (b.atS - a.atS)) * 1e6) / 1e6
  }
  return places
    .flatMap(({ atS }) => [atS - 1e-9, atS + 1e-9])
    .filter((s) => s > 0 && s < endS)
    .map(at)
}
