/** Golden runs: each insight finds what it is for, and is silent about runs that only look like it. */
import { describe, expect, test } from 'vitest'
import { INSIGHTS } from '../../src/app/insights.ts'
import { conclude } from '../../src/model/insight/conclude.ts'
import { type Asked, factsOf, type Second, seconds } from '../../src/model/insight/run.test-kit.ts'

const idsOf = async (...run: Parameters<typeof factsOf>): Promise<readonly string[]> =>
  conclude(INSIGHTS, await factsOf(...run)).findings.map(({ id }) => id)

/** Open model: `rate` asked, `served` answered; what is over piles up to `usersMax` and is dropped from then on. */
function overload(count: number, rate: number, served: number, baseMs: number, usersMax: number) {
  let backlog = 0
  return seconds(count, (second): Second => {
    const asked = second < 5 ? served / 4 : rate
    const answered = Math.min(asked, served)
    const before = backlog
    backlog = Math.min(usersMax, backlog + asked - answered)
    const started = answered + backlog - before
    const inFlight = Math.max((answered * baseMs) / 1_000, backlog)
    const ms = Math.max(baseMs, (inFlight * 1_000) / answered)
    return {
      asked: [{ requests: answered, ms }],
      inFlight,
      users: usersMax,
      arrivals: { started, dropped: asked - started },
    }
  })
}
const watching = (run: readonly Second[], monitors: (second: number) => Second['monitors']) =>
  run.map((second, index): Second => ({ ...second, monitors: monitors(index)! }))

const steady = (asked: Partial<Asked> = {}, more: Partial<Second> = {}, count = 30) =>
  seconds(count, () => ({ asked: [{ requests: 100, ms: 20, ...asked }], ...more }))
const ramp = (count: number, each: (load: number) => Second) =>
  seconds(count, (second) => each(10 * (second + 1)))

const POOL = overload(30, 160, 80, 50, 100)

const GOLDEN: readonly [string, string, readonly Second[], Parameters<typeof factsOf>[1]?][] = [
  [
    'generator',
    'workers at their end',
    steady(),
    { generator: { trustworthy: false, voidBy: ['loop'] } },
  ],
  [
    'target-cpu',
    'one core full under overload',
    watching(POOL, (i) => ({ 'target.cpu': i < 5 ? 25 : 99 })),
  ],
  ['target-cpu', 'four cores full all the time', steady({}, { monitors: { 'target.cpu': 392 } })],
  [
    'target-memory',
    'a limit nearly reached',
    watching(steady(), (i) => ({ 'web.memoryUsed': 70 + i })),
  ],
  [
    'target-throttled',
    'stopped in a fifth of its periods',
    steady({}, { monitors: { 'web.throttled': 20 } }),
  ],
  [
    'target-descriptors',
    'nine in ten are open',
    steady({}, { monitors: { 'target.descriptorsUsed': 92 } }),
  ],
  [
    'memory-growth',
    '10 kB per request',
    watching(steady(), (i) => ({ 'target.memory': 60e6 + i * 1e6 + (i % 3) * 3e5 })),
  ],
  [
    'queue-before-target',
    'connecting takes longer',
    ramp(20, (load) => ({
      asked: [{ requests: load, ms: 10 + load / 4, phases: { connect: load / 4 } }],
      arrivals: { started: load, dropped: 0 },
    })),
  ],
  [
    'queue-before-target',
    'handlers are as fast as ever',
    ramp(20, (load) => ({
      asked: [{ requests: load, ms: 10 + load / 4 }],
      arrivals: { started: load, dropped: 0 },
      monitors: { 'api.requestTime': 9 },
    })),
  ],
  ['fixed-slots', 'a pool of four of 50 ms', watching(POOL, () => ({ 'target.cpu': 20 }))],
  ['fixed-slots', 'the same with nothing watched', POOL],
  [
    'rate-limit',
    '50/s of 80/s',
    steady({ requests: 80, failures: 30, statuses: { 200: 50, 429: 30 } }),
  ],
  [
    'errors-under-load',
    'from 150/s on a tenth fails',
    ramp(30, (load) => ({
      asked: [{ requests: load, ms: 20, failures: load > 150 ? load / 10 : 0 }],
      arrivals: { started: load, dropped: 0 },
      errors: load > 150 ? [{ kind: 'status', count: load / 10 }] : [],
    })),
  ],
  [
    'client-timeouts',
    'two in a hundred are given up',
    steady({ failures: 2 }, { errors: [{ kind: 'timeout', count: 2 }] }),
  ],
  [
    'keep-alive',
    'a connection for each request',
    steady({ ms: 1, requests: 500, phases: { connect: 0.3 } }),
  ],
  [
    'slow-series',
    'a report among many pages',
    steady().map(
      (second): Second => ({
        asked: [...second.asked, { name: '/report', requests: 10, ms: 900 }],
      }),
    ),
  ],
  [
    'two-modes',
    'a cache that has it in two of three',
    steady({ ms: 2, slow: { share: 0.33, ms: 60 } }),
  ],
]

