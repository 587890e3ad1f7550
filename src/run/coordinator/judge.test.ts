import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measured, requests, rule } from '../../model/plan/threshold.test-kit.ts'
import { Judge } from './judge.ts'

/** One judge of one rule, given GET / with these latencies (ms) per window; null is a window without a request. */
function judged(text: string, windows: readonly (readonly number[] | null)[]) {
  const judge = new Judge([rule(text)])
  const aborts: number[] = []
  windows.forEach((latenciesMs, window) => {
    const series = latenciesMs === null ? [] : [requests('/', latenciesMs)]
    judge.add(measured({ window, series }))
    if (judge.onWindow(window) !== undefined) aborts.push(window)
  })
  const standing = judge.standing[0]!
  return { judge, aborts, standing, result: judge.results(windows.length * 1_000)[0]! }
}
const fast = [10, 10]
const slow = [500, 500]

describe('over the whole run', () => {
  test('a bad second is made good by the rest, and when it was crossed stays known', () => {
    const { result, standing } = judged('avg < 100ms', [slow, fast, fast, fast, fast, fast])
    expect(result).toMatchObject({ passed: true, firstCrossedAtMs: 1_000 })
    expect(standing.observed).toBeCloseTo(91.7, 0)
  })

  test('what fails only at the end was crossed at the end', () => {
    const { result } = judged('rate > 1.5/s', [fast, fast])
    expect(result).toMatchObject({ passed: true, firstCrossedAtMs: null })
    const judge = new Judge([rule('rate > 1.5/s')])
    judge.add(measured({ window: 0, series: [requests('/', fast)] }))
    judge.onWindow(0)
    expect(judge.results(1_900)[0]).toMatchObject({ passed: false, firstCrossedAtMs: 1_900 })
  })

  test('a count that is still to be reached is not crossed before the end', () => {
    const { aborts, result, standing } = judged('count > 5 abort', [fast, fast, fast])
    expect(aborts).toEqual([])
    expect(standing).toMatchObject({ passed: true, observed: 6, firstCrossedAtMs: null })
    expect(result).toMatchObject({ passed: true, firstCrossedAtMs: null })
    expect(judged('count == 9', [fast, fast]).result).toMatchObject({
      passed: false,
      firstCrossedAtMs: 2_000,
    })
    expect(judged('count == 3 abort', [fast, fast]).aborts).toEqual([1])
    expect(judged('dropped >= 1', [fast]).standing).toMatchObject({ firstCrossedAtMs: null })
  })

  test('a rule that ended the run has failed, whatever the last requests did to it', () => {
    const { judge, aborts } = judged('avg < 100ms abort', [slow])
    expect(aborts).toEqual([0])
    judge.add(measured({ window: 1, series: [requests('/', new Array(100).fill(1))] }))
    expect(judge.results(2_000)[0]).toMatchObject({ passed: false, observed: 500 })
  })
})

describe('with a warm-up', () => {
  const warmedUp = (text: string, windows: readonly (readonly number[])[]) => {
    const judge = new Judge([rule(text)], 2_000)
    const aborts = windows.flatMap((latenciesMs, window) => {
      judge.add(measured({ window, series: [requests('/', latenciesMs)] }))
      return judge.onWindow(window) === undefined ? [] : [window]
    })
    return { aborts, result: judge.results(windows.length * 1_000)[0]! }
  }

  test('nothing of it is judged, and rates are over the time after it', () => {
    const windows = [slow, slow, fast, fast, fast]
    expect(warmedUp('max < 100ms abort', windows)).toMatchObject({
      aborts: [],
      result: { passed: true, observed: 10, firstCrossedAtMs: null },
    })
    expect(warmedUp('rate == 2/s', windows).result.observed).toBe(2)
    expect(warmedUp('count == 6', windows).result.observed).toBe(6)
  })

  test('spans begin after it; times are those of the run', () => {
    const { aborts, result } = warmedUp('max < 100ms over 2s abort', [slow, slow, fast, slow, fast])
    expect(aborts).toEqual([3, 4])
    expect(result).toMatchObject({ firstCrossedAtMs: 4_000 })
    expect(warmedUp('rate > 9/s over 5s', [fast, fast, fast, fast]).result.observed).toBe(2)
  })

  test('a run that ends within it has measured nothing', () => {
    expect(warmedUp('max < 1s', [fast]).result).toMatchObject({ passed: false, observed: null })
    expect(warmedUp('rate > 1/s over 1s', [fast]).result).toMatchObject({
      passed: false,
      observed: null,
    })
  })
})

