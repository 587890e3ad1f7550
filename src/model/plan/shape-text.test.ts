import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { parsePlan } from './parse.ts'
import { arrivalSchedule } from './shape.ts'
import { describeLoad, formatLoad } from './shape-format.ts'

const context = { userClasses: [{ name: 'A', weight: 1, fixedCount: 0, host: null }] }
const parsed = (scenario: object) => parsePlan({ scenarios: { a: scenario } }, context)
function load(scenario: object): LoadShape {
  const plan = parsed(scenario)
  if (Array.isArray(plan)) throw new Error(JSON.stringify(plan))
  return (plan as LoadPlan).scenarios[0]!.load
}
function mistakes(scenario: object): Problem[] {
  const plan = parsed(scenario)
  if (!Array.isArray(plan)) throw new Error('the plan was accepted')
  return plan
}
/** [start, [level, ms]…] of arrivals per second. */
function rates(arrivals: unknown, more: object = {}): unknown[] {
  const shape = load({ arrivals, ...more })
  if (shape.kind !== 'ramping-arrivals') throw new Error(shape.kind)
  const perSec = (count: number): number => (count * 1e9) / shape.perNs
  const stages = shape.stages.map((each) => [perSec(each.arrivals), each.durationMs])
  return [perSec(shape.startArrivals), ...stages]
}
function users(text: unknown): unknown[] {
  const shape = load({ users: text })
  if (shape.kind !== 'ramping-users') throw new Error(shape.kind)
  return [shape.startUsers, ...shape.stages.map((each) => [each.users, each.durationMs])]
}

