import { expect, it } from 'vitest'
import { MockRun } from '../../mock/mock-run.ts'
import type { AppState, Problem, RunView } from '../api/types.ts'
import { limitsOf } from './chart-frame.ts'
import { fieldOf, initialFields, requestOf } from './new-run-fields.ts'
import { newsOf } from './run-news.ts'
import { noticeOf } from './run-notices.ts'
import { changeTo, muchMore, plannedNow, steerable, stepped } from './steering.ts'

const state: AppState = {
  version: '1',
  script: 'a.ts',
  users: [],
  host: null,
  state: 'ready',
  runId: null,
  defaults: { users: 10 },
}
const started = (model: 'users' | 'arrivals'): MockRun => {
  const run = new MockRun('1', { model, users: 100, spawnRate: 50, arrivals: '120/s' })
  for (let second = 0; second < 5; second++) run.tick()
  return run
}
const problem = (path: string): Problem => ({ code: 'E', path, what: '', why: '', fix: '' })

it('what is left empty is left out, and only the fields of the model are asked for', () => {
  const fields = {
    ...initialFields(state),
    spawnRate: ' ',
    arrivals: '5/s',
    runTime: '1m',
    thresholds: [' a ', '', ' b'],
  }
  expect(requestOf(fields)).toEqual({
    model: 'users',
    users: 10,
    runTime: '1m',
    thresholds: ['a', 'b'],
  })
  expect(requestOf({ ...fields, model: 'arrivals' })).toEqual({
    model: 'arrivals',
    arrivals: '5/s',
    runTime: '1m',
    thresholds: ['a', 'b'],
  })
  expect(requestOf({ ...fields, model: 'script', thresholds: [] })).toEqual({ model: 'script' })
})
it('the form begins as onrush was started: with arrivals, or the plan of the script, when there are any', () => {
  const modelOf = (defaults: AppState['defaults']) => initialFields({ ...state, defaults }).model
  expect([
    modelOf({ model: 'script', arrivals: '' }),
    modelOf({ model: 'script', arrivals: '5/s' }),
    modelOf({}),
  ]).toEqual(['script', 'arrivals', 'users'])
})
it('a shape and what is no number go to the server as they are', () => {
  const fields = initialFields(state)
  expect(requestOf({ ...fields, users: '0 → 100 over 1m' }).users).toBe('0 → 100 over 1m')
  expect(requestOf({ ...fields, users: '2.5' }).users).toBe(2.5)
})
it('problems are shown at the field they are about', () => {
  const paths = [
    '--users',
    'users',
    '--users-max',
    'usersMax',
    '--spawn-rate',
    'plan.scenarios.shop.arrivals',
    '--host',
    '--run-time',
    '--threshold',
    'thresholds.0',
    'shop.ts:12',
  ]
  expect(paths.map((path) => fieldOf(problem(path)))).toEqual([
    'users',
    'users',
    'usersMax',
    'usersMax',
    'spawnRate',
    'arrivals',
    'host',
    'runTime',
    'thresholds',
    'thresholds',
    undefined,
  ])
})
it('a step is a tenth, and one at least', () => {
  expect([
    stepped(100, 1),
    stepped(100, -1),
    stepped(3, 1),
    stepped(1, -1),
    stepped(0, -1),
  ]).toEqual([110, 90, 4, 0, 0])
  expect([changeTo('users', 0), changeTo('arrivals', 0), changeTo('arrivals', 80)]).toEqual([
    { users: 0 },
    { arrivals: '1/s' },
    { arrivals: '80/s' },
  ])
})
it('a step goes from where the load is going, also while users still start; of a changing one from what it asks for now', () => {
  const closed = started('users').view()
  expect([steerable(closed), plannedNow(closed)]).toEqual(['users', 100])
  const open = started('arrivals').view()
  expect([steerable(open), plannedNow(open)]).toEqual(['arrivals', 120])
  const ramping = { ...closed, load: ['users 0 → 300 over 30s'] }
  expect(plannedNow(ramping)).toBe(closed.points.at(-1)!.planned!.users)
  const goingUp = new MockRun('1', { model: 'users', users: 100, spawnRate: 1 })
  goingUp.tick()
  expect(plannedNow(goingUp.view())).toBe(100)
  const { plan } = closed.result.run
  const two = {
    ...closed,
    result: {
      ...closed.result,
      run: {
        ...closed.result.run,
        plan: { ...plan, scenarios: [...plan.scenarios, ...plan.scenarios] },
      },
    },
  }
  expect(steerable(two)).toBeUndefined()
})
it('more than three times the load is asked about, unless it is little anyway', () => {
  const now = (users: number): RunView => new MockRun('1', { model: 'users', users }).view()
  expect(muchMore(now(100), { users: 300 })).toBeUndefined()
  expect(muchMore(now(100), { users: 1_000 })).toBe(10)
  expect(muchMore(now(2), { users: 15 })).toBeUndefined()
  expect(muchMore(now(100), { users: '→ 300 over 30s' })).toBeUndefined()
  expect(muchMore(started('arrivals').view(), { arrivals: '1200/s' })).toBe(10)
})
it('only changes of state are news', () => {
  const run = started('users')
  const before = run.view()
  expect(newsOf(undefined, before)).toBeUndefined()
  run.tick()
  expect(newsOf(before, run.view())).toBeUndefined()
  run.pause(true)
  expect(newsOf(before, run.view())).toBe('The run is paused')
  run.end()
  expect(newsOf(before, run.view())).toContain('The run is over: passed, all thresholds held')
  const [first, ...rest] = before.result.thresholds
  const failing: RunView = {
    ...before,
    result: { ...before.result, thresholds: [{ ...first!, passed: false }, ...rest] },
  }
  expect(newsOf(before, failing)).toBe('p95(http) < 300ms fails')
})
it('rules about the response time of all requests are lines across its chart', () => {
  expect(limitsOf(started('users').view())).toEqual([{ value: 300, label: 'p95(http) < 300ms' }])
})
it('a run that sends nothing, or of which all fails, says so with a command that shows why', () => {
  const view = started('users').view()
  const withTotals = (requests: number, failures: number): RunView => ({
    ...{ ...view, elapsedMs: 6_000 },
    result: { ...view.result, totals: { ...view.result.totals, requests, failures } },
  })
  expect(noticeOf(withTotals(100, 1))).toBeUndefined()
  expect(noticeOf(withTotals(0, 0))).toMatchObject({ command: 'onrush debug checkout.ts' })
  expect(noticeOf({ ...withTotals(0, 0), elapsedMs: 1_000 })).toBeUndefined()
  expect(noticeOf(withTotals(100, 100))?.text).toMatch(/^100 % of all requests fail/)
  expect(noticeOf({ ...withTotals(100, 100), state: 'finished' })).toBeUndefined()
})