describe('with a warm-up that is found at the end', () => {
  const texts = ['p95 < 300ms', 'avg < 100ms', 'rate > 2/s', 'count >= 12', 'max < 300ms over 2s']
  texts.push('rate > 1/s over 4s', 'avg < 50ms over 30s', 'errors < 10% over 3s', 'min < 9ms')
  const windows = fc.array(fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 4 }), {
    minLength: 10,
    maxLength: 40,
  })

  test('every rule says what it would have said had the warm-up been known before', () => {
    fc.assert(
      fc.property(windows, fc.nat(4), fc.constantFrom(...texts), (all, batches, text) => {
        const fromMs = Math.min(batches * 5, Math.floor(all.length / 10) * 5) * 1_000
        const [known, found] = [new Judge([rule(text)], fromMs), new Judge([rule(text)], 0, true)]
        all.forEach((latenciesMs, window) => {
          const failures = latenciesMs.filter((ms) => ms > 500).length
          for (const judge of [known, found]) {
            judge.add(measured({ window, series: [requests('/', latenciesMs, failures)] }))
            judge.onWindow(window)
          }
        })
        found.leaveOut(fromMs)
        const [wanted, result] = [known, found].map((each) => each.results(all.length * 1_000)[0]!)
        const { firstCrossedAtMs, ...said } = result!
        expect(said).toEqual({ ...wanted, firstCrossedAtMs: undefined })
        if (text.includes('over')) expect(firstCrossedAtMs).toBe(wanted!.firstCrossedAtMs)
        else expect(firstCrossedAtMs).toBe(result!.passed ? null : all.length * 1_000)
      }),
    )
  })

  test('while the run goes on everything counts', () => {
    const judge = new Judge([rule('max < 100ms over 1s')], 0, true)
    judge.add(measured({ window: 0, series: [requests('/', slow)] }))
    judge.onWindow(0)
    expect(judge.standing[0]).toMatchObject({ passed: false, firstCrossedAtMs: 1_000 })
  })
})

describe('over a sliding span', () => {
  test('one bad span fails the run, with the worst value observed', () => {
    const windows = [fast, fast, slow, slow, [900, 900], slow, fast, fast, fast, fast]
    const { result, standing } = judged('max < 400ms over 2s', windows)
    expect(result).toMatchObject({ passed: false, observed: 900, firstCrossedAtMs: 3_000 })
    expect(result.margin).toBeCloseTo(-1.25)
    expect(standing).toMatchObject({ passed: false, observed: 10, firstCrossedAtMs: 3_000 })
  })

  test('no span is judged before it is full', () => {
    expect(judged('max < 400ms over 3s abort', [slow, fast]).aborts).toEqual([])
    expect(judged('max < 400ms over 3s abort', [slow, fast, fast]).aborts).toEqual([2])
  })

  test('a run shorter than the span is judged as one span', () => {
    const { result } = judged('rate > 3/s over 10s', [fast, fast])
    expect(result).toMatchObject({ passed: false, observed: 2, firstCrossedAtMs: 2_000 })
    expect(judged('max < 1s over 10s', [slow, fast]).result).toMatchObject({ observed: 500 })
  })

  test('silence says nothing about times, and is a rate of 0 once there was a request', () => {
    expect(judged('max < 1s over 1s', [null, fast, null]).result).toMatchObject({
      passed: true,
      observed: 10,
    })
    const { result } = judged('rate > 0/s over 1s', [null, fast, null])
    expect(result).toMatchObject({ passed: false, observed: 0, firstCrossedAtMs: 3_000 })
  })

  test('nothing at all fails, unless the rule lets it pass', () => {
    const nothing = { observed: null, margin: null, firstCrossedAtMs: null }
    expect(judged('max < 1s over 1s', [null, null]).result).toMatchObject({
      ...nothing,
      passed: false,
    })
    expect(judged('max < 1s over 1s noData passes', [null]).result.passed).toBe(true)
  })

  test.each([
    ['rate > 1/s over 1s', [fast, [1], fast], 1],
    ['count == 2 over 1s', [fast, [1, 1, 1, 1, 1], [1]], 5],
    ['count != 2 over 1s', [[1], fast, [1, 1, 1]], 2],
    ['max < 1s over 1s', [[5], [20], [10]], 20],
  ])('%s reports its worst span', (text, windows, worst) => {
    expect(judged(text, windows).result.observed).toBe(worst)
  })
})

test('a window that comes again, or a late snapshot of it, is counted once and judged once', () => {
  const judge = new Judge([rule('count == 4 over 2s'), rule('count == 6')])
  for (const window of [0, 1]) {
    judge.add(measured({ window, series: [requests('/', [1])] }))
    judge.onWindow(window)
  }
  judge.add(measured({ workerIndex: 1, window: 1, series: [requests('/', [1, 1])] }))
  expect(judge.onWindow(1)).toBeUndefined()
  judge.add(measured({ window: 2, series: [requests('/', [1, 1])] }))
  judge.onWindow(2)
  expect(judge.standing.map((each) => each.observed)).toEqual([5, 6])
})

test('many rules over one selection agree with each other', () => {
  const rules = ['p50(http) < 1s', 'latency.p50 < 1s', 'p50(/) < 1s', 'p50(GET /) < 1s over 3s']
  const judge = new Judge(rules.map(rule))
  for (let window = 0; window < 3; window++) {
    judge.add(measured({ window, series: [requests('/', [10 * window, 20 * window + 5])] }))
    judge.onWindow(window)
  }
  const observed = judge.results(3_000).map((each) => each.observed)
  expect(new Set(observed).size).toBe(1)
})
