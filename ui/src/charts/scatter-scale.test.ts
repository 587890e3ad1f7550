import { expect, it } from 'vitest'
import { exemplar } from '../../../src/model/metrics/exemplar.test-kit.ts'
import { endOf, HEIGHT, nearest, scaleOf } from './scatter-scale.ts'

const at = (startMs: number, responseMs: number) =>
  exemplar({ startMs, latencyMs: responseMs, responseMs })
const samples = [at(1_000, 5), at(2_500, 80), at(9_000, 900)]

it('every request stands within the chart, at its end, slower ones higher', () => {
  const scale = scaleOf(samples, 800)
  for (const each of samples) {
    expect(scale.x(endOf(each))).toBeGreaterThan(0)
    expect(scale.x(endOf(each))).toBeLessThan(800)
    expect(scale.y(each.responseMs)).toBeGreaterThan(0)
    expect(scale.y(each.responseMs)).toBeLessThan(HEIGHT)
  }
  expect(scale.y(900)).toBeLessThan(scale.y(5))
  expect(scale.rows).toEqual([1, 10, 100, 1_000])
  expect(scale.ends).toEqual([1_000, 10_000])
})

it('none, and one that took no time, have a scale too', () => {
  for (const few of [[], [at(0, 0)]]) {
    const { rows, ends, y } = scaleOf(few, 800)
    expect(rows.length).toBeGreaterThan(1)
    expect(ends[1]).toBeGreaterThan(ends[0])
    expect(Number.isFinite(y(0))).toBe(true)
  }
})

it('a click means the nearest request, or none when none is near', () => {
  const scale = scaleOf(samples, 800)
  const [, middle] = samples
  const [x, y] = [scale.x(endOf(middle!)), scale.y(80)]
  expect(nearest(samples, scale, x + 5, y - 5)).toBe(middle)
  expect(nearest(samples, scale, x + 100, y)).toBeUndefined()
})