describe('a load as text', () => {
  test('a rise, a hold and a spike, as whole arrivals per second', () => {
    const text = '0 → 120/s over 30s, hold 90s, spike to 400/s for 10s'
    expect(load({ arrivals: text })).toEqual({
      kind: 'ramping-arrivals',
      perNs: 1e9,
      startArrivals: 0,
      stages: [
        { arrivals: 120, durationMs: 30_000 },
        { arrivals: 120, durationMs: 90_000 },
        { arrivals: 400, durationMs: 0 },
        { arrivals: 400, durationMs: 10_000 },
      ],
      durationMs: 130_000,
      usersMax: 4_000,
    })
  })

  test.each<[string, unknown[]]>([
    ['0 -> 10/s over 5s', [0, [10, 5_000]]],
    ['0 to 10/s over 5s', [0, [10, 5_000]]],
    ['0→10/s over 5', [0, [10, 5_000]]],
    ['  From 0  TO  10/S over 5s ', [0, [10, 5_000]]],
    ['→ 10/s over 5s', [0, [10, 5_000]]],
    ['5 → 10/s over 5s', [5, [10, 5_000]]],
    ['20/s, → 10/s over 5s', [20, [10, 5_000]]],
    ['60/min → 600/min over 1m', [1, [10, 60_000]]],
    ['30/min → 1/s over 1h', [0.5, [1, 3_600_000]]],
    ['5/s for 2s, 7/s for 3s', [5, [5, 2_000], [7, 0], [7, 3_000]]],
    ['5/s, hold 2s', [5, [5, 2_000]]],
    ['hold 5/s for 2s, hold at 6/s 1s', [5, [5, 2_000], [6, 0], [6, 1_000]]],
    ['5/s, hold for 2s, jump to 9/s, hold 1s', [5, [5, 2_000], [9, 0], [9, 1_000]]],
    [
      '5/s for 1s, nothing for 1s, spike 9/s for 1s',
      [5, [5, 1_000], [0, 0], [0, 1_000], [9, 0], [9, 1_000]],
    ],
    ['0 → 5/s over 0s, hold 1s', [0, [5, 0], [5, 1_000]]],
  ])('%s', (text, expected) => {
    expect(rates(text)).toEqual(expected)
  })

  test('a spike goes back to the level before it when something follows', () => {
    expect(rates('5/s for 1s, spike to 50/s for 2s, hold 3s')).toEqual([
      5,
      [5, 1_000],
      [50, 0],
      [50, 2_000],
      [5, 0],
      [5, 3_000],
    ])
    expect(rates('5/s for 1s, spike to 50/s for 2s, → 10/s over 3s')).toEqual([
      5,
      [5, 1_000],
      [50, 0],
      [50, 2_000],
      [5, 0],
      [10, 3_000],
    ])
  })

  test('stairs have so many levels, the first one named, or one step high', () => {
    const up = [10, [10, 30_000], [15, 10_000], [15, 30_000], [20, 10_000], [20, 30_000]]
    expect(rates('stairs 10/s by 5/s × 3 every 30s with ramps 10s')).toEqual(up)
    expect(rates({ from: '10/s', by: '5/s', times: 3, every: '30s', ramps: '10s' })).toEqual(up)
    expect(rates('stairs by 5/s x 2 every 1s')).toEqual([5, [5, 1_000], [10, 0], [10, 1_000]])
    expect(rates({ by: '5/s', times: 2, every: '1s' })).toEqual([
      5,
      [5, 1_000],
      [10, 0],
      [10, 1_000],
    ])
    expect(users('stairs 10 down by 5 * 3 every 1s')).toEqual([
      10,
      [10, 1_000],
      [5, 0],
      [5, 1_000],
      [0, 0],
      [0, 1_000],
    ])
    expect(rates('stairs by 0.1/s x 3 every 1s').filter(Array.isArray).at(-1)).toEqual([0.3, 1_000])
  })

  test('a sine begins at its first level and is at its second half a period later', () => {
    const [start, ...stages] = rates('sine 20/s to 100/s every 48s for 96s') as [
      number,
      ...[number, number][],
    ]
    expect(start).toBe(20)
    expect(stages).toHaveLength(48)
    expect(stages.every(([, durationMs]) => durationMs === 2_000)).toBe(true)
    expect([stages[5]![0], stages[11]![0], stages[23]![0], stages[35]![0]]).toEqual([
      60, 100, 20, 100,
    ])
    const shape = load({ arrivals: 'sine 20/s to 100/s every 48s for 96s' })
    expect(arrivalSchedule(shape)!.totalCount).toBe(60 * 96)
  })

  test('a smooth peak rises along a bell, and ends where it began', () => {
    const [start, ...stages] = rates('10/s, smooth peak 110/s over 32s') as [
      number,
      ...[number, number][],
    ]
    expect([start, stages[15]![0], stages[31]![0]]).toEqual([10, 110, 10])
    const levels = stages.map(([level]) => level)
    expect(levels.slice(0, 16)).toEqual([...levels.slice(0, 16)].sort((a, b) => a - b))
    expect(levels.slice(0, 15)).toEqual(levels.slice(16, 31).reverse())
  })

  test('users are whole on every curve', () => {
    const text = '0 → 100 over 1m, hold 5m, 0 over 30s'
    expect(users(text)).toEqual(users('0 → 100 over 1m, hold 5m, → 0 over 30s'))
    expect(users(text)).toEqual([0, [100, 60_000], [100, 300_000], [0, 30_000]])
    const wave = users('sine 3 to 10 every 1m for 1m').slice(1) as [number, number][]
    expect(wave.every(([level]) => Number.isInteger(level))).toBe(true)
  })

  test('one phase that stays is the constant load of that time', () => {
    expect(load({ arrivals: '50/s for 1m' })).toMatchObject({
      kind: 'constant-arrivals',
      durationMs: 60_000,
    })
    expect(load({ users: '20 for 1m', spawnRate: 4 })).toEqual({
      kind: 'constant-users',
      users: 20,
      spawnRatePerSec: 4,
      durationMs: 60_000,
    })
  })
})

describe('a load as a list', () => {
  test('stages of rates are open, stages of numbers closed', () => {
    const stages = [
      { to: '120/s', over: '30s', hold: '1m' },
      { to: 0, over: '5s' },
    ]
    expect(load({ stages })).toEqual(load({ arrivals: '0 → 120/s over 30s, hold 1m, → 0 over 5s' }))
    expect(load({ from: 10, stages: [{ to: 50, over: '1m' }, { to: 5 }] })).toEqual(
      load({ users: '10 → 50 over 1m, jump to 5' }),
    )
  })
  test('its mistakes have the path of the stage', () => {
    const stages = [{ to: '5/s', ovr: '1s' }, { to: -1 }, {}, 7, { to: '5/x', over: 5 }]
    expect(
      mistakes({ from: true, stages }).map((each) => `${each.code} ${each.path.slice(17)}`),
    ).toEqual([
      'E_PLAN stages[3]',
      'E_PLAN from',
      'E_UNKNOWN_KEY stages[0].ovr',
      'E_PLAN stages[1].to',
      'E_PLAN stages[2].to',
      'E_PLAN stages[3].to',
      'E_RATE stages[4].to',
      'E_DURATION stages[4].over',
    ])
    for (const stages of [[], 'x', {}]) expect(mistakes({ stages })[0]!.path).toContain('stages')
    expect(
      mistakes({ arrivals: { by: '5/s', every: 3, step: 1 } }).map((each) => each.path.slice(26)),
    ).toEqual(['every', 'times', 'step'])
  })
})

