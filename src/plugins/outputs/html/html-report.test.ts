import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HtmlReport } from './html-report.ts'
import { MADE, type RunShape, resultOfWindows, windowsOf } from './report.test-kit.ts'

const SHAPE: RunShape = { seconds: 130, names: ['/'], requestsPerSec: 5 }
let folder: string
let said: string[]
beforeEach(() => {
  said = []
  folder = mkdtempSync(join(tmpdir(), 'onrush-html-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a page is there after each minute, unfinished, and the last one says how it ended', () => {
  const path = join(folder, 'report.html')
  const report = new HtmlReport(path, MADE, (text) => said.push(text))
  const windows = windowsOf(SHAPE)
  let asked = 0
  report.follow(() => {
    asked++
    return resultOfWindows(windows.slice(0, 60 * asked))
  })
  windows.slice(0, 60).forEach((window) => void report.onWindow(window))
  expect([asked, existsSync(path)]).toEqual([0, false])
  for (const window of windows.slice(60)) report.onWindow(window)
  expect(asked).toBe(2)
  expect(readFileSync(path, 'utf8')).toContain('<title>… shop: This is the run up to 02:00.')
  report.finish(resultOfWindows(windows), [])
  expect(readFileSync(path, 'utf8')).toContain('<title>✓ shop: no request failed')
  expect([readdirSync(folder), said]).toEqual([['report.html'], []])
})

test('a disk that fails for a while costs pages, is said once, and the last page is whole', () => {
  const path = join(folder, 'gone', 'report.html')
  const report = new HtmlReport(path, MADE, (text) => said.push(text))
  const windows = windowsOf({ ...SHAPE, seconds: 200 })
  report.follow(() => resultOfWindows(windows))
  for (const window of windows) report.onWindow(window)
  expect(said).toEqual([expect.stringMatching(/^--html is not written yet: ENOENT/)])
  mkdirSync(join(folder, 'gone'))
  report.finish(resultOfWindows(windows), [])
  expect(readFileSync(path, 'utf8')).toContain('>03:19</th>')
})
