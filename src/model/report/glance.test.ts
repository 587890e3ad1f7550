import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keptRun } from '../../../test/contracts/store.test-kit.ts'
import type { WindowResult } from '../../contracts/result.ts'
import { GLANCE_STRETCHES_MAX } from '../../kernel/limits.ts'
import { glanceOf } from './glance.ts'
import { resultOf } from './result.test-kit.ts'

const windowAt = (second: number, p95Ms: number | null): WindowResult => ({
  atMs: second * 1_000,
  users: 1,
  requests: 1,
  failures: 0,
  p50Ms: p95Ms,
  p95Ms,
  p99Ms: p95Ms,
  bytesIn: 0,
  bytesOut: 0,
})
const strokesOf = (windows: readonly WindowResult[]) =>
  glanceOf(keptRun('r1'), resultOf({ windows }))

test('a short run has a stroke for each second, with a gap where nothing was measured', () => {
  const { p95Ms, stretchMs } = strokesOf([windowAt(0, 10), windowAt(1, null), windowAt(3, 30)])
  expect([stretchMs, p95Ms]).toEqual([1_000, [10, null, null, 30]])
})

test('a long run has as few as any, and its highest second is in them', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 400 }), (times) => {
      const { p95Ms } = strokesOf(times.map((ms, second) => windowAt(second, ms)))
      expect(p95Ms.length).toBeLessThanOrEqual(GLANCE_STRETCHES_MAX)
      expect(Math.max(...p95Ms.map((each) => each ?? 0))).toBe(Math.max(...times))
    }),
  )
})

test('a run without a result says what was known when it began', () => {
  expect(glanceOf(keptRun('r1', { git: null }), undefined)).toMatchObject({
    ...{ id: 'r1', branch: null, isDirty: false, p95Ms: [] },
    load: [],
  })
})
