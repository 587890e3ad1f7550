import { describe, expect, it } from 'vitest'
import { mergeFields, readFields, writeFields } from './fields.ts'

describe('header fields of a script', () => {
  it('are written in order, lists as several lines, undefined not at all', () => {
    const fields = readFields({ A: '1', B: ['2', '3'], C: undefined, D: 4 })
    expect(writeFields(fields)).toBe('A: 1\r\nB: 2\r\nB: 3\r\nD: 4\r\n')
  })
  it('may come as pairs, from a Map or a Headers object', () => {
    expect(
      writeFields(
        readFields([
          ['X', '1'],
          ['X', '2'],
        ]),
      ),
    ).toBe('X: 1\r\nX: 2\r\n')
    expect(writeFields(readFields(new Map([['X', '1']])))).toBe('X: 1\r\n')
    expect(writeFields(readFields(new Headers({ X: '1' })))).toBe('x: 1\r\n')
  })
  it('replace defaults whatever their case, and null removes one', () => {
    const base = readFields({ Accept: '*/*', 'User-Agent': 'onrush' })
    expect(writeFields(mergeFields(base, readFields({ accept: 'text/html' })))).toBe(
      'User-Agent: onrush\r\naccept: text/html\r\n',
    )
    expect(writeFields(mergeFields(base, readFields({ 'user-agent': null })))).toBe(
      'Accept: */*\r\n',
    )
  })
  it.each(['a b', '', 'a:', 'é', 'a\r\n'])('the name %j is refused', (name) => {
    expect(() => readFields([[name, 'x']])).toThrow(/header name .* cannot be sent/)
  })
  it.each(['a\r\nX: 1', 'a\n', 'a\0', '\u0007', 'жук'])('the value %j is refused', (value) => {
    expect(() => readFields({ X: value })).toThrow(/value of header X cannot be sent/)
  })
})
