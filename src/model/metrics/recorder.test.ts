import { describe, expect, test } from 'vitest'
import type { Tags } from '../../contracts/measure.ts'
import { ERRORS_PER_KIND_MAX, SERIES_MAX } from '../../kernel/limits.ts'
import { WorkerRecorder } from './recorder.ts'

const HEALTH = {
  cpuRatio: 0.5,
  loopUtilisation: 0.4,
  loopDelayMsP99: 1.5,
  rssBytes: 9e7,
  openSockets: 3,
}

describe('recorder', () => {
  test('a window holds exactly what was recorded in it, the next one starts at zero', () => {
    const recorder = new WorkerRecorder(3)
    const cart = recorder.series('http', 'POST', '/cart')
    const idle = recorder.series('http', 'GET', '/idle')
    expect(recorder.series('http', 'POST', '/cart')).toBe(cart)
    recorder.record(cart, 1_000, 0, 201, 500, 90, 1)
    recorder.record(cart, 3_000, 0, 302, 100, 80, 2)
    recorder.phases(cart, 1, 2, 3, 4, 5, 6)
    recorder.phases(cart, 1, 2, 3, 4, 5, 6)
    const first = recorder.flush(0, 1_000, HEALTH)
    expect([first.workerIndex, first.sequence, first.window]).toEqual([3, 0, 0])
    expect(first.series).toHaveLength(1)
    expect(first.series[0]).toMatchObject({
      kind: 'http',
      method: 'POST',
      name: '/cart',
      requests: 2,
      failures: 0,
      wireRequests: 3,
      bytesIn: 600,
      bytesOut: 170,
      phaseSumsUs: [2, 4, 6, 8, 10, 12],
    })
    expect([...first.series[0]!.statuses]).toEqual([
      [201, 1],
      [302, 1],
    ])
    expect(first.series[0]!.latency).toMatchObject({ count: 2, sumUs: 4_000, maxUs: 3_000 })

    recorder.record(idle, 50, 0, 200, 0, 0, 1)
    const second = recorder.flush(1, 2_000, HEALTH)
    expect(second.sequence).toBe(1)
    expect(second.series.map((s) => s.name)).toEqual(['/idle'])
    expect(first.series[0]!.latency.count).toBe(2)
    expect(recorder.flush(2, 3_000, HEALTH).series).toEqual([])
  })

  test('histograms are used again instead of allocated, from the second window on', () => {
    const recorder = new WorkerRecorder(0)
    const id = recorder.series('http', 'GET', '/')
    const seen = Array.from({ length: 4 }, (_, window) => {
      recorder.record(id, 700, 0, 200, 0, 0, 1)
      return recorder.flush(window, 0, HEALTH).series[0]!.latency
    })
    expect(seen[2]).toBe(seen[0])
    expect(seen[3]).toBe(seen[1])
    expect(seen[3]!.count).toBe(1)
  })

  test('response is the same object as latency until something is late, then holds all of both', () => {
    const recorder = new WorkerRecorder(0)
    const id = recorder.series('http', 'GET', '/')
    recorder.record(id, 1_000, 0, 200, 0, 0, 1)
    recorder.record(id, 1_000, 500, 200, 0, 0, 1)
    recorder.record(id, 1_000, 0, 200, 0, 0, 1)
    const late = recorder.flush(0, 0, HEALTH).series[0]!
    expect(late.latency).toMatchObject({ count: 3, sumUs: 3_000 })
    expect(late.response).toMatchObject({ count: 3, sumUs: 3_500, maxUs: 1_500 })
    recorder.record(id, 1_000, 0, 200, 0, 0, 1)
    const punctual = recorder.flush(1, 0, HEALTH).series[0]!
    expect(punctual.response).toBe(punctual.latency)
  })

  test('failures are counted per series and error, dated, with the first sample', () => {
    const recorder = new WorkerRecorder(0)
    recorder.startAt(10_000)
    const a = recorder.series('http', 'GET', '/a')
    const b = recorder.series('http', 'GET', '/b')
    const error = recorder.error('status', 'HTTP 500')
    recorder.sample(error, 'GET /a?x=1')
    recorder.sample(error, 'later')
    for (const [series, atMs] of [
      [a, 10_100],
      [a, 10_700],
      [b, 10_800],
    ] as const) {
      recorder.begin(atMs - 1)
      recorder.end(atMs)
      recorder.fail(series, 900, 0, 500, 1, 1, 1, error)
    }
    const { errors, series } = recorder.flush(0, 11_000, HEALTH)
    expect(series.map((s) => [s.requests, s.failures])).toEqual([
      [2, 2],
      [1, 1],
    ])
    expect(errors).toEqual([
      {
        method: 'GET',
        name: '/a',
        kind: 'status',
        message: 'HTTP 500',
        count: 2,
        firstAtMs: 100,
        lastAtMs: 700,
        sample: 'GET /a?x=1',
      },
      {
        method: 'GET',
        name: '/b',
        kind: 'status',
        message: 'HTTP 500',
        count: 1,
        firstAtMs: 800,
        lastAtMs: 800,
        sample: 'GET /a?x=1',
      },
    ])
    expect(recorder.flush(1, 12_000, HEALTH).errors).toEqual([])
  })

  test('the integral of what is in flight is exact, across windows', () => {
    const recorder = new WorkerRecorder(0)
    recorder.startAt(100)
    recorder.begin(200)
    recorder.begin(300)
    recorder.end(600)
    const first = recorder.flush(0, 1_100, HEALTH).health
    expect([first.inFlight, first.inFlightMs]).toEqual([1, 100 + 600 + 500])
    recorder.end(1_350)
    const second = recorder.flush(1, 2_100, HEALTH).health
    expect([second.inFlight, second.inFlightMs]).toEqual([0, 250])
  })

  test('users have a level and deltas, arrivals add up', () => {
    const recorder = new WorkerRecorder(0)
    recorder.userStarted()
    recorder.userStarted()
    recorder.userFailed()
    recorder.userStopped()
    for (let i = 0; i < 3; i++) recorder.arrivalDue()
    recorder.arrivalStarted(400)
    recorder.arrivalStarted(0)
    recorder.arrivalDropped()
    recorder.arrivalFinished()
    const { users, arrivals } = recorder.flush(0, 0, HEALTH)
    expect(users).toEqual({ active: 1, started: 2, stopped: 1, failed: 1 })
    expect(arrivals).toMatchObject({ due: 3, started: 2, dropped: 1, finished: 1 })
    expect(arrivals.lateness).toMatchObject({ count: 2, maxUs: 400 })
    const next = recorder.flush(1, 0, HEALTH)
    expect(next.users).toEqual({ active: 1, started: 0, stopped: 0, failed: 0 })
    expect(next.arrivals.lateness.count).toBe(0)
  })

  test('names past the bound fold into "(other)" of their kind, are counted, and lead to advice', () => {
    const recorder = new WorkerRecorder(0)
    for (let i = 0; i < SERIES_MAX + 50; i++) {
      recorder.record(recorder.series('http', 'GET', `/items/${i}?q=ab${i}`), 5, 0, 200, 0, 0, 1)
    }
    const redis = recorder.series('redis', 'GET', 'key')
    recorder.record(redis, 5, 0, 0, 0, 0, 1)
    const { series, health } = recorder.flush(0, 0, HEALTH)
    const others = series.filter((s) => s.name === '(other)')
    expect(others.map((s) => [s.kind, s.requests])).toEqual([
      ['http', 50],
      ['redis', 1],
    ])
    expect(series.reduce((sum, s) => sum + s.requests, 0)).toBe(SERIES_MAX + 51)
    expect(health.limits).toEqual([['series-folded', 51]])
    expect(recorder.advice()).toContain(`"/items/:id?q=ab:id" (${SERIES_MAX + 50} names)`)
    expect(recorder.flush(1, 0, HEALTH).health.limits).toEqual([])
  })

  test('the same name with other tags is another series, whatever the order of the tags', () => {
    const recorder = new WorkerRecorder(0)
    const plain = recorder.series('http', 'GET', '/')
    const eu = recorder.series('http', 'GET', '/', { region: 'eu', tier: 'gold' })
    expect(recorder.series('http', 'GET', '/', { tier: 'gold', region: 'eu' })).toBe(eu)
    expect(recorder.series('http', 'GET', '/')).toBe(plain)
    expect(recorder.series('http', 'GET', '/', { region: 'eu' })).not.toBe(eu)
    for (const id of [plain, eu, eu]) recorder.record(id, 5, 0, 200, 0, 0, 1)
    const { series } = recorder.flush(0, 0, HEALTH)
    expect(series.map((each) => [Object.hasOwn(each, 'tags'), each.tags, each.requests])).toEqual([
      [false, undefined, 1],
      [true, { region: 'eu', tier: 'gold' }, 2],
    ])
  })

  test('past the bound series with tags fold by their tags, and past another by their kind', () => {
    const recorder = new WorkerRecorder(0)
    const counts = (from: number, to: number, tagsOf: (i: number) => Tags) => {
      for (let i = from; i < to; i++) {
        recorder.record(recorder.series('http', 'GET', `/x${i}`, tagsOf(i)), 5, 0, 200, 0, 0, 1)
      }
    }
    counts(0, SERIES_MAX + 60, () => ({ scenario: 'browse' }))
    counts(0, 70, (i) => ({ user: `u${i}` }))
    const { series, health } = recorder.flush(0, 0, HEALTH)
    const others = series.filter((each) => each.name === '(other)')
    expect(others.find((each) => each.tags?.['scenario'] === 'browse')!.requests).toBe(60)
    expect(others.find((each) => each.tags === undefined)!.requests).toBe(70 - 31)
    expect(others.length).toBe(33)
    expect(series.reduce((sum, each) => sum + each.requests, 0)).toBe(SERIES_MAX + 130)
    expect(health.limits).toEqual([['series-folded', 130]])
  })

  test('tags with ids in them lead to other advice than names with ids', () => {
    const recorder = new WorkerRecorder(0)
    for (let i = 0; i < SERIES_MAX + 10; i++) recorder.series('http', 'GET', '/', { user: `u${i}` })
    expect(recorder.advice()).toContain('"/ {user=u:id}"')
    expect(recorder.advice()).toContain('Each value of a tag makes series of its own')
  })

  test('error messages past the bound fold per kind and no failure is lost', () => {
    const recorder = new WorkerRecorder(0)
    const series = recorder.series('http', 'GET', '/')
    for (let i = 0; i < ERRORS_PER_KIND_MAX + 10; i++) {
      recorder.fail(series, 5, 0, 0, 0, 0, 1, recorder.error('script', `boom ${i}`))
    }
    const { errors, health } = recorder.flush(0, 0, HEALTH)
    expect(errors.reduce((sum, e) => sum + e.count, 0)).toBe(ERRORS_PER_KIND_MAX + 10)
    expect(errors.at(-1)).toMatchObject({ message: '(other errors)', count: 10 })
    expect(health.limits).toEqual([['errors-folded', 10]])
  })

  test('many series and many statuses keep their own counts when the tables grow', () => {
    const recorder = new WorkerRecorder(0)
    const ids = Array.from({ length: 40 }, (_, i) =>
      recorder.series('http', 'GET', `/${'x'.repeat(i)}`),
    )
    for (let status = 200; status < 230; status++) {
      for (const [i, id] of ids.entries()) recorder.record(id, 10 + i, 0, status, i, 0, 1)
    }
    const { series } = recorder.flush(0, 0, HEALTH)
    expect(series.map((s) => s.bytesIn)).toEqual(ids.map((_, i) => 30 * i))
    for (const one of series) {
      expect([...one.statuses.values()]).toEqual(new Array(30).fill(1))
      expect([...one.statuses.keys()][29]).toBe(229)
    }
  })

  test('checks count passes and failures by name', () => {
    const recorder = new WorkerRecorder(0)
    const id = recorder.checkId('logged in')
    expect(recorder.checkId('logged in')).toBe(id)
    recorder.check(id, true)
    recorder.check(id, true)
    recorder.check(id, false)
    expect(recorder.flush(0, 0, HEALTH).checks).toEqual([
      { name: 'logged in', passes: 2, failures: 1 },
    ])
    expect(recorder.flush(1, 0, HEALTH).checks).toEqual([])
  })
})
