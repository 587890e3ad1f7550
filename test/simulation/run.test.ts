import { expect, test } from 'vitest'
import type { Output } from '../../src/contracts/output.ts'
import type { ThresholdResult } from '../../src/contracts/result.ts'
import { Prng } from '../../src/kernel/prng.ts'
import { rule } from '../../src/model/plan/threshold.test-kit.ts'
import { arrivalsPlan, planOf, simulate } from './simulate.ts'

test('a run over one worker counts every arrival once and passes', async () => {
  const run = simulate({ plan: arrivalsPlan(50, 5_000), workers: 1 })
  const result = await run.result()
  expect(result.arrivals).toMatchObject({ due: 250, started: 250, dropped: 0, unknown: 0 })
  expect(result.totals.requests).toBe(250)
  expect(result.verdict).toEqual({ passed: true, reason: 'no request failed', exitCode: 0 })
  expect(result.generator).toMatchObject({ trustworthy: true, reasons: [] })
  expect(result.generator.littlesLaw.inFlightMean).toBeCloseTo(
    result.generator.littlesLaw.expected,
    6,
  )
  expect(run.ends).toEqual(['done'])
})

test('a run can be looked at while it goes on, and that changes nothing', async () => {
  const thresholds = [rule('p95 < 1s'), rule('rate > 10/s over 10s'), rule('count >= 250')]
  const plan = { ...arrivalsPlan(50, 5_000), thresholds }
  const [watched, alone] = [simulate({ plan, workers: 2 }), simulate({ plan, workers: 2 })]
  const seen: number[] = []
  for (let looks = 0; looks < 12; looks++) {
    await watched.clock.runUntil(watched.clock.nowMs() + 300)
    seen.push(watched.handle.peek().totals.requests)
  }
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(seen.at(-1)).toBeGreaterThan(100)
  expect(await watched.result()).toEqual(await alone.result())
})

test('five workers send the same arrivals at the same instants as one', async () => {
  const instants = async (workers: number): Promise<unknown> => {
    const run = simulate({ plan: arrivalsPlan(70, 3_000), workers })
    const result = await run.result()
    expect(result.totals.requests).toBe(210)
    return run.ledger
      .sort((a, b) => a.index - b.index)
      .map(({ index, atMs }) => `${index} at ${atMs.toFixed(6)}`)
  }
  expect(await instants(5)).toEqual(await instants(1))
})

test('the slowest requests of all workers arrive with their windows, each once, and in the result at its end', async () => {
  // One request in a hundred is slow, on whichever worker it falls.
  const latencyMs = (atMs: number): number => (Math.round(atMs / 20) % 100 === 37 ? 400 : 20)
  const run = simulate({ plan: arrivalsPlan(50, 10_000), workers: 2, latencyMs })
  expect(run.handle.peek().slowest).toBeUndefined()
  const result = await run.result()
  const kept = new Map(
    run.windows.flatMap((each) => each.exemplars ?? []).map((each) => [each.id, each]),
  )
  const slow = [...kept.values()].filter((each) => each.responseMs > 300)
  expect(slow).toHaveLength(5)
  expect(new Set([...kept.values()].map((each) => each.worker))).toEqual(new Set([0, 1]))
  expect(result.slowest!.slice(0, 5).map((each) => each.responseMs)).toEqual(slow.map(() => 400))
  for (const { exemplars = [], startMs, durationMs } of run.windows) {
    for (const each of exemplars) {
      const endedMs = each.startMs + each.latencyMs
      expect(endedMs).toBeGreaterThanOrEqual(startMs)
      expect(endedMs).toBeLessThanOrEqual(startMs + durationMs)
    }
  }
})

test('a plan that keeps no requests has none, and is counted the same', async () => {
  const plan = { ...arrivalsPlan(50, 3_000), samples: 'none' as const }
  const run = simulate({ plan, workers: 2 })
  const result = await run.result()
  expect(result.slowest).toBeUndefined()
  expect(run.windows.flatMap((each) => each.exemplars ?? [])).toEqual([])
  expect(result.totals.requests).toBe(150)
})

test('every window conserves arrivals, and windows add up to the totals', async () => {
  const run = simulate({ plan: arrivalsPlan(40, 6_000), workers: 3 })
  const result = await run.result()
  let [requests, due] = [0, 0]
  for (const window of run.windows) {
    expect(window.arrivals.due).toBe(window.arrivals.started + window.arrivals.dropped)
    requests += window.series.reduce((sum, series) => sum + series.requests, 0)
    due += window.arrivals.due
  }
  expect([requests, due]).toEqual([result.totals.requests, result.arrivals.due])
  expect(run.windows.map((window) => window.window)).toEqual([...result.windows.keys()])
})