describe('each insight finds what it is for', () => {
  test.each(GOLDEN)('%s: %s', async (id, _what, run, more) => {
    const ids = await idsOf(run, more)
    expect(ids).toContain(id)
    if (id === 'fixed-slots' || id === 'target-cpu') expect(ids[0]).toBe(id)
  })
  test('there is a golden run for every insight', () => {
    expect([...new Set(GOLDEN.map(([id]) => id))].sort()).toEqual(
      INSIGHTS.map(({ id }) => id).sort(),
    )
  })
})

const HEALTHY: readonly [string, readonly Second[]][] = [
  [
    'a steady run',
    steady(
      {},
      { monitors: { 'target.cpu': 40, 'target.memory': 80e6, 'target.descriptorsUsed': 3 } },
    ),
  ],
  [
    'a noisy run',
    seconds(60, (i) => ({
      asked: [{ requests: 100 + ((i * 37) % 21), ms: 20 + ((i * 13) % 11), spread: 0.6 }],
      monitors: { 'target.cpu': 30 + ((i * 29) % 40) },
    })),
  ],
  [
    'a ramp that the target follows',
    ramp(40, (load) => ({
      asked: [{ requests: load, ms: 20 }],
      arrivals: { started: load, dropped: 0 },
      monitors: { 'target.cpu': load / 8 },
    })),
  ],
  [
    'users that are added',
    ramp(40, (load) => ({ asked: [{ requests: load, ms: 20 }], users: load })),
  ],
  [
    'a spike that is served',
    seconds(40, (i) => {
      const load = i >= 15 && i < 20 ? 400 : 100
      return {
        asked: [{ requests: load, ms: load === 400 ? 35 : 20 }],
        arrivals: { started: load, dropped: 0 },
      }
    }),
  ],
  [
    'a slow phase at the same load',
    seconds(40, (i) => ({
      asked: [{ requests: 100, ms: i >= 15 && i < 25 ? 90 : 20 }],
      arrivals: { started: 100, dropped: 0 },
    })),
  ],
  [
    'a slow start',
    seconds(40, (i) => ({
      asked: [{ requests: i < 5 ? 40 : 100, ms: i < 5 ? 200 : 20 }],
      monitors: { 'target.cpu': i < 5 ? 100 : 40 },
    })),
  ],
  [
    'a heap that levels out',
    watching(steady({}, {}, 60), (i) => ({
      'target.memory': 60e6 + 40e6 * (1 - Math.exp(-i / 8)),
    })),
  ],
  [
    'a heap with saw teeth',
    watching(steady({}, {}, 60), (i) => ({ 'target.memory': 60e6 + (i % 10) * 4e6 })),
  ],
  [
    'one bad moment',
    seconds(60, (i) => ({
      asked: [{ requests: 100, ms: 20, failures: i === 30 ? 60 : 0 }],
      users: 10 + i,
    })),
  ],
  ['a long tail', steady({ ms: 10, spread: 1.2 })],
  ['a nanosecond of a run', steady({}, {}, 1)],
  ['a run of nothing', []],
  ['three seconds of overload', POOL.slice(4, 7)],
  [
    'first connections that wait for each other',
    seconds(30, (i) => ({
      asked: [{ requests: 100, ms: i === 0 ? 200 : 5, phases: { connect: i === 0 ? 100 : 0 } }],
      users: 20,
    })),
  ],
  [
    'first connections of many users',
    seconds(30, (i) => ({
      asked: [{ requests: 100, ms: 5, phases: { connect: i === 0 ? 3 : 0 } }],
      users: 100,
    })),
  ],
]

