import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MockRun } from '../../mock/mock-run.ts'
import { mergePoints } from './merge-points.ts'
import type { ViewPoint } from './types.ts'

const run = new MockRun('1', { model: 'users', users: 10 })
for (let second = 0; second < 40; second++) run.tick()
const { points } = run
const at = (atMs: number, spanMs: number, requests = 0): ViewPoint => ({
  ...points[0]!,
  atMs,
  spanMs,
  requests,
})

it('however points come in, in whatever pieces and twice, they are the points of the run', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 39 }), fc.nat({ max: 39 })), { maxLength: 8 }),
      (cuts) => {
        let known: readonly ViewPoint[] = []
        for (const [a, b] of cuts)
          known = mergePoints(known, points.slice(Math.min(a, b), Math.max(a, b)), false)
        expect(mergePoints(known, points, false)).toEqual(points)
      },
    ),
  )
})
it('a later version of a point replaces it', () => {
  const known = [at(0, 1_000, 1), at(1_000, 1_000, 1), at(2_000, 1_000, 1)]
  expect(mergePoints(known, [at(1_000, 1_000, 9)], false).map(({ requests }) => requests)).toEqual([
    1, 9, 1,
  ])
})
it('a coarser point takes the place of those it covers', () => {
  const known = [at(0, 1_000), at(1_000, 1_000), at(2_000, 1_000)]
  expect(
    mergePoints(known, [at(0, 2_000)], false).map(({ atMs, spanMs }) => [atMs, spanMs]),
  ).toEqual([
    [0, 2_000],
    [2_000, 1_000],
  ])
})
it('after a reset only what came is there', () => {
  expect(mergePoints([at(0, 1_000)], [at(5_000, 1_000)], true)).toHaveLength(1)
})
