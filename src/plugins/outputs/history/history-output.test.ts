import { expect, test } from 'vitest'
import { keptRun, windowOf } from '../../../../test/contracts/store.test-kit.ts'
import type { KeptRun, RunRecord, Store } from '../../../contracts/store.ts'
import { resultOf } from '../../../model/report/result.test-kit.ts'
import { MemoryStore } from '../../stores/memory/memory-store.ts'
import { HistoryOutput } from './history-output.ts'

const { scriptHash, version, node, git, ...run } = keptRun('r1')
const result = resultOf({ run: { ...resultOf().run, id: 'r1' } })
const event = { atMs: 0, kind: 'note', level: 'info', text: 'hello' } as const

function keep(open: () => Promise<Store>) {
  const said: string[] = []
  const pruned: RunRecord[] = []
  let opened = 0
  const output = new HistoryOutput({
    open: () => {
      opened++
      return open()
    },
    facts: { scriptHash, version, node, git: Promise.resolve(git) },
    onError: (text) => said.push(text),
    prune: () => ({ beforeEpochMs: Number.MAX_SAFE_INTEGER }),
    onPruned: (removed) => pruned.push(...removed),
  })
  return { output, said, pruned, opened: () => opened }
}
async function countOf(store: Store): Promise<number> {
  let count = 0
  for await (const _ of store.windows('r1')) count++
  return count
}

test('nothing is opened before the first window; what was told before is kept', async () => {
  const store = new MemoryStore(() => 0)
  const { output, opened } = keep(async () => store)
  output.start(run)
  output.onEvent(event)
  expect(opened()).toBe(0)
  output.onWindow(windowOf(0, 10))
  output.onWindow(windowOf(1, 10))
  expect(opened()).toBe(1)
  await output.stop(result)
  expect(await store.read('r1')).toMatchObject({
    info: keptRun('r1') satisfies KeptRun,
    events: [event],
    result,
  })
  expect(await countOf(store)).toBe(2)
})

test('a run that is over before its first window is kept too', async () => {
  const store = new MemoryStore(() => 0)
  const { output } = keep(async () => store)
  output.start(run)
  await output.stop(result)
  expect((await store.read('r1'))!.record.state).toBe('finished')
})

test('a run without a result is cut off', async () => {
  const store = new MemoryStore(() => 1_000_000)
  const { output } = keep(async () => store)
  output.start(run)
  output.onWindow(windowOf(0, 10))
  await output.close()
  expect((await store.read('r1'))!.record.state).toBe('cut-off')
})

test('a run that never began leaves nothing', async () => {
  const { output, opened } = keep(async () => new MemoryStore(() => 0))
  await output.close()
  expect(opened()).toBe(0)
})

test('a history that cannot be opened is said once, and disturbs nothing', async () => {
  const { output, said } = keep(() => Promise.reject(new Error('the disk is full')))
  output.start(run)
  for (let n = 0; n < 3; n++) output.onWindow(windowOf(n, 10))
  await output.stop(result)
  await output.close()
  expect(said).toEqual(['this run is not kept in the history: the disk is full'])
})

test('a history that fails at the end is said, and disturbs nothing', async () => {
  const store = new MemoryStore(() => 0)
  const broken = { prune: 'busy', close: 'gone' }
  for (const [method, why] of Object.entries(broken)) {
    Object.assign(store, { [method]: () => Promise.reject(new Error(why)) })
  }
  const { output, said } = keep(async () => store)
  output.start(run)
  await output.stop(result)
  await output.close()
  expect(said).toEqual([
    'history: older runs could not be deleted: busy',
    'history: it could not be closed: gone',
  ])
})

test('when a run is over, older ones that have had their time go, and are said', async () => {
  const store = new MemoryStore(() => 0)
  const old = await store.begin(keptRun('old'))
  await old.finish(resultOf())
  const { output, pruned } = keep(async () => store)
  output.start(run)
  await output.stop(result)
  expect(pruned.map(({ id }) => id)).toEqual(['old'])
  expect((await store.list()).map(({ id }) => id)).toEqual(['r1'])
})
