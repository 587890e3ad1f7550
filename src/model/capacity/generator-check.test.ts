import { expect, test } from 'vitest'
import type { TrialResult } from '../../contracts/capacity.ts'
import type { WindowResult } from '../../contracts/result.ts'
import { capacityInput, trialOf } from './capacity.test-kit.ts'
import { GivenLoads, generatorCheck, loadsToCheck, type TrialsOfRun } from './generator-check.ts'

const broken = { load: 105, what: 'p95 < 300ms', detail: 'p95 < 300ms: 412ms' }
const answer = { ...capacityInput(100, []).answer, firstBroken: broken }

/** Ten seconds at 80, then ten at 105; `p95Ms` is that of the first, ± a little. */
function run(p95Ms: number, second: Partial<TrialResult> = { verdict: 'fail' }) {
  const windows = Array.from({ length: 20 }, (_, index) => ({
    atMs: index * 1_000,
    p95Ms: p95Ms + (index % 3) / 100,
  }))
  const trials = [trialOf(80, { p95Ms }), trialOf(105, { fromMs: 10_000, ...second })]
  return { trials, windows: windows as unknown as WindowResult[], drifted: false }
}
type Before = Parameters<typeof generatorCheck>[1]
const verdict = (before: Before, again: TrialsOfRun): string =>
  generatorCheck(answer, before, again, 2).verdict

test('what held with room and what broke is tried again, each for so long', () => {
  const trials = [trialOf(40), trialOf(80), trialOf(98), trialOf(100), trialOf(105)]
  expect(loadsToCheck(answer, trials, 30)).toMatchObject([
    { load: 80, seconds: 30 },
    { load: 105, seconds: 30 },
  ])
  expect(loadsToCheck({ ...answer, holds: null }, trials, 30)).toEqual([])
  const picker = new GivenLoads(loadsToCheck(answer, trials, 30))
  picker.record()
  expect(picker.next()).toMatchObject({ load: 105 })
  picker.stop()
  expect(picker.next()).toBeUndefined()
})

test('it was the target when nothing changes', () => {
  expect(verdict(run(20), run(20))).toBe('not-the-limit')
})
test('it was the generator when what broke holds now', () => {
  expect(verdict(run(20), run(20, { verdict: 'pass' }))).toBe('the-limit')
})
test('it was the generator when response times fall by a tenth', () => {
  expect(verdict(run(20), run(17))).toBe('the-limit')
  expect(verdict(run(20), run(19))).toBe('not-the-limit')
})
test('response times of a target that drifts prove nothing', () => {
  expect(verdict({ ...run(20), drifted: true }, run(17))).toBe('not-known')
})
test('a fall that may be chance, or is too small to matter, is none', () => {
  const few = { ...run(20), windows: run(20).windows.slice(0, 2) }
  expect(verdict(few, run(17))).toBe('not-the-limit')
  expect(verdict(run(2), run(1.5))).toBe('not-the-limit')
})
test('nothing is said when it could not be tried', () => {
  expect(verdict(run(20), { trials: [], windows: [] })).toBe('not-known')
  expect(verdict(run(20), run(20, { verdict: 'void' }))).toBe('not-known')
})
