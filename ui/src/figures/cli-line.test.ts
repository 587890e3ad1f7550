import { expect, it } from 'vitest'
import { MockRun } from '../../mock/mock-run.ts'
import { lineOf, lineOfRun } from './cli-line.ts'

it('the form is a command line with the flags of its model only', () => {
  const all = {
    users: 10,
    spawnRate: 2,
    arrivals: '50/s',
    usersMax: 90,
    host: 'http://a:1',
    runTime: '5m',
  }
  expect(lineOf('shop.ts', { model: 'users', ...all })).toBe(
    'onrush run shop.ts --users 10 --spawn-rate 2 --run-time 5m --host http://a:1',
  )
  expect(lineOf('shop.ts', { model: 'arrivals', ...all })).toBe(
    'onrush run shop.ts --arrivals 50/s --users-max 90 --run-time 5m --host http://a:1',
  )
  expect(lineOf('shop.ts', { model: 'script' })).toBe('onrush run shop.ts')
})
it('what a shell would read is quoted', () => {
  const line = lineOf("my shop's.ts", {
    model: 'users',
    users: '0 → 100 over 1m',
    thresholds: ["checks('a') > 90%", '$(rm)'],
  })
  expect(line).toBe(
    `onrush run 'my shop'\\''s.ts' --users '0 → 100 over 1m' --threshold 'checks('\\''a'\\'') > 90%' --threshold '$(rm)'`,
  )
})
it('a kept run is repeated with its seed, host, rules and labels', () => {
  const run = new MockRun('1', {
    model: 'users',
    users: 40,
    spawnRate: 4,
    runTime: '2m',
    thresholds: ['p95(http) < 300ms'],
  })
  expect(lineOfRun(run.view().result)).toBe(
    "onrush run checkout.ts --users 40 --spawn-rate 4 --run-time 2m --host http://localhost:3000 --threshold 'p95(http) < 300ms' --tag region=eu --seed 42",
  )
})