test('the last second of a plan is a window of its own, not part of what follows', async () => {
  const run = simulate({ plan: arrivalsPlan(50, 4_000), workers: 2, latencyMs: 5 })
  const result = await run.result()
  expect(result.windows.slice(0, 4).map((window) => window.requests)).toEqual([50, 50, 50, 50])
})

test('a killed worker is said, and its arrivals are sent by others within 3 s', async () => {
  const run = simulate({ plan: arrivalsPlan(100, 10_000), workers: 3 })
  await run.clock.runUntil(run.clock.nowMs() + 4_300)
  run.transport.kill(1)
  const result = await run.result()
  expect(result.generator.workers.map((worker) => worker.lost)).toEqual([false, true, false])
  expect(result.events.filter((event) => /Worker 1 is lost/.test(event.text))).toHaveLength(1)
  expect(result.arrivals.due).toBe(1_000)
  expect(result.arrivals.unknown).toBeGreaterThan(0)
  expect(result.arrivals.due).toBe(
    result.arrivals.started + result.arrivals.dropped + result.arrivals.unknown,
  )
  const sent = new Set(run.ledger.map((each) => each.index))
  expect(sent.size).toBe(run.ledger.length)
  const missed = Array.from({ length: 1_000 }, (_, index) => index).filter((i) => !sent.has(i))
  const gapMs = (Math.max(...missed) - Math.min(...missed)) * 10
  expect(gapMs).toBeLessThan(3_000)
})

test('a silent worker is lost within 2 s, and stops its load within 5 s', async () => {
  const run = simulate({ plan: arrivalsPlan(50, 15_000), workers: 2 })
  await run.clock.runUntil(run.clock.nowMs() + 3_000)
  const frozenAtMs = run.ledger.at(-1)!.atMs
  run.transport.freeze(0)
  const result = await run.result()
  const lost = result.events.find((event) => /Worker 0 is lost/.test(event.text))
  expect(lost!.atMs - frozenAtMs).toBeLessThan(2_100)
  const last = run.ledger.filter((each) => each.worker === 0).at(-1)!
  expect(last.atMs - frozenAtMs).toBeLessThan(5_000)
  expect(run.ends[0]).toBe('orphaned')
})

test('without any worker left the run ends at once as broken down, with what was measured', async () => {
  const run = simulate({ plan: arrivalsPlan(50, 60_000), workers: 1 })
  await run.clock.runUntil(run.clock.nowMs() + 3_500)
  run.transport.kill(0)
  const result = await run.result()
  expect(result.verdict).toMatchObject({ passed: false, exitCode: 6 })
  expect(result.run.durationMs).toBeLessThan(5_000)
  expect(result.totals.requests).toBeGreaterThan(100)
})

test('a signal stops gracefully with exit code 130, a second one at once', async () => {
  const graceful = simulate({ plan: arrivalsPlan(50, null), workers: 2, latencyMs: 500 })
  await graceful.clock.runUntil(graceful.clock.nowMs() + 2_500)
  graceful.handle.stop('signal')
  const whole = await graceful.result()
  expect(whole.verdict.exitCode).toBe(130)
  expect(whole.totals.requests).toBe(whole.arrivals.started)

  const hard = simulate({ plan: arrivalsPlan(50, null), workers: 2, latencyMs: 500 })
  await hard.clock.runUntil(hard.clock.nowMs() + 2_500)
  hard.handle.stop('signal', 143)
  hard.handle.stop('killed')
  const cut = await hard.result()
  expect(cut.verdict.exitCode).toBe(143)
  expect(cut.totals.requests).toBeGreaterThan(50)
})

test('a stop before the start gives a result without requests', async () => {
  const run = simulate({ plan: arrivalsPlan(50, null), workers: 2 })
  run.handle.stop('signal')
  const result = await run.result()
  expect(result.totals.requests).toBe(0)
  expect(result.verdict.exitCode).toBe(130)
})

test('a script that throws while loading ends the run with exit code 3', async () => {
  const run = simulate({
    plan: arrivalsPlan(50, 5_000),
    workers: 2,
    worker: () => ({ loadScript: () => Promise.reject(new Error('no such thing')) }),
  })
  const result = await run.result()
  expect(result.verdict).toMatchObject({ passed: false, exitCode: 3 })
  expect(result.verdict.reason).toMatch(/no such thing/)
})

