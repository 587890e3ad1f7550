import { describe, expect, test } from 'vitest'
import { capacityInput, trialOf } from '../../../model/capacity/capacity.test-kit.ts'
import { capacityResult } from '../../../model/capacity/result.ts'
import { answerLines, progressLine, trialHeading, trialLine } from './capacity-view.ts'
import { makeStyle } from './style.ts'

const style = makeStyle({ live: false, unicode: true, columns: 100, colour: false })

test('a trial is one line below its heading', () => {
  const broken = { verdict: 'fail', broken: 'queue', why: 'the queue grew', failures: 20 } as const
  const lines = [
    trialHeading('arrivals', style),
    trialLine(trialOf(40), 1, style),
    trialLine(trialOf(80, { ...broken, p99Ms: 1_500 }), 2, style),
    trialLine(trialOf(60, { verdict: 'void', certain: true }), 3, style),
    trialLine(trialOf(40, { purpose: 'soak', certain: false }), 4, style),
  ]
  expect(lines).toEqual([
    '   step    load/s      p95      p99   errors   verdict',
    '      1        40     10ms     12ms       0%   ✓',
    '      2        80     10ms     1.5s    2.50%   ✗  the queue grew',
    '      3        60     10ms     12ms       0%   ~  void: the generator was the limit',
    '      4        40     10ms     12ms       0%   ✓  soak, not certain',
  ])
})

test('between trials the target rests', () => {
  const trial = (load: number, measuredSec: number | undefined) => ({
    ...{ load, measuredSec, isHolding: false },
  })
  expect(progressLine('arrivals', trial(40, 3), style)).toBe(' · 40/s, 3 s measured')
  expect(progressLine('arrivals', { ...trial(40, 3), isHolding: true }, style)).toBe(
    ' · 40/s, at the limit',
  )
  expect(progressLine('users', trial(1, undefined), style)).toBe(' · the target comes to rest')
})

describe('the answer', () => {
  const text = (...input: Parameters<typeof capacityInput>): string =>
    answerLines(capacityResult(capacityInput(...input)), '.onrush/capacity/1.json', style).join(
      '\n',
    )

  test('says what holds and what broke', () => {
    const answer = {
      ...capacityInput(40, []).answer,
      high: 42,
      firstBroken: { load: 42, what: 'p95 < 300ms', detail: 'p95 < 300ms: 412ms' },
    }
    const shown = text(40, [trialOf(40)], { answer, expectedPeak: 20 })
    expect(shown).toContain('Holds       up to 40/s  (holds for certain 40, breaks for certain 42)')
    expect(shown).toContain('Breaks      at 42/s: p95 < 300ms: 412ms')
    expect(shown).toContain('Limited by  not known: watch the target with --watch')
    expect(shown).toContain('Headroom    2 × the expected peak of 20/s')
    expect(shown).toContain('Took        400 requests, 1 trial, 1m35s')
  })

  test('says when it is only a lower bound, was not soaked, and is too little', () => {
    const { answer } = capacityInput(40, [])
    const open = { ...answer, isAtLeast: true, confirmed: false, ended: 'cap' } as const
    const shown = text(40, [trialOf(40)], { answer: open, required: 100 })
    expect(shown).toContain('at least 40/s  not confirmed by a soak')
    expect(shown).toContain('raise --max')
    expect(shown).toContain('✗ 40/s is below the 100/s that are required   exit 1')
  })

  test('is plain ASCII where the terminal has no more', () => {
    const plain = makeStyle({ live: false, unicode: false, columns: 100, colour: false })
    const input = capacityInput(
      40,
      [10, 20, 30, 40].map((load) => trialOf(load)),
      { expectedPeak: 9 },
    )
    const lines = answerLines(capacityResult(input), 'kept.json', plain).join('\n')
    expect(lines).toContain('Headroom    4.4 x the expected peak')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
    expect(lines).toMatch(/^[\x00-\x7f]*$/)
  })

  test('says how it went at the limit, and whether the generator was it', () => {
    const step = { fromMs: 0, load: 90, verdict: 'pass', goodPerSec: 90, p95Ms: 8 } as const
    const hold = {
      ...{ askedSec: 1_800, stepSec: 5, steps: [step, step], meanLoad: 95.123, leastLoad: 90 },
      ...{ halves: [96, 94] as const, heldRatio: 0.5 },
    }
    const why = 'with 2 workers the same holds, and the same breaks'
    const generatorCheck = { workers: 2, verdict: 'not-the-limit', why, trials: [] } as const
    const shown = text(40, [trialOf(40)], { hold, generatorCheck })
    expect(shown).toContain(
      'Held        95.12/s on average, 90/s at least; 96/s in the first half, 94/s in the second; 50.0% of 2 steps held (30m00s asked for)',
    )
    expect(shown).toContain('Generator   ✓ was not the limit: with 2 workers')
  })

  test('says that nothing held', () => {
    expect(text(null, [])).toContain('Holds       nothing')
  })
})
