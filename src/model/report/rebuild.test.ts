import { expect, test } from 'vitest'
import { keptRun, overviewsOf, windowOf } from '../../../test/contracts/store.test-kit.ts'
import type { GeneratorEvidence } from '../../contracts/generator.ts'
import type { Insight } from '../../contracts/insight.ts'
import type { StoredRun } from '../../contracts/store.ts'
import type { Window } from '../../contracts/window.ts'
import { toSeriesResults } from '../metrics/summary.ts'
import { RunTotals } from '../metrics/window.ts'
import { type RunWindows, rebuildResult, withFindings } from './rebuild.ts'
import { resultOf } from './result.test-kit.ts'

const NOTE = { atMs: 1, kind: 'note', level: 'info', text: 'deployed' } as const
const cutOff: StoredRun = {
  record: { state: 'cut-off' } as StoredRun['record'],
  info: keptRun('r1', { workers: 2 }),
  events: [NOTE],
  result: undefined,
}
const WINDOWS = [windowOf(0, 100), windowOf(1, 50), windowOf(3, 20)]
async function* each(windows: readonly Window[]): AsyncIterable<Window> {
  yield* windows
}
const kept = (windows: readonly Window[]): RunWindows => ({
  merged: each(windows),
  seconds: overviewsOf(each(windows)),
})
let evidence: GeneratorEvidence | undefined
const judge = (given: GeneratorEvidence) => {
  evidence = given
  return resultOf().generator
}

test('the totals of a run that was cut off are those of its windows', async () => {
  const totals = new RunTotals()
  for (const each of WINDOWS) totals.add(each)
  const result = await rebuildResult(cutOff, kept(WINDOWS), judge)
  expect(result).toMatchObject({
    ...toSeriesResults(totals.series, 4_000),
    run: { id: 'r1', durationMs: 4_000, git: { commit: 'c0ffee' }, workers: 2 },
    verdict: { passed: false, exitCode: 1 },
    checks: [{ name: 'greets', passes: 340, failures: 0 }],
    users: { max: 10, started: 10, stopped: 0, failed: 0 },
    arrivals: { due: 42, started: 36, dropped: 6, unknown: 0 },
    events: [NOTE],
  })
  expect(result.totals.requests).toBe(170)
  expect(result.windows.map((each) => [each.atMs, each.requests])).toEqual([
    [0, 100],
    [1_000, 50],
    [3_000, 20],
  ])
})

test('what was watched of the target is summed up from the windows', async () => {
  const watched = [50, null, 70].map((value, number) => ({
    ...windowOf(number, 10),
    monitors: [{ name: 'target.cpu', unit: '%', value } as const],
  }))
  const { monitors } = await rebuildResult(cutOff, kept([windowOf(9, 1), ...watched]), judge)
  expect(monitors).toEqual([
    {
      ...{ name: 'target.cpu', source: 'target', unit: '%', readings: 2, gaps: 1 },
      ...{ min: 50, mean: 60, max: 70, last: 70 },
    },
  ])
})

test('its generator is judged by the health that was kept', async () => {
  await rebuildResult(cutOff, kept(WINDOWS), judge)
  expect(evidence).toMatchObject({ durationMs: 4_000, inFlightSumMs: 3 * 2 * 1_900 })
  expect(evidence!.windows).toHaveLength(3)
})

test('why there is no verdict is said; without any window there are no figures', async () => {
  const none = await rebuildResult(cutOff, kept([]), judge)
  expect(none.verdict.reason).toBe('cut off: the process ended before the run did')
  expect([none.totals.requests, none.totals.responseMs.p95]).toEqual([0, null])
  const record = { ...cutOff.record, state: 'running' as const }
  const going = await rebuildResult({ ...cutOff, record }, kept(WINDOWS), judge)
  expect(going.verdict.reason).toBe('not judged yet: the run goes on')
})

test('what was watched of the target is summed up again, with its gaps', async () => {
  const cpu = { name: 'target.cpu', unit: '%' } as const
  const windows = WINDOWS.map((each, index) => ({
    ...each,
    ...(index > 0 && { monitors: [{ ...cpu, value: index === 1 ? 40 : null }] }),
  }))
  const result = await rebuildResult(cutOff, kept(windows), judge)
  expect(result.monitors).toEqual([
    { ...cpu, source: 'target', min: 40, mean: 40, max: 40, last: 40, readings: 1, gaps: 1 },
  ])
  expect(result.windows.map((each) => each.monitors?.['target.cpu'])).toEqual([undefined, 40, null])
})

test('a run that was kept before anybody looked for findings is looked into, and else as it was', async () => {
  const looked: Insight = {
    ...{ id: 'slow', version: 1, title: 'it was slow', explanation: '' },
    evaluate: ({ points, series }) => ({
      notEvaluated: `${points.length} points, ${series[0]!.requests} requests`,
    }),
  }
  const before = resultOf()
  const result = await withFindings(before, kept(WINDOWS), [looked])
  const why = '3 points, 170 requests'
  const insights = { evaluated: [], notEvaluated: [{ id: 'slow', why }] }
  expect(result).toEqual({ ...before, findings: [], insights })
  const rebuilt = await rebuildResult(cutOff, kept(WINDOWS), judge, [looked])
  expect(rebuilt.insights).toEqual(insights)
})