describe('iterations', () => {
  test('are shared unless told, and none begins after ten minutes', () => {
    expect(load({ users: 5, iterations: 100 })).toEqual({
      kind: 'shared-iterations',
      users: 5,
      iterations: 100,
      durationMs: 600_000,
    })
    expect(load({ users: 5, iterations: 3, perUser: true, for: '1m' })).toEqual({
      kind: 'per-user-iterations',
      users: 5,
      iterations: 3,
      durationMs: 60_000,
    })
  })
})

describe('mistakes in a load', () => {
  const say = (scenario: object): string[] =>
    mistakes(scenario).map((each) => `${each.code} ${each.path.replace('plan.scenarios.a', '')}`)

  test('are found all at once, each with its character', () => {
    const text =
      '0 → 120/s over 30s, hodl 90s, spike to 400/x for 10s, 5 → 6 over 1s,, 7/s, hold soon, 9/s for 1y'
    const found = mistakes({ arrivals: text })
    expect(found.map((each) => [each.code, Number(each.path.split(':')[1])])).toEqual([
      ['E_SHAPE', text.indexOf('hodl') + 1],
      ['E_RATE', text.indexOf('400/x') + 1],
      ['E_RATE', text.indexOf('5 → 6') + 1],
      ['E_RATE', text.indexOf('6 over') + 1],
      ['E_SHAPE', text.indexOf(',,') + 2],
      ['E_SHAPE', text.indexOf('7/s') + 1],
      ['E_SHAPE', text.indexOf('hold soon') + 1],
      ['E_DURATION', text.indexOf('1y') + 1],
    ])
    expect(found[0]!.why).toBe("did you mean 'hold'?")
    expect(found[6]!.why).toBe("it does not have the form 'hold TIME'")
  })

  test.each<[object, string[]]>([
    [{ arrivals: 'hold 5s' }, ['E_SHAPE .arrivals:6']],
    [{ arrivals: '0 → 0 over 5s' }, ['E_PLAN .arrivals']],
    [{ arrivals: '5/s, jump to 6/s' }, ['E_PLAN .arrivals']],
    [{ arrivals: '50/s over 1m' }, ['E_SHAPE .arrivals:1']],
    [{ users: 'stairs by 9999999 × 3 every 1s' }, ['E_PLAN .users']],
    [{ arrivals: 'stairs by 9999999/s × 3 every 1s' }, ['E_PLAN .arrivals']],
    [{ arrivals: '5/s for 90d, 6/s for 90d' }, ['E_PLAN .arrivals']],
    [{ users: '0 → 5/s over 5s' }, ['E_SHAPE .users:5']],
    [{ users: '0 → 5.5 over 5s' }, ['E_SHAPE .users:5']],
    [{ arrivals: 'stairs 5/s down by 3/s × 3 every 1s' }, ['E_SHAPE .arrivals:26']],
    [{ arrivals: 'stairs by 3/s × 9999 every 1s' }, ['E_SHAPE .arrivals:17']],
    [{ arrivals: 'sine 1/s to 2/s every 0s for 5s' }, ['E_SHAPE .arrivals:23']],
    [{ arrivals: 'sine 1/s to 2/s every 1s for 5h' }, ['E_SHAPE .arrivals:23']],
    [{ arrivals: '0.001/d → 10000/ms over 1d' }, ['E_SHAPE .arrivals']],
    [{ arrivals: `5/s${', 6/s for 1s, 7/s for 1s'.repeat(600)}` }, ['E_SHAPE .arrivals']],
    [{ arrivals: `0 → 5/s over ${'1'.repeat(300)}s` }, ['E_SHAPE .arrivals:1']],
    [{ arrivals: '0 → 5/s over 5s', for: '6s' }, ['E_PLAN .for']],
    [{ arrivals: '0 → 5/s over 5s', spawnRate: 3 }, ['E_PLAN .spawnRate']],
    [{ arrivals: '0 → 5/s over 5s', gracefulRampDown: '3s' }, ['E_PLAN .gracefulRampDown']],
    [
      { users: '0 → 5 over 5s', spawnRate: 3, usersMax: 9 },
      ['E_PLAN .usersMax', 'E_PLAN .spawnRate'],
    ],
    [{ users: '0 → 5 over 5s', iterations: 3 }, ['E_PLAN .iterations']],
    [
      { users: 5, perUser: true, gracefulRampDown: '1s' },
      ['E_PLAN .perUser', 'E_PLAN .gracefulRampDown'],
    ],
    [{ users: 5, iterations: 5, spawnRate: 1 }, ['E_PLAN .spawnRate']],
    [{ users: 'hodl 5s', gracefulRampDown: '3s' }, ['E_SHAPE .users:1']],
    [{ users: 5, from: 3 }, ['E_PLAN .from']],
    [{ users: 5, stages: [{ to: 3, over: '1s' }] }, ['E_PLAN ']],
    [{ users: 5, iterations: 0 }, ['E_PLAN .iterations']],
  ])('%j', (scenario, expected) => {
    expect(say(scenario)).toEqual(expected)
  })

  test('the time of a shape may be said again when it is the same', () => {
    expect(load({ arrivals: '0 → 5/s over 5s', for: '5s' }).durationMs).toBe(5_000)
  })

  test('any text is read or refused with a place inside it', () => {
    const words = fc.constantFrom(
      '0',
      '5/s',
      '10',
      '→',
      'to',
      'over',
      '1s',
      'hold',
      ',',
      'spike',
      'for',
      'stairs',
      'by',
      '×',
      'every',
      'sine',
      'jump',
      'smooth peak',
    )
    const texts = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 12 }).map((each) => each.join(' ')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const plan = parsed({ arrivals: text })
        if (!Array.isArray(plan)) return
        for (const { path } of plan) {
          const place = Number(path.split(':')[1] ?? 1)
          expect(place).toBeGreaterThanOrEqual(1)
          expect(place).toBeLessThanOrEqual(text.length + 1)
        }
      }),
    )
  })
})

