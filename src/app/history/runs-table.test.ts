import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { RunRecord } from '../../contracts/store.ts'
import { makeStyle } from '../../plugins/outputs/console/style.ts'
import { renderRuns } from './runs-table.ts'

const run: RunRecord = {
  id: '20261120-120044-07d2',
  name: 'shop',
  script: 'shop.ts',
  startedAtEpochMs: new Date(2026, 10, 20, 12, 0).getTime(),
  state: 'finished',
  isBaseline: true,
  tags: { branch: 'main' },
  commit: 'c0ffee1234567890',
  durationMs: 60_000,
  passed: true,
  reason: 'the threshold held',
  requests: 43_290,
  failures: 9,
  ratePerSec: 361.2,
  p95Ms: 176.2,
}
const NOTHING = { durationMs: null, passed: null, requests: null, failures: null, ratePerSec: null }
const other = { ...run, isBaseline: false, commit: '9e2f10ab77', tags: { branch: 'fix' } }
const failed: RunRecord = {
  ...other,
  ...{ id: '20261121-145501-3fa9', startedAtEpochMs: new Date(2026, 10, 21, 14, 55).getTime() },
  ...{ passed: false, requests: 43_308, failures: 130, p95Ms: 312 },
}
const cutOff: RunRecord = {
  ...other,
  ...{ id: '20261121-161202-8c1e', startedAtEpochMs: new Date(2026, 10, 21, 16, 12).getTime() },
  ...{ ...NOTHING, p95Ms: null, state: 'cut-off' },
}
const wide = makeStyle({ live: false, unicode: true, columns: 80, colour: false })

test('each run is a line with its verdict and figures, baselines have a star: as in the guide', () => {
  const guide = readFileSync(new URL('../../../docs/guide/history.md', import.meta.url), 'utf8')
  const shown = /\$ onrush runs\n([^`]*)```/.exec(guide)![1]!
  const runs = [cutOff, failed, run]
  expect(`${renderRuns(runs, wide).join('\n')}\n`).toBe(shown)
})

test('on a terminal no line is wider than it', () => {
  const live = makeStyle({ live: true, unicode: false, columns: 60, colour: false })
  for (const line of renderRuns([run, cutOff], live)) expect(line.length).toBeLessThanOrEqual(60)
})
