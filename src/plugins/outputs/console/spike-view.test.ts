import { expect, test } from 'vitest'
import type { SpikeResult } from '../../../contracts/spike.ts'
import { SPIKE_PHASE, spikeOf } from '../../../model/capacity/capacity.test-kit.ts'
import { spikeLines } from './spike-view.ts'
import { makeStyle } from './style.ts'

const style = makeStyle({ live: false, unicode: true, columns: 100, colour: false })
const phase = SPIKE_PHASE
const RESULT = spikeOf()
const shown = (more: Partial<SpikeResult> = {}): string =>
  spikeLines({ ...RESULT, ...more }, 'kept.json', style).join('\n')

test('a spike is three lines and what came of it', () => {
  expect(shown()).toContain('    spike       15      59.4     10ms     20ms     40ms    1.00%')
  expect(shown()).toContain('Backlog     1 500 requests')
  expect(shown()).toContain('Recovered   40 s after the peak')
  expect(shown()).toContain('Expected    38 s for a queue that is served at 59.4 good answers/s')
})

test('one that keeps the target down is said to, with its exit code', () => {
  const verdict = { passed: false, reason: 'the target did not recover', exitCode: 1 }
  const text = shown({ timeToRecoverSec: null, metastable: true, expectedDrainSec: null, verdict })
  expect(text).toContain('Recovered   not in ten times the length of the peak')
  expect(text).toContain('never: at 59.4 good answers/s the base load leaves no room')
  expect(text).toContain('✗ the target did not recover   exit 1')
})

test('a ramp to the same peak stands beside it', () => {
  const { before, during, after, metastable, expectedDrainSec } = RESULT
  const phases = { before, rise: phase, during, after, metastable, expectedDrainSec }
  const ramp = { riseSec: 60, ...phases, backlogMax: 3, lostRequests: 0, timeToRecoverSec: 0 }
  const text = shown({ ramp, versusRamp: { ratio: 0.6, suffers: true } })
  expect(text).toContain('     ramp       15      59.4')
  expect(text).toContain('Backlog     1 500 requests; by the ramp 3 requests')
  expect(text).toContain('Recovered   40 s after the peak; by the ramp 0 s after the peak')
  expect(text).toContain('! only 60.0% of the good answers of the ramp: something has to start')
  expect(shown({ ramp, versusRamp: { ratio: 1, suffers: false } })).toContain('✓ 100% of the good')
})
