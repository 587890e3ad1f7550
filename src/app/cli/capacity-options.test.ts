import { describe, expect, test } from 'vitest'
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError } from '../../kernel/errors.ts'
import { capacityOptions, searchSettings, spikeOptions } from './capacity-options.ts'
import { type Chosen, Settings } from './settings.ts'

const slo = ['p95 < 300ms']

function problemsOf(flags: Record<string, unknown>): readonly Problem[] {
  try {
    capacityOptions(flags)
  } catch (error) {
    if (error instanceof OnrushError) return error.problems
    throw error
  }
  throw new Error('nothing was wrong')
}

test('only objectives have to be said', () => {
  const { by, settings, objectives, expectedPeak, required } = capacityOptions({ slo })
  expect({ by, expectedPeak, required }).toEqual({
    by: 'arrivals',
    expectedPeak: null,
    required: null,
  })
  expect(objectives).toMatchObject([{ rule: 'p95 < 300ms', limit: 300 }])
  expect(settings).toEqual({
    start: 10,
    max: 5_000,
    relativeWidth: 0.05,
    trialSec: 10,
    trialSecMax: 40,
    soakSec: 30,
    maxSec: 1_800,
  })
})

test('loads are rates, or users where the search is for users', () => {
  const rates = { start: '30/min', max: '2/s', require: '1/s', expectedPeak: '0.7/s' }
  expect(capacityOptions({ slo, ...rates })).toMatchObject({
    settings: { start: 0.5, max: 2 },
    required: 1,
    expectedPeak: 0.7,
  })
  const users = { users: true, start: '5', max: '500' }
  expect(capacityOptions({ slo, ...users }).settings).toMatchObject({ start: 5, max: 500 })
})

test('the limit is held when asked for, and the generator checked', () => {
  expect(capacityOptions({ slo, hold: '30m', verifyGenerator: true })).toMatchObject({
    settings: { holdSec: 1_800 },
    verifyGenerator: true,
  })
})

test('everything that is wrong is said at once, and where', () => {
  const wrong = { slo: ['p95 << 1s'], start: 'fast', trial: '1500ms', width: '0%', maxTime: 'x' }
  const paths = problemsOf(wrong).map(({ path }) => path.split(':')[0])
  expect(paths.sort()).toEqual(['--max-time', '--slo', '--start', '--trial', '--width'])
  expect(problemsOf({ slo, users: true, start: '10/s' })).toMatchObject([{ path: '--start' }])
})

describe('no objective of a search is', () => {
  test.each([
    ['none at all', []],
    ['a span', ['p95 < 1s over 10s']],
    ['an end of the run', ['errors < 1% abort']],
    ['a sum', ['count > 100']],
    ['the generator', ['generator.cpu < 80%']],
    ['punctuality', ['lateness.p99 < 5ms']],
    ['an equation', ['errors == 0%']],
  ])('%s', (_, rules) => {
    expect(problemsOf({ slo: rules })).toMatchObject([{ code: 'E_USAGE', path: '--slo' }])
  })
})

test('the load is the search’s, whatever a file or variable says', () => {
  const chosen = (value: string): Chosen => ({ value, origin: 'config', place: 'config' })
  const given = new Settings(
    new Map([
      ['users', chosen('100')],
      ['runTime', chosen('5m')],
      ['host', chosen('http://localhost')],
    ]),
  )
  const settings = searchSettings(given, 'arrivals', '10/s', '--start')
  expect(settings.text('arrivals')).toBe('10/s')
  expect([settings.text('users'), settings.text('runTime')]).toEqual([undefined, undefined])
  expect(settings.text('host')).toBe('http://localhost')
  expect(settings.beatsScript('arrivals')).toBe(true)
})

describe('a spike', () => {
  const spikeProblems = (flags: Record<string, unknown>): string[] => {
    try {
      spikeOptions(flags)
    } catch (error) {
      if (error instanceof OnrushError) return error.problems.map(({ path }) => path)
      throw error
    }
    throw new Error('nothing was wrong')
  }
  test('is a base, a peak and a length', () => {
    expect(spikeOptions({ spike: '60/s, 150/s, 30s' })).toEqual({
      by: 'arrivals',
      base: 60,
      peak: 150,
      lengthSec: 30,
      rampSec: null,
    })
    expect(spikeOptions({ spike: '60/s,150/s,30s', ramp: '1m' })).toMatchObject({ rampSec: 60 })
    expect(spikeOptions({ spike: '5,50,10s', users: true })).toMatchObject({
      by: 'users',
      peak: 50,
    })
  })
  test.each(['60/s', '60/s,150/s', '150/s,60/s,30s', '60,150,30s', '60/s,150/s,0s'])(
    'is not %s',
    (spike) => expect(new Set(spikeProblems({ spike }))).toEqual(new Set(['--spike'])),
  )
  test('searches nothing, so what belongs to a search is refused', () => {
    const search = { slo, maxTime: '1m', hold: '10m', verifyGenerator: true }
    expect(spikeProblems({ spike: '60/s,150/s,30s', ...search })).toEqual([
      '--slo',
      '--max-time',
      '--hold',
      '--verify-generator',
    ])
  })
  test('alone has a ramp to be compared with', () => {
    expect(problemsOf({ slo, ramp: '1m' })).toMatchObject([{ path: '--ramp' }])
    expect(spikeProblems({ spike: '60/s,150/s,30s', ramp: 'soon' })).toEqual([
      expect.stringContaining('--ramp'),
    ])
  })
})
