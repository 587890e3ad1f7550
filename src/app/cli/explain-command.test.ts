import { expect, test } from 'vitest'
import { OnrushError } from '../../kernel/errors.ts'
import { INSIGHTS } from '../insights.ts'
import { explainCommand } from './explain-command.ts'
import type { Terminal } from './terminal.ts'

function explained(code?: string): string {
  let text = ''
  explainCommand(code, {
    out: (more: string) => {
      text += more
    },
  } as Terminal)
  return text
}

test.each(['target-cpu', 'TARGET-CPU', 'F_TARGET_CPU', 'target_cpu'])('%s is explained', (code) => {
  expect(explained(code)).toMatch(/^target-cpu: the target ran out of CPU\n\nThe CPU of/)
})

test('codes and insights are listed together', () => {
  const list = explained()
  expect(list).toContain('E_REFUSED ')
  for (const { id, title } of INSIGHTS) expect(list).toContain(`${id.padEnd(20)} ${title}`)
})

test.each([
  ['targt-cpu', 'target-cpu'],
  ['E_REFUSD', 'E_REFUSED'],
])('%s is asked back as %s', (code, meant) => {
  expect(() => explained(code)).toThrow(OnrushError)
  try {
    explained(code)
  } catch (error) {
    expect((error as OnrushError).problems[0]!.fix).toBe(`did you mean ${meant}?`)
  }
})
