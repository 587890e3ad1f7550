import { expect, it } from 'vitest'
import { durationText } from './duration-text.ts'
import { bytes, clock, clockMs, count, duration, figure, percent } from './format.ts'

it('figures have three significant digits, whole from 100 on, and a dash where nothing was measured', () => {
  expect([0, 0.1234, 12.345, 99.949, 99.96, 361.4].map(figure)).toEqual([
    '0',
    '0.123',
    '12.3',
    '99.9',
    '100',
    '361',
  ])
  expect([null, undefined, Number.NaN, Number.POSITIVE_INFINITY].map(figure)).toEqual([
    '–',
    '–',
    '–',
    '–',
  ])
})
it('thousands are parted by a narrow blank that does not break', () => {
  expect([7, 999, 1_000, 43_308, 1_234_567].map(count)).toEqual([
    '7',
    '999',
    '1\u202f000',
    '43\u202f308',
    '1\u202f234\u202f567',
  ])
})
it('durations turn to seconds at one second', () => {
  expect([0.2, 41, 999.4, 999.6, 1_234].map(duration)).toEqual([
    '0.2 ms',
    '41 ms',
    '999 ms',
    '1 s',
    '1.23 s',
  ])
})
it('a failure among many never reads as 0 %', () => {
  expect(percent(1 / 1_000_000)).toBe('0.0001 %')
  expect(percent(0)).toBe('0 %')
})
it('bytes climb by thousands', () => {
  expect([0, 999, 1_000, 4.2e6].map(bytes)).toEqual(['0 B', '999 B', '1 kB', '4.2 MB'])
})
it('what a clock shows is read back', () => {
  for (const ms of [0, 9_000, 72_000, 3_723_000]) expect(clockMs(clock(ms))).toBe(ms)
  expect([clockMs('90'), clockMs('1:30'), clockMs(''), clockMs('a:b'), clockMs('1:2:3:4')]).toEqual(
    [90_000, 90_000, undefined, undefined, undefined],
  )
})
it('durations are written as the command line takes them', () => {
  expect([0, 30_000, 90_000, 5_400_000, 1_500].map(durationText)).toEqual([
    '0s',
    '30s',
    '1m30s',
    '1h30m',
    '1s500ms',
  ])
})
