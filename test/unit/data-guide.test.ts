import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PICKS } from '../../src/load/data/pickers.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('the script of docs/guide/data.md is the example, which runs as a test', () => {
  const [, script] = /```ts\n([\s\S]*?)```/.exec(read('docs/guide/data.md'))!
  const example = read('examples/feeder.ts').replace(/^\/\/.*\n/, '')
  expect(script).toBe(example)
})

test('the script about invented data is an example, too', () => {
  const [, script] = /## Invented data[\s\S]*?```ts\n([\s\S]*?)```/.exec(
    read('docs/guide/data.md'),
  )!
  expect(script).toBe(read('examples/fake.ts').replace(/^\/\/.*\n/, ''))
})

test('docs/guide/data.md says what each pick does', () => {
  const guide = read('docs/guide/data.md')
  for (const pick of PICKS) expect(guide).toMatch(new RegExp(`^\\| \`${pick}\``, 'm'))
})
