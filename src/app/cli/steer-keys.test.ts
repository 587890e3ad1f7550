/** What keys make of a run: the run is a real one in virtual time, the terminal is not. */
import { expect, test } from 'vitest'
import type { LoadPlan, LoadShape } from '../../contracts/plan.ts'
import type { StopReason } from '../../contracts/wire.ts'
import { formatRate } from '../../model/plan/rate.ts'
import { RunSteering } from '../../run/coordinator/steering.ts'
import { SteerKeys } from './steer-keys.ts'

function pressing(...loads: LoadShape[]) {
  const said: string[] = []
  const stops: StopReason[] = []
  let interrupts = 0
  const scenarios = loads.map((load, index) => ({
    name: `s${index}`,
    users: [{ className: 'A', weight: 1, fixedCount: 0 }],
    load,
    startAfterMs: 0,
    gracefulStopMs: 0,
  }))
  const steering = new RunSteering({
    plan: { scenarios } as unknown as LoadPlan,
    nowMs: () => 10_000,
    isRunning: () => true,
    send: () => {},
    say: ({ kind, text, by }) => said.push(`${by} ${kind}: ${text}`),
    onChanged: () => {},
  })
  const keys = new SteerKeys({
    run: { steering, state: 'running', nowMs: () => 10_000, stop: (reason) => stops.push(reason) },
    interrupt: () => {
      interrupts++
    },
    say: (text) => said.push(text),
    onChange: () => {},
  })
  return { keys, steering, said, stops, interrupts: () => interrupts }
}

const users = (n: number): LoadShape => ({
  kind: 'constant-users',
  users: n,
  spawnRatePerSec: 5,
  durationMs: 60_000,
})
const arrivals = (n: number, perNs = 1e9): LoadShape => ({
  kind: 'constant-arrivals',
  rate: { arrivals: n, perNs },
  durationMs: null,
  usersMax: 10,
})
const rateOf = (load: LoadShape) =>
  load.kind === 'constant-arrivals' ? formatRate(load.rate) : load

test('w W s S change users by one and ten, arrows by a tenth, however fast they come', () => {
  const { keys, steering } = pressing(users(20))
  const usersAfter = (typed: string): number => {
    keys.press(typed)
    return (steering.courses[0]!.load as LoadShape & { users: number }).users
  }
  expect(['w', 'W', 's', 'S', '\x1b[A', '\x1b[B'].map(usersAfter)).toEqual([21, 31, 30, 20, 22, 20])
  expect(usersAfter('www')).toBe(23)
  expect(usersAfter('SSSS')).toBe(0)
  expect(steering.courses[0]!.endMs).toBe(60_000)
})

test('arrivals change in the unit they are in', () => {
  const { keys, steering } = pressing(arrivals(1, 2e9))
  keys.press('w')
  expect(rateOf(steering.courses[0]!.load)).toBe('31/min')
  const perSecond = pressing(arrivals(50))
  perSecond.keys.press('W')
  expect(rateOf(perSecond.steering.courses[0]!.load)).toBe('60/s')
})

test('Tab goes to the next scenario, and the line says which', () => {
  const { keys, steering } = pressing(users(5), arrivals(10))
  expect(keys.line()).toContain('w/s users ±1')
  keys.press('\t')
  expect(keys.line()).toContain('w/s arrivals ±1')
  expect(keys.line()).toContain('of s1 (Tab: next)')
  keys.press('w')
  expect(steering.courses[0]!.load).toEqual(users(5))
  expect(rateOf(steering.courses[1]!.load)).toBe('11/s')
})

test('p pauses and goes on', () => {
  const { keys, steering, said } = pressing(users(5))
  keys.press('p')
  expect([steering.paused, keys.line().includes('p go on')]).toEqual([true, true])
  keys.press('p')
  expect(steering.paused).toBe(false)
  expect(said.map((each) => each.slice(0, 18))).toEqual([
    'keys steer: Paused',
    'keys steer: Goes o',
  ])
})

test('a note is written letter by letter, mended, kept by Enter and dropped by Escape', () => {
  const { keys, said } = pressing(users(5))
  keys.press('a')
  keys.press('cachew')
  keys.press('\x7f')
  keys.press(' off\x1b[A'.slice(0, 4))
  expect(keys.line()).toBe(' note: cache off_   (Enter keeps it, Esc does not)')
  keys.press('\r')
  keys.press('a')
  keys.press('never')
  keys.press('\x1b')
  expect(said).toEqual(['keys note: cache off'])
  expect(keys.line()).toContain('a note')
})

test('q stops gracefully, Ctrl-C is a Ctrl-C, also while a note is written', () => {
  const { keys, stops, interrupts } = pressing(users(5))
  keys.press('q')
  keys.press('a')
  keys.press('\x03')
  expect([stops, interrupts()]).toEqual([['user'], 1])
})

test('what cannot be changed says why, and other keys do nothing', () => {
  const { keys, said, steering } = pressing({
    kind: 'shared-iterations',
    users: 2,
    iterations: 5,
    durationMs: 60_000,
  })
  keys.press('w')
  expect(said).toEqual([
    'scenario s0: its load cannot be changed: it works a fixed number of iterations',
  ])
  keys.press('x\x1b[C')
  expect(steering.steered).toBe(false)
})
