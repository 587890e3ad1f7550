import { expect, test } from 'vitest'
import { mergeSnapshots } from '../../model/metrics/window.ts'
import { resultOf } from '../../model/report/result.test-kit.ts'
import type { RunHandle } from '../coordinator/run-handle.ts'
import { LiveRun } from './live-run.ts'

/** A run that goes on, and how often its result was put together. */
function followed(): { run: LiveRun; peeks: () => number } {
  let peeks = 0
  const run = new LiveRun('r1')
  run.follow({
    state: 'running',
    steering: { paused: false, courses: [], planned: () => null, pausedMs: () => 0 },
    peek: () => {
      peeks++
      return resultOf()
    },
  } as unknown as RunHandle)
  return { run, peeks: () => peeks }
}

test('the result is put together once per change, however many look', () => {
  const { run, peeks } = followed()
  for (const _ of [1, 2, 3]) run.view()
  expect(peeks()).toBe(1)
  run.onWindow(mergeSnapshots(0, [], true))
  for (const _ of [1, 2, 3]) run.view()
  expect(peeks()).toBe(2)
  run.onEvent({ atMs: 0, kind: 'note', level: 'info', text: 'hello' })
  run.view()
  expect(peeks()).toBe(3)
})

test('at the end it is the one the run left', () => {
  const { run, peeks } = followed()
  const result = resultOf({ checks: [{ name: 'last', passes: 1, failures: 0 }] })
  run.stop(result)
  expect([run.view()!.result.checks[0]!.name, run.view()!.state, peeks()]).toEqual([
    'last',
    'finished',
    0,
  ])
})
