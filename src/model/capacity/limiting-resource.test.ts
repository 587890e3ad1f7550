import { expect, test } from 'vitest'
import type { TrialResult } from '../../contracts/capacity.ts'
import { trialOf } from './capacity.test-kit.ts'
import { limitingResource } from './limiting-resource.ts'

/** CPU of one core that each request needs 10 ms of, and memory beside it. */
const watched = (load: number, verdict: TrialResult['verdict'] = 'pass', cores = 1): TrialResult =>
  trialOf(load, {
    verdict,
    monitors: [
      { name: 'target.cpu', unit: '%', mean: Math.min(load, 100 * cores) },
      { name: 'target.memory', unit: 'bytes', mean: 5e7 },
    ],
  })

test('what rises with the load and then stays is the limit, with its demand per request', () => {
  const trials = [watched(40), watched(80), watched(160, 'fail'), watched(95)]
  const found = limitingResource(trials)
  expect(found).toMatchObject({ name: 'target.cpu', value: 95, flatFrom: 95 })
  expect(found!.demandPerRequest).toBeCloseTo(1)
})

test('what still rises beyond the answer is not, nor is one that idles', () => {
  expect(limitingResource([watched(80), watched(95), watched(160, 'fail', 4)])).toBeNull()
  expect(limitingResource([watched(20), watched(40), watched(70, 'fail')])).toBeNull()
})

test('nothing is said without a load well above the answer, or without being watched', () => {
  expect(limitingResource([watched(95), watched(100, 'fail')])).toBeNull()
  expect(limitingResource([trialOf(95), trialOf(160, { verdict: 'fail' })])).toBeNull()
  expect(limitingResource([])).toBeNull()
})
