import { expect, test } from 'vitest'
import type { RunRecord } from '../../contracts/store.ts'
import { makeStyle } from '../../plugins/outputs/console/style.ts'
import { renderRuns } from './runs-table.ts'

const run: RunRecord = {
  id: '20261121-145501-3fa9',
  name: 'shop',
  script: 'shop.ts',
  startedAtEpochMs: new Date(2026, 10, 21, 14, 55).getTime(),
  state: 'finished',
  isBaseline: true,
  tags: { branch: 'main', by: 'ci' },
  commit: 'c0ffee1234567890',
  durationMs: 60_000,
  passed: true,
  reason: 'the threshold held',
  requests: 43_308,
  failures: 130,
  ratePerSec: 361.2,
  p95Ms: 182.4,
}
const NOTHING = { durationMs: null, passed: null, requests: null, failures: null, ratePerSec: null }
const cutOff: RunRecord = { ...run, ...NOTHING, p95Ms: null, state: 'cut-off', isBaseline: false }
const wide = makeStyle({ live: false, unicode: true, columns: 80, colour: false })

test('each run is a line with its verdict and figures, baselines have a star', () => {
  const failed = { ...run, isBaseline: false, passed: false, commit: null, tags: {} }
  expect(renderRuns([run, failed, cutOff], wide)).toEqual([
    '   id                    when              name  verdict    requests  rate/s    p95  errors  commit    tags',
    '★  20261121-145501-3fa9  2026-11-21 14:55  shop  ✓ passed     43 308     361  182ms   0.30%  c0ffee12  branch=main by=ci',
    '   20261121-145501-3fa9  2026-11-21 14:55  shop  ✗ failed     43 308     361  182ms   0.30%',
    '   20261121-145501-3fa9  2026-11-21 14:55  shop  ! cut off         –       –      –       –  c0ffee12  branch=main by=ci',
  ])
})

test('on a terminal no line is wider than it', () => {
  const live = makeStyle({ live: true, unicode: false, columns: 60, colour: false })
  for (const line of renderRuns([run, cutOff], live)) expect(line.length).toBeLessThanOrEqual(60)
})
