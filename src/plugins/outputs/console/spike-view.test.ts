import { expect, test } from 'vitest'
import type { SpikePhase, SpikeResult } from '../../../contracts/spike.ts'
import { capacityInput } from '../../../model/capacity/capacity.test-kit.ts'
import { spikeLines } from './spike-view.ts'
import { makeStyle } from './style.ts'

const style = makeStyle({ live: false, unicode: true, columns: 100, colour: false })
const phase: SpikePhase = {
  seconds: 15,
  requests: 900,
  failures: 9,
  dropped: 0,
  goodPerSec: 59.4,
  p50Ms: 10,
  p95Ms: 20,
  p99Ms: 30,
  maxMs: 40,
}
const { objectives: _, settings: __, ...search } = capacityInput(null, []).search

const RESULT: SpikeResult = {
  schema: 'onrush.spike/1',
  search: { ...search, base: 60, peak: 150, lengthSec: 30 },
  verdict: { passed: true, reason: '', exitCode: 0 },
  before: phase,
  during: phase,
  after: phase,
  backlogMax: 1_500,
  lostRequests: 12,
  timeToRecoverSec: 40,
  metastable: false,
  expectedDrainSec: 37.5,
}
const shown = (more: Partial<SpikeResult> = {}): string =>
  spikeLines({ ...RESULT, ...more }, 'kept.json', style).join('\n')

test('a spike is three lines and what came of it', () => {
  expect(shown()).toContain('    spike       15      59.4     10ms     20ms     40ms    1.00%')
  expect(shown()).toContain('Backlog     1 500 requests')
  expect(shown()).toContain('Recovered   40 s after the end of the spike')
  expect(shown()).toContain('Expected    38 s for a queue that is served at 59.4 good answers/s')
})

test('one that keeps the target down is said to, with its exit code', () => {
  const verdict = { passed: false, reason: 'the target did not recover', exitCode: 1 }
  const text = shown({ timeToRecoverSec: null, metastable: true, expectedDrainSec: null, verdict })
  expect(text).toContain('Recovered   not in ten times the length of the spike')
  expect(text).toContain('never: at 59.4 good answers/s the base load leaves no room')
  expect(text).toContain('✗ the target did not recover   exit 1')
})
