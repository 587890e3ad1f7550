import { beforeEach, expect, test } from 'vitest'
import { namedRun } from '../../../test/contracts/store.test-kit.ts'
import type { RunGlance } from '../../contracts/glance.ts'
import {
  resultOfSimulated,
  SHOP,
  type Simulated,
  simulate,
} from '../../model/compare/simulated-run.test-kit.ts'
import { MemoryStore } from '../../plugins/stores/memory/memory-store.ts'
import { HistoryQuestions, type WrittenComparison } from './history-questions.ts'

const RUN: Simulated = { ...SHOP, seconds: 40 }
let store: MemoryStore
let questions: HistoryQuestions
beforeEach(async () => {
  store = new MemoryStore(() => 0)
  questions = new HistoryQuestions(store)
  for (const [seed, id] of ['a', 'b'].entries()) await keep(id, seed)
})
async function keep(id: string, seed: number, isOver = true): Promise<void> {
  const writer = await store.begin(namedRun(id, 'shop', {}, seed))
  for (const window of simulate(RUN, seed)) writer.window(window)
  if (isOver) await writer.finish(resultOfSimulated(RUN, { id }))
}
const compare = (...runs: string[]) =>
  questions.answer({ kind: 'compare', base: 'a', runs, anyway: true }) as Promise<
    readonly WrittenComparison[]
  >

test('the same comparison is made once, until one of its runs is gone', async () => {
  const [first] = await compare('b')
  const [again] = await compare('b')
  expect(again).toBe(first)
  await store.remove(['b'])
  await expect(compare('b')).rejects.toThrow('there is no run "b"')
})

test('a run that goes on is compared anew each time', async () => {
  await keep('c', 3, false)
  const [first] = await compare('c')
  const [again] = await compare('c')
  expect(again).not.toBe(first)
  expect(again).toEqual(first)
})

test('glances are those of runs that are there, in the order asked', async () => {
  const ids = ['b', 'nothing', 'a']
  const glances = (await questions.answer({ kind: 'glances', ids })) as RunGlance[]
  expect(glances.map(({ id }) => id)).toEqual(['b', 'a'])
})

test('a trend has the newest runs of its name, and none of another', async () => {
  const trend = await questions.answer({ kind: 'trend', name: 'shop', limit: 1 })
  expect(trend).toMatchObject({ name: 'shop', runs: [{ id: 'b' }] })
  expect(await questions.answer({ kind: 'trend', name: 'other', limit: 9 })).toMatchObject({
    runs: [],
    reference: null,
  })
})
