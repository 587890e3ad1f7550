import { expect, test } from 'vitest'
import { keptRun, windowOf } from '../../../test/contracts/store.test-kit.ts'
import { exemplar } from '../../model/metrics/exemplar.test-kit.ts'
import { KeptSamples, RunSamples } from './run-samples.ts'

const late = exemplar({ id: '0-2', startMs: 900 })
const early = exemplar({ id: '1-1', startMs: 100, responseMs: 50 })

test('a window that comes again brings nothing twice, and all come in the order of their sending', () => {
  const samples = new RunSamples()
  samples.add({ exemplars: [late] })
  samples.add({ exemplars: [late, early] })
  samples.add({})
  expect(samples.list({})).toMatchObject({ kept: 2, samples: [{ id: '1-1' }, { id: '0-2' }] })
  expect(samples.list({ lowMs: 20 })).toMatchObject({ kept: 2, samples: [{ id: '1-1' }] })
  expect(samples.one('0-2')).toBe(late)
  expect(samples.one('9-9')).toBeUndefined()
})

test('of a kept run they are read with its windows, of a finished one only once', async () => {
  const { MemoryStore } = await import('../../plugins/stores/memory/memory-store.ts')
  const store = new MemoryStore(() => 0)
  const writer = await store.begin(keptRun('r1'))
  writer.window({ ...windowOf(0, 10), exemplars: [late] })
  await writer.flush()
  const kept = new KeptSamples()
  expect((await kept.of(store, 'r1'))!.list({}).kept).toBe(1)
  writer.window({ ...windowOf(1, 10), exemplars: [early] })
  await writer.flush()
  expect((await kept.of(store, 'r1'))!.list({}).kept).toBe(2)
  expect(await kept.of(store, 'nowhere')).toBeUndefined()
})