test('a worker of another version is refused with both versions named', async () => {
  const run = simulate({
    plan: arrivalsPlan(50, 5_000),
    workers: 2,
    worker: (index) => (index === 1 ? { version: '0.9.0' } : {}),
  })
  expect((await run.result()).verdict.reason).toMatch(/0\.9\.0.*1\.0\.0/)
})

test('a threshold with abort ends the run and is reported with when it was first crossed', async () => {
  const plan = {
    ...arrivalsPlan(50, 60_000),
    thresholds: [
      {
        rule: 'p95(http) < 10ms abort after 2s',
        metric: { kind: 'percentile', of: 'response', percentile: 95, series: 'http' },
        operator: '<',
        limit: 10,
        unit: 'ms',
        overMs: null,
        noDataPasses: false,
        abort: true,
        delayMs: 2_000,
      },
    ],
  } as const
  const result = await simulate({ plan, workers: 1 }).result()
  expect(result.run.durationMs).toBeLessThan(5_000)
  expect(result.verdict).toMatchObject({ passed: false, exitCode: 1 })
  expect(result.thresholds[0]).toMatchObject({ passed: false, firstCrossedAtMs: 1_000 })
})

test('rules over a span are judged in every window of the load, the last one included and no later one', async () => {
  const standings: (readonly ThresholdResult[])[] = []
  const seen: Output = {
    name: 'seen',
    onWindow: (_, thresholds) => void standings.push(thresholds),
  }
  const rules = ['rate(http) >= 49/s over 2s', 'count(http) >= 98 over 2s', 'dropped == 0']
  const plan = { ...arrivalsPlan(50, 5_000), thresholds: rules.map(rule) }
  for (const workers of [1, 3]) {
    standings.length = 0
    const result = await simulate({ plan, workers, run: { outputs: [seen] } }).result()
    expect(result.windows.map((each) => each.requests).slice(0, 6)).toEqual([48, 50, 50, 50, 50, 2])
    expect(result.thresholds.map(({ passed, observed }) => [passed, observed])).toEqual([
      // The first span lacks the requests still in flight at its end; what comes after the load is in none.
      [true, 49],
      [true, 98],
      [true, 0],
    ])
    expect(standings.length).toBeGreaterThanOrEqual(5)
    expect(standings[4]!.map(({ observed }) => observed)).toEqual([50, 100, 0])
  }
})

test('a warm-up is counted and marked, and neither rules nor the guard look at it', async () => {
  const plan = {
    ...arrivalsPlan(50, 4_000),
    warmupMs: 1_500,
    thresholds: [rule('count(http) == 100')],
  }
  const result = await simulate({ plan, workers: 2 }).result()
  expect(result.totals.requests).toBe(200)
  expect(result.windows.map((each) => each.warmup)).toEqual([
    true,
    true,
    ...Array(3).fill(undefined),
  ])
  const afterwards = result.windows.slice(2).reduce((sum, each) => sum + each.requests, 0)
  expect(result.thresholds[0]!.observed).toBe(afterwards)
  const short = await simulate({ plan: { ...plan, warmupMs: 60_000 }, workers: 1 }).result()
  expect(short.verdict).toMatchObject({ passed: false, exitCode: 1 })
  expect(short.verdict.reason).toContain('warm-up')
})

test('an automatic warm-up is found at the end, left out of every judgement, marked and said', async () => {
  const rules = ['p95(http) < 100ms', 'max(http) < 100ms over 5s', 'p50(http) < 100ms']
  const plan = { ...arrivalsPlan(20, 30_000), thresholds: rules.map(rule) }
  const latencyMs = (atMs: number): number => (atMs < 6_000 ? 400 : 20)
  const without = await simulate({ plan, workers: 2, latencyMs }).result()
  expect(without.thresholds.map((each) => each.passed)).toEqual([false, false, true])
  expect(without).not.toHaveProperty('warmup')

  const auto = { ...plan, warmupAuto: true } as const
  const result = await simulate({ plan: auto, workers: 2, latencyMs }).result()
  expect(result.warmup).toMatchObject({ kind: 'auto', endMs: 10_000, steady: true })
  expect(result.thresholds.map((each) => each.passed)).toEqual([true, true, true])
  expect(result.thresholds.map((each) => each.firstCrossedAtMs)).toEqual([null, null, null])
  expect(result.verdict.passed).toBe(true)
  expect(result.totals.requests).toBe(without.totals.requests)
  expect(result.windows.filter((each) => each.warmup).map((each) => each.atMs)).toEqual(
    Array.from({ length: 10 }, (_, second) => second * 1_000),
  )
})

