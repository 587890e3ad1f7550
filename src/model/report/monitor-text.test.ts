import { expect, it } from 'vitest'
import { bySource, monitorFigure } from './monitor-text.ts'

it.each([
  [83.123, '%', '83.1%'],
  [0, '%', '0%'],
  [312_345_678, 'bytes', '312 MB'],
  [999.6, 'bytes', '1 kB'],
  [12, 'bytes', '12 B'],
  [1_234_567, 'bytes/s', '1.23 MB/s'],
  [12_345.6, '/s', '12346/s'],
  [4.123, 'ms', '4.12 ms'],
  [12, '', '12'],
  [null, '%', '–'],
] as const)('%d in "%s" reads %s', (value, unit, text) => {
  expect(monitorFigure(value, unit)).toBe(text)
})

it('the figures of one source stand together, whatever else a name holds', () => {
  const figures = ['a.cpu', 'b.cpu', 'a.x{le="0.5"}'].map((name) => ({ name }))
  const found = [...bySource(figures)].map(([source, all]) => [source, all.map(([name]) => name)])
  expect(found).toEqual([
    ['a', ['cpu', 'x{le="0.5"}']],
    ['b', ['cpu']],
  ])
})