test.each(HEALTHY)('%s gives nothing above info', async (_what, run) => {
  const { findings } = conclude(INSIGHTS, await factsOf(run))
  expect(findings.filter(({ severity }) => severity !== 'info').map(({ title }) => title)).toEqual(
    [],
  )
})

test.each([
  [392, 'info'],
  [97, 'warning'],
])('%i %% of CPU while nothing waits is only near the end: %s', async (cpu, severity) => {
  const run = steady({}, { monitors: { 'target.cpu': cpu } })
  const { findings } = conclude(INSIGHTS, await factsOf(run))
  expect(findings[0]).toMatchObject({ id: 'target-cpu', severity })
  expect(findings[0]!.title).toContain('is near the end of CPU')
})

test('a paused or warming-up second is not looked at', async () => {
  const facts = await factsOf(POOL)
  for (const mark of [{ paused: true }, { warmup: true }] as const) {
    const points = facts.points.map((point) => ({ ...point, ...mark }))
    expect(conclude(INSIGHTS, { ...facts, points }).findings).toEqual([])
  }
})

test('arrivals that were dropped alone do not put the blame on the generator', async () => {
  const generator = { trustworthy: false, voidBy: ['dropped'] } as const
  const { findings } = conclude(INSIGHTS, await factsOf(POOL, { generator }))
  expect(findings[0]).toMatchObject({ id: 'fixed-slots' })
  expect(findings[0]).not.toHaveProperty('untrusted')
})

test('when the generator was the limit it stands first, and all others are marked', async () => {
  const generator = { trustworthy: false, voidBy: ['loop', 'dropped'] } as const
  const { findings } = conclude(INSIGHTS, await factsOf(POOL, { generator }))
  expect(findings.map(({ id, untrusted }) => [id, untrusted])).toEqual([
    ['generator', undefined],
    ['fixed-slots', true],
  ])
})

test('a pool is named by its size', async () => {
  const { findings } = conclude(INSIGHTS, await factsOf(POOL))
  expect(findings[0]!.title).toMatch(/about 4 requests at a time: 80\/s/)
})

test('what could not be looked at says why, with what to do', async () => {
  const { insights } = conclude(INSIGHTS, await factsOf(steady()))
  const cpu = insights.notEvaluated.find(({ id }) => id === 'target-cpu')
  expect(cpu?.why).toBe('nothing of the target was watched: name it with --watch')
  const { evaluated, notEvaluated } = insights
  expect([...evaluated, ...notEvaluated.map(({ id }) => id)].sort()).toEqual(
    INSIGHTS.map(({ id }) => id).sort(),
  )
})

test('an insight that throws costs its own finding and nothing else', async () => {
  const broken = {
    ...INSIGHTS[1]!,
    evaluate: () => {
      throw new Error('oops')
    },
  }
  const { insights, findings } = conclude([broken, ...INSIGHTS.slice(2)], await factsOf(POOL))
  expect(insights.notEvaluated[0]).toEqual({
    id: 'target-cpu',
    why: 'it failed, which is our bug: oops',
  })
  expect(findings).not.toEqual([])
})

test('the same facts give the same findings', async () => {
  const facts = await factsOf(POOL)
  expect(conclude(INSIGHTS, facts)).toEqual(conclude(INSIGHTS, facts))
})