describe('a load shape as text again', () => {
  const time = fc.integer({ min: 1, max: 100_000 }).map((ms) => `${ms}ms`)
  const shapes = (level: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .array(
        fc.oneof(
          fc.tuple(level, level, time).map(([a, b, t]) => `${a} → ${b} over ${t}`),
          fc.tuple(level, time).map(([a, t]) => `→ ${a} over ${t}`),
          fc.tuple(level, time).map(([a, t]) => `${a} for ${t}`),
          fc.tuple(level, time).map(([a, t]) => `spike to ${a} for ${t}`),
          level.map((a) => `jump to ${a}`),
          fc.tuple(level, level, time).map(([a, b, t]) => `stairs ${a} by ${b} × 3 every ${t}`),
          fc.tuple(level, time).map(([a, t]) => `smooth peak ${a} over ${t}`),
          fc.tuple(level, level, time).map(([a, b, t]) => `sine ${a} to ${b} every ${t} for 50ms`),
        ),
        { minLength: 1, maxLength: 5 },
      )
      .map((phases) => phases.join(', '))
  const per = fc.constantFrom('s', 'min', 'h')
  const rate = fc
    .tuple(fc.integer({ min: 0, max: 5_000_000 }), per)
    .map(([n, unit]) => `${n / 1000}/${unit}`)
  const number = fc.integer({ min: 0, max: 1_000 }).map(String)

  test.each([
    ['arrivals', rate],
    ['users', number],
  ] as const)('%s read again are the same shape', (key, level) => {
    let read = 0
    fc.assert(
      fc.property(shapes(level), (text) => {
        if (Array.isArray(parsed({ [key]: text }))) return
        const shape = load({ [key]: text })
        read++
        expect(load({ [key]: formatLoad(shape) })).toEqual(shape)
      }),
      { numRuns: 300 },
    )
    expect(read).toBeGreaterThan(100)
  })

  test('is what a person would have written', () => {
    const text = '0 → 120/s over 30s, hold 1m30s, 400/s for 10s, jump to 30/min, → 0 over 1s'
    expect(formatLoad(load({ arrivals: text }))).toBe(text)
    expect(describeLoad(load({ arrivals: '0 → 120/s over 30s, hold 90s' }))).toBe(
      'arrivals 0 → 120/s over 30s, hold 1m30s',
    )
    expect(describeLoad(load({ users: 'sine 0 to 100 every 1m for 2m' }))).toBe(
      'users in 48 stages up to 100',
    )
    expect(describeLoad(load({ users: 1, iterations: 5, perUser: true }))).toBe(
      '1 user × 5 iterations',
    )
    expect(describeLoad(load({ users: 2, iterations: 5 }))).toBe('5 iterations by 2 users')
  })
})
