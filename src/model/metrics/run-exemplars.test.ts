import { expect, test } from 'vitest'
import { EXEMPLARS_OF_RUN_MAX, SLOWEST_MAX } from '../../kernel/limits.ts'
import { exemplar, failed } from './exemplar.test-kit.ts'
import { RunExemplars } from './run-exemplars.ts'

const errorOf = (message: string) => ({
  ...{ method: 'GET', name: '/items/:id', kind: 'status', message },
  ...{ count: 9, firstAtMs: 0, lastAtMs: 1, sample: '' },
})

test('ten slow ones among a hundred thousand are all kept, however late they come', () => {
  const run = new RunExemplars()
  const slow: string[] = []
  for (let window = 0; window < 1_000; window++) {
    const offered = [exemplar({ responseMs: 40 + Math.sin(window) }), exemplar({ responseMs: 41 })]
    if (window % 100 === 77) {
      offered[0] = exemplar({ responseMs: 900 + (window % 7) })
      slow.push(offered[0].id)
    }
    run.admit(offered, window)
  }
  const kept = run.slowest.map(({ id }) => id)
  expect(kept).toHaveLength(SLOWEST_MAX)
  for (const id of slow) expect(kept).toContain(id)
})

test('a day of many series and errors stays within the bound, and goes on keeping until its end', () => {
  const run = new RunExemplars()
  let last = 0
  for (let window = 0; window < 86_400; window++) {
    const offered = [0, 1, 2].map((k) =>
      exemplar({ name: `/${(window * 3 + k) % 50}`, responseMs: 10 + ((window * 7) % 13) }),
    )
    offered.push(failed(`status ${window % 40}`))
    if (run.admit(offered, window).length > 0) last = window
  }
  expect(run.count).toBeLessThan(EXEMPLARS_OF_RUN_MAX)
  expect(run.leftOut).toBe(0)
  expect(last).toBeGreaterThan(86_000)
})

test('when the run is full, the slowest of all still get in, and the others are counted', () => {
  const run = new RunExemplars()
  for (let i = 0; i < EXEMPLARS_OF_RUN_MAX; i++) run.admit([failed(`status ${i}`)], 0)
  expect(run.admit([failed('one more')], 1)).toEqual([])
  expect(run.leftOut).toBe(1)
  expect(run.admit([exemplar({ responseMs: 5_000 })], 1)).toHaveLength(1)
})

test('an error of the result has the first request that met with it; the same text elsewhere has its own', () => {
  const run = new RunExemplars()
  const first = failed('status 500', { startMs: 1 })
  const elsewhere = failed('status 500', { name: '/pay' })
  run.admit([first], 0)
  run.admit([failed('status 500', { startMs: 2 }), elsewhere], 1)
  const errors = run.toErrorResults([
    errorOf('status 500'),
    { ...errorOf('status 500'), name: '/pay' },
    errorOf('status 404'),
  ])
  expect(errors.map((each) => each.exemplar?.id)).toEqual([first.id, elsewhere.id, undefined])
})
