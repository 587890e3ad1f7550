/** What is shipped: small, from one origin, with nothing inline that a strict policy would refuse. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'

const BUILT = fileURLToPath(new URL('../../dist/ui/', import.meta.url))
const files = readdirSync(BUILT, { recursive: true, encoding: 'utf8' }).filter(
  (name) => extname(name) !== '',
)
const textOf = (name: string): string => readFileSync(join(BUILT, name), 'utf8')

it('the first load is at most 120 kB, compressed', () => {
  const bytes = files.reduce((sum, name) => sum + gzipSync(textOf(name)).length, 0)
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThan(120_000)
})
it('nothing is inline and nothing comes from elsewhere', () => {
  const html = textOf('index.html')
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/)
  expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to![0])).toEqual(
    expect.not.arrayContaining(['h']),
  )
  for (const name of files.filter((each) => each.endsWith('.css'))) {
    expect(textOf(name), name).not.toMatch(/@import|url\(/)
  }
})
it('no script makes code from text', () => {
  for (const name of files.filter((each) => each.endsWith('.js'))) {
    expect(textOf(name), name).not.toMatch(/\beval\(|new Function\(/)
  }
})
