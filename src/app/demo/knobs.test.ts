import { expect, test } from 'vitest'
import { KNOBS_OFF, turnKnobs } from './knobs.ts'
import { readShopArguments } from './shop-arguments.ts'

test('a valid knob is turned and a wrong one is explained, both in one call', () => {
  const knobs = { ...KNOBS_OFF }
  const problems = turnKnobs(knobs, { latencyMs: 50, jitterMs: -1, colour: 'red', nPlusOne: 1 })
  expect(knobs.latencyMs).toBe(50)
  expect(knobs.jitterMs).toBe(0)
  expect(problems).toHaveLength(3)
  expect(problems[1]).toContain('no knob "colour"')
})

test('error percents are shares per route', () => {
  const knobs = { ...KNOBS_OFF }
  expect(turnKnobs(knobs, { errorPercents: { '*': 5, 'POST /pay': 100 } })).toEqual([])
  expect(turnKnobs(knobs, { errorPercents: { '*': 101 } })).toHaveLength(1)
  expect(turnKnobs(knobs, 'latency')).toHaveLength(1)
})

test('the command line names knobs in kebab case', () => {
  expect(
    readShopArguments(['--port', '8080', '--demo-latency-ms', '20', '--demo-missing-index']),
  ).toEqual({ port: 8080, seed: 1, knobs: { latencyMs: 20, missingIndex: true } })
})

test('a wrong argument is answered with a sentence that lists the right ones', () => {
  expect(readShopArguments(['--latency', '20'])).toContain('latencyMs')
  expect(readShopArguments(['--demo-latency-ms', 'much'])).toContain('latencyMs is a number')
})
