import { expect, test } from 'vitest'
import { LOG_LINE_CHARS_MAX, LOG_LINES_PER_SEC_MAX } from '../../../kernel/limits.ts'
import { LineSplitter } from './log-lines.ts'

function collect(): { lines: string[]; splitter: LineSplitter } {
  const lines: string[] = []
  return { lines, splitter: new LineSplitter((line) => lines.push(line)) }
}

test('text cut anywhere gives the same whole lines', () => {
  const text = 'one\ntwo\r\n\nthree'
  for (let cut = 0; cut <= text.length; cut++) {
    const { lines, splitter } = collect()
    splitter.push(text.slice(0, cut))
    splitter.push(text.slice(cut))
    splitter.end()
    expect(lines).toEqual(['one', 'two', 'three'])
  }
})

test('a line without end is cut and the next line is whole again', () => {
  const { lines, splitter } = collect()
  for (let i = 0; i < 10; i++) splitter.push('x'.repeat(LOG_LINE_CHARS_MAX))
  splitter.push('\nnext\n')
  expect(lines[0]?.length).toBeLessThanOrEqual(LOG_LINE_CHARS_MAX + 1)
  expect(lines[1]).toBe('next')
})

test('lines beyond the budget of a second are counted, and the next second shows again', () => {
  const { lines, splitter } = collect()
  splitter.push('chatty\n'.repeat(LOG_LINES_PER_SEC_MAX + 7))
  expect(lines).toHaveLength(LOG_LINES_PER_SEC_MAX)
  splitter.refill()
  expect(lines.at(-1)).toBe('(7 more lines were not shown)')
  splitter.push('again\n')
  expect(lines.at(-1)).toBe('again')
})
