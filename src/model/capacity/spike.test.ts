import { describe, expect, test } from 'vitest'
import { oracleOf } from '../stats/oracle.test-kit.ts'
import {
  fluidBoundedQueue,
  fluidSegments,
  fluidSpike,
  type Spike,
  spikeVersusRamp,
} from './fluid.ts'
import { recovery, type Span, type Spiked } from './recovery.ts'

const oracle = oracleOf('spike')

describe('a spike as water', () => {
  test.each(oracle.of<Spike>('fluid'))('$id', (one) => {
    const found = fluidSpike(one.input)
    oracle.check(one, {
      ...found,
      drains: found.drainSec !== null,
      // The wait rises and falls in straight lines.
      waitMeanOfDelayedSec: found.waitMaxSec / 2,
    })
  })
  test.each(oracle.of<Spike & { queueLimit: number }>('fluidBoundedQueue'))('$id', (one) => {
    oracle.check(one, fluidBoundedQueue(one.input, one.input.queueLimit))
  })
  type Segments = Parameters<typeof fluidSegments>[0]
  test.each(oracle.of<{ capacity: Segments; arrivals: Segments }>('fluidSegments'))(
    '$id',
    (one) => {
      oracle.check(one, fluidSegments(one.input.capacity, one.input.arrivals))
    },
  )
  type Both = { spikeCapacityPerSec: number; rampCapacityPerSec: number }
  test.each(oracle.of<Both>('spikeVersusRamp'))('$id', (one) => {
    oracle.check(one, spikeVersusRamp(one.input.spikeCapacityPerSec, one.input.rampCapacityPerSec))
  })
})

describe('recovery', () => {
  test.each(oracle.of<Spiked & { windowSec: number; windows: Span[] }>('recovery'))(
    '$id',
    (one) => {
      const { windows, windowSec, ...spiked } = one.input
      oracle.check(one, recovery(windows, { ...spiked, spanSec: windowSec }))
    },
  )
  test('is not said of a target that was not watched for long enough', () => {
    const spiked = { baselineP95Ms: 20, spikeEndSec: 60, spikeSec: 30, spanSec: 5 }
    expect(recovery([{ atSec: 60, p95Ms: 900 }], spiked)).toEqual({
      timeToRecoverSec: null,
      metastable: false,
    })
  })
})