test('an automatic warm-up leaves nothing out where no steady state was found', async () => {
  const plan = { ...arrivalsPlan(20, 30_000), warmupAuto: true } as const
  const thresholds = [rule('max(http) < 100ms')]
  const slower = {
    plan: { ...plan, thresholds },
    workers: 1,
    latencyMs: (atMs: number) => atMs / 100,
  }
  const result = await simulate(slower).result()
  expect(result.warmup).toMatchObject({ kind: 'auto', endMs: 0, steady: false })
  expect(result.thresholds[0]).toMatchObject({ passed: false })
  expect(result.windows.some((each) => each.warmup)).toBe(false)

  const stages = [{ arrivals: 40, durationMs: 30_000 }]
  const ramp = planOf({
    kind: 'ramping-arrivals',
    perNs: 1e9,
    startArrivals: 0,
    stages,
    durationMs: 30_000,
    usersMax: 100,
  })
  const ramped = await simulate({ plan: { ...ramp, warmupAuto: true }, workers: 1 }).result()
  expect(ramped.warmup).toMatchObject({ endMs: 0, steady: false })
  expect(ramped.warmup!.why).toContain('planned load')
})

test('a run whose load was changed has no automatic warm-up', async () => {
  const run = simulate({ plan: { ...arrivalsPlan(20, 30_000), warmupAuto: true }, workers: 1 })
  while (!(run.handle.nowMs() > 3_000)) await run.clock.runUntil(run.clock.nowMs() + 100)
  run.handle.steering.pause('anna')
  while (!(run.handle.nowMs() > 8_000)) await run.clock.runUntil(run.clock.nowMs() + 100)
  run.handle.steering.resume('anna')
  const { warmup } = await run.result()
  expect(warmup).toEqual({
    kind: 'auto',
    endMs: 0,
    steady: false,
    why: 'the load was changed while it ran',
  })
})

test('a fixed warm-up is said in the same place', async () => {
  const plan = { ...arrivalsPlan(20, 30_000), warmupMs: 5_000 }
  const result = await simulate({ plan, workers: 1 }).result()
  expect(result.warmup).toEqual({ kind: 'fixed', endMs: 5_000, steady: null, why: 'by the plan' })
})

test('over 200 seeds of delay, reordering, repeats and a killed worker nothing is counted twice or unsaid', async () => {
  for (let seed = 0; seed < 200; seed++) {
    const prng = Prng.of(seed, 'simulation')
    const workers = prng.integer(2, 5)
    const run = simulate({
      plan: arrivalsPlan(prng.integer(10, 40), 5_000),
      workers,
      faults: {
        seed,
        delayMs: [0, prng.integer(0, 120)],
        reorder: false,
        lossRatio: 0,
        duplicateRatio: 0.2,
        affects: (message) => message.type === 'snapshot' || message.type === 'heartbeat',
      },
    })
    const victim = prng.integer(0, workers - 1)
    await run.clock.runUntil(run.clock.nowMs() + prng.integer(1_500, 5_500))
    run.transport.kill(victim)
    const result = await run.result()
    const why = `seed ${seed}`
    const { due, started, dropped, unknown } = result.arrivals
    expect(due, why).toBe(started + dropped + unknown)
    const fromLedger = new Set(run.ledger.map((each) => each.index))
    expect(fromLedger.size, why).toBe(run.ledger.length)
    // What was sent and what was reported differ by at most what nobody can know.
    expect(run.ledger.length - started, why).toBeGreaterThanOrEqual(0)
    expect(run.ledger.length - started, why).toBeLessThanOrEqual(unknown)
    for (const window of run.windows) {
      expect(window.arrivals.due, why).toBe(window.arrivals.started + window.arrivals.dropped)
    }
  }
})

test('lost snapshots are counted and said; the others still add up', async () => {
  const run = simulate({
    plan: arrivalsPlan(50, 10_000),
    workers: 2,
    faults: {
      seed: 7,
      delayMs: [0, 50],
      reorder: true,
      lossRatio: 0.3,
      duplicateRatio: 0.3,
      affects: (message) => message.type === 'snapshot',
    },
  })
  const result = await run.result()
  expect(result.totals.requests).toBeLessThan(500)
  expect(result.events.some((event) => /snapshots never arrived/.test(event.text))).toBe(true)
})
