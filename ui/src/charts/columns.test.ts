import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MockRun } from '../../mock/mock-run.ts'
import type { ViewPoint } from '../api/types.ts'
import { Columns } from './columns.ts'

const first = (() => {
  const run = new MockRun('1', { model: 'users', users: 10 })
  run.tick()
  return run.points[0]!
})()
const p95 = ({ p95Ms }: ViewPoint): number | null => p95Ms

/** What the server may say next: a second more, the last one again, a stretch left out, or everything in coarser steps. */
const next = fc.record({
  what: fc.constantFrom('more' as const, 'again' as const, 'gap' as const, 'coarser' as const),
  value: fc.option(fc.nat(50), { nil: null }),
  kind: fc.constantFrom('reset', 'timeout'),
})
type Next = typeof next extends fc.Arbitrary<infer T> ? T : never

function told(points: readonly ViewPoint[], { what, value, kind }: Next): readonly ViewPoint[] {
  const last = points.at(-1)
  const endMs = last === undefined ? 0 : last.atMs + last.spanMs
  const point = (atMs: number): ViewPoint => ({
    ...{ ...first, atMs, spanMs: 1_000, p95Ms: value },
    errors: [[kind, value ?? 0]],
  })
  if (what === 'again' && last !== undefined) return [...points.slice(0, -1), point(last.atMs)]
  if (what === 'coarser') return points.map((each) => ({ ...each }))
  return [...points, point(what === 'gap' ? endMs + 5_000 : endMs)]
}

it('growing columns are those that a look at all points would make', () => {
  fc.assert(
    fc.property(fc.array(next, { maxLength: 60 }), (steps) => {
      const growing = new Columns()
      const errors = ({ errors }: ViewPoint) => errors
      let points: readonly ViewPoint[] = []
      for (const step of steps) {
        points = told(points, step)
        const fresh = new Columns().take(points)
        growing.take(points)
        expect(growing.of('p95', p95)).toEqual(fresh.of('p95', p95))
        expect(growing.seconds).toEqual(fresh.seconds)
        const shown = (of: Columns) =>
          [...of.tally('errors', errors)].filter(([, n]) => n > 0).sort()
        expect(shown(growing)).toEqual(shown(fresh))
      }
    }),
  )
})
it('while an array stays the same one, all but its last value stay as they are', () => {
  fc.assert(
    fc.property(fc.array(next, { maxLength: 60 }), (steps) => {
      const growing = new Columns()
      let points: readonly ViewPoint[] = []
      let before: { array: unknown; copy: readonly unknown[] } | undefined
      for (const step of steps) {
        points = told(points, step)
        const { values } = growing.take(points).of('p95', p95)
        if (before !== undefined && before.array === values)
          expect(values.slice(0, Math.max(0, before.copy.length - 1))).toEqual(
            before.copy.slice(0, -1),
          )
        before = { array: values, copy: [...values] }
      }
    }),
  )
})
