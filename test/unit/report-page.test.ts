import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('style and script of the HTML report are those of its sources', async () => {
  const builder = new URL('../../scripts/report-page.mjs', import.meta.url)
  const { reportPage } = await import(builder.href)
  const generated = new URL('../../src/plugins/outputs/html/page.generated.ts', import.meta.url)
  const hint = 'run: node scripts/report-page.mjs'
  expect(readFileSync(generated, 'utf8') === reportPage(), hint).toBe(true)
})
