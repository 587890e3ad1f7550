import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('the script about HTML of docs/guide/checks.md is the example, which runs as a test', () => {
  const [, script] = /## HTML[\s\S]*?```ts\n([\s\S]*?)```/.exec(read('docs/guide/checks.md'))!
  expect(script).toBe(read('examples/html.ts').replace(/^\/\/.*\n/, ''))
})
