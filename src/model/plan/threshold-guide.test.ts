import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseThreshold } from './threshold.ts'
import { printThreshold } from './threshold-text.ts'

const GUIDE = readFileSync(new URL('../../../docs/guide/thresholds.md', import.meta.url), 'utf8')

const ofBlock = /```rules\n([^`]*)```/.exec(GUIDE)?.[1]?.trim().split('\n') ?? []
const ofTable = GUIDE.slice(GUIDE.indexOf('## Coming from k6'))
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .flatMap((line) =>
    [...(line.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]!),
  )
  .filter((code) => /[<>=]/.test(code))

test.each([...ofBlock, ...ofTable])('the guide shows a rule that is one: %s', (text) => {
  const parsed = parseThreshold(text)
  if (!('metric' in parsed)) throw new Error(parsed.why)
  expect(parseThreshold(printThreshold(parsed))).toMatchObject({ metric: parsed.metric })
})

test('the guide shows enough of them', () => {
  expect(ofBlock.length).toBeGreaterThanOrEqual(11)
  expect(ofTable.length).toBeGreaterThanOrEqual(15)
})

test('the grammar of the guide is that of the module', () => {
  const module = readFileSync(new URL('./threshold.ts', import.meta.url), 'utf8')
  const words = (text: string) => [...new Set(text.match(/"[a-zA-Z.%/]+"/g))].sort()
  const ebnf = /```ebnf\n([^`]*)```/.exec(GUIDE)?.[1] ?? ''
  expect(words(ebnf).length).toBeGreaterThan(25)
  expect(words(ebnf)).toEqual(words(module.slice(0, module.indexOf('*/'))))
})
