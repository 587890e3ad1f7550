import { expect, test } from 'vitest'
import type { OnrushError } from '../../kernel/errors.ts'
import { isRunId, prunedText, pruneRules, retentionOf } from './retention.ts'

const DAY_MS = 86_400_000
const of = (history?: unknown, url?: string) =>
  retentionOf(
    history === undefined ? undefined : { path: 'onrush.config.ts', values: { history } },
    {
      url,
    },
  )
const problemsOf = (history: unknown) => {
  try {
    return of(history) && []
  } catch (error) {
    return (error as OnrushError).problems
  }
}

test('without a word runs are kept for 90 days, and 2 GB of them', () => {
  expect(of()).toMatchObject({ keepMs: 90 * DAY_MS, sizeBytesMax: 2e9 })
  expect(of(true)).toMatchObject({ keepMs: 90 * DAY_MS, sizeBytesMax: 2e9 })
})

test('of a history that is shared nothing is deleted unless somebody says so', () => {
  expect(pruneRules(of(undefined, 'postgres://db/load'), 0)).toEqual({})
  expect(pruneRules(of({ keep: '1d' }, 'postgres://db/load'), DAY_MS)).toEqual({ beforeEpochMs: 0 })
})

test('either can be said in words', () => {
  expect(of({ keep: '2w', maxSize: '500MB' })).toMatchObject({
    keepMs: 14 * DAY_MS,
    sizeBytesMax: 5e8,
  })
  expect(of({ keep: '1.5d' })).toMatchObject({ keepMs: 1.5 * DAY_MS, sizeBytesMax: 2e9 })
  expect(of({ keep: 'forever', maxSize: 'any' })).toMatchObject({
    keepMs: Number.POSITIVE_INFINITY,
    sizeBytesMax: Number.POSITIVE_INFINITY,
  })
})

test('what is for ever has no rule', () => {
  expect(pruneRules(of({ keep: 'forever', maxSize: 'any' }), 1_000)).toEqual({})
  expect(pruneRules(of({ keep: '1d', maxSize: '1GB' }), DAY_MS)).toEqual({
    beforeEpochMs: 0,
    sizeBytesMax: 1e9,
  })
})

test('what cannot be read is refused, all of it at once: nothing is deleted by a mistake', () => {
  const problems = problemsOf({ keep: '90', maxSize: '2 gigs', size: '1GB' })
  expect(problems.map(({ path, what }) => `${path}: ${what}`)).toEqual([
    'onrush.config.ts history.size: there is no setting "size"',
    'onrush.config.ts history.keep: "90" is no time',
    'onrush.config.ts history.maxSize: "2 gigs" is no size',
  ])
  expect(problemsOf({ keep: 90 })).toHaveLength(1)
  expect(problemsOf({ keep: '-1d' })).toHaveLength(1)
})

test('what was deleted is said with the rule that did it', () => {
  const run = { id: 'r1' } as never
  expect(prunedText([run], of())).toBe(
    ' history  run r1 deleted: it keeps 90d and 2GB, see `history` in onrush.config.ts',
  )
  expect(prunedText([run, run], of())).toContain('2 runs from r1 on deleted')
})

test('an id that leads out of a folder is none', () => {
  expect(['20261121-145501-3fa9', 'r_1'].every(isRunId)).toBe(true)
  expect(['', '..', '../x', 'a/b', '.', 'a b', 'x'.repeat(101)].some(isRunId)).toBe(false)
})
