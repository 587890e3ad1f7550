import { beforeEach, expect, test } from 'vitest'
import { keptRun } from '../../../test/contracts/store.test-kit.ts'
import type { OnrushError } from '../../kernel/errors.ts'
import { MemoryStore } from '../../plugins/stores/memory/memory-store.ts'
import { findRun } from './find-run.ts'

let store: MemoryStore
beforeEach(async () => {
  store = new MemoryStore(() => 0)
  await store.begin(keptRun('20261121-10-aa', { startedAtEpochMs: 2 }))
  await store.begin(keptRun('20261121-11-ab', { startedAtEpochMs: 1 }))
  await store.begin(keptRun('20261121-11', { startedAtEpochMs: 0 }))
})
const idOf = async (named: string): Promise<string> => (await findRun(store, named)).id
const whyNot = async (named: string) => {
  const error = await findRun(store, named).then(undefined, (reason: OnrushError) => reason)
  return (error as OnrushError).problems[0]!
}

test('a run is found by its id, by a part that no other has, and as the last one', async () => {
  expect(await idOf('20261121-10-aa')).toBe('20261121-10-aa')
  expect(await idOf('ab')).toBe('20261121-11-ab')
  expect(await idOf('20261121-10')).toBe('20261121-10-aa')
  expect(await idOf('last')).toBe('20261121-10-aa')
})

test('a whole id is meant even when others contain it', async () => {
  expect(await idOf('20261121-11')).toBe('20261121-11')
})

test('what fits several names them; what fits none, or nothing at all, is no run', async () => {
  expect(await whyNot('2026')).toMatchObject({
    code: 'E_RUN',
    what: '"2026" fits several runs',
    why: '20261121-10-aa, 20261121-11-ab, 20261121-11 …',
  })
  expect((await whyNot('zz')).what).toBe('there is no run "zz"')
  expect((await whyNot('')).what).toBe('there is no run ""')
  await expect(findRun(undefined, 'last')).rejects.toThrow('there is no run "last"')
})
