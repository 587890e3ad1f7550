import { expect, test } from 'vitest'
import { fluidBoundedQueue, fluidSpike } from './fluid.ts'
import { EvenTarget, type SimulatedTarget } from './simulated-target.test-kit.ts'
import { BEFORE_SEC, type SpikeLoad, SpikeWatch } from './spike-watch.ts'

const SPIKE: SpikeLoad = { base: 60, peak: 150, lengthSec: 30 }
const WATER = { capacityPerSec: 100, baseRatePerSec: 60, spikeRatePerSec: 150, spikeSec: 30 }

/** `slower`: what the target does to a load after the spike. */
function watched(target: SimulatedTarget, load = SPIKE, after = load.base) {
  const watch = new SpikeWatch(load)
  let seconds = 0
  for (let isOver = false; !isOver; seconds++) {
    const { phase } = watch
    const { base, peak, riseSec = 0 } = load
    const rise = Math.round(base + ((seconds - BEFORE_SEC) / riseSec) * (peak - base))
    isOver = watch.add(target.second({ before: base, rise, during: peak, after }[phase]))
  }
  return { ...watch.result, rise: watch.rise, seconds }
}

const near = (got: number, wanted: number): void =>
  expect(Math.abs(got / wanted - 1)).toBeLessThanOrEqual(0.05)

test('a queue in order comes to what water does: backlog, longest wait, time to drain', () => {
  const found = watched(new EvenTarget(0.01))
  const { backlogMax, waitMaxSec, drainSec } = fluidSpike(WATER)
  near(found.backlogMax, backlogMax)
  near(found.after.maxMs! / 1_000, waitMaxSec)
  near(found.expectedDrainSec!, drainSec!)
  // Seen in spans of five seconds, of which the first good one counts.
  expect(Math.abs(found.timeToRecoverSec! - drainSec!)).toBeLessThanOrEqual(5)
  expect(found).toMatchObject({ metastable: false, lostRequests: 0 })
})

test('a queue with an end loses what does not fit', () => {
  const found = watched(new EvenTarget(0.01, 500))
  near(found.lostRequests, fluidBoundedQueue(WATER, 500).lostRequests)
})

test('a spike below the capacity leaves nothing behind', () => {
  const found = watched(new EvenTarget(0.01), { ...SPIKE, peak: 95 })
  expect(found).toMatchObject({ timeToRecoverSec: 0, expectedDrainSec: 0 })
  expect(found.backlogMax).toBeLessThanOrEqual(1)
})

test('a target that is kept down is given up after ten times the length', () => {
  const short = { ...SPIKE, lengthSec: 5 }
  const found = watched(new EvenTarget(0.01), short, 101)
  expect(found).toMatchObject({ timeToRecoverSec: null, metastable: true })
  expect(found.seconds).toBe(BEFORE_SEC + 5 + 50)
})

test('a ramp to the same peak has its own queue before it, and is not measured with it', () => {
  const ramp = { ...SPIKE, riseSec: 20, peak: 110 }
  const found = watched(new EvenTarget(0.01), ramp)
  expect(found.rise.seconds).toBe(20)
  expect(found.during).toMatchObject({ seconds: 30 })
  near(found.during.goodPerSec, 100)
  expect(found.timeToRecoverSec).toBeGreaterThan(0)
})
