import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SearchRecord, SearchStore } from '../../contracts/search-store.ts'
import { spikeOf } from '../../model/capacity/capacity.test-kit.ts'
import { makeStyle } from '../../plugins/outputs/console/style.ts'
import { findSearch, openSearches, renderSearches } from './kept-searches.ts'

let folder: string
let searches: SearchStore
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-searches-'))
  searches = openSearches({ folder, err: (text) => expect.fail(text) })
  for (const id of ['20260101-000001-abcd', '20260101-000002-abce']) searches.keep(spikeOf({ id }))
})
afterEach(() => rmSync(folder, { recursive: true }))

const noRun = async (): Promise<boolean> => false
const aRun = async (): Promise<boolean> => true
const idOf = async (named: string, hasRun = noRun): Promise<string | undefined> =>
  (await findSearch(searches, named, hasRun))?.search.id

test('a search is named by a part of its id that nothing else has', async () => {
  expect(await idOf('abce')).toBe('20260101-000002-abce')
  expect(await idOf('ffff')).toBeUndefined()
  expect(await idOf('')).toBeUndefined()
  expect(await idOf('last')).toBeUndefined()
})

test('what fits several, or a run as well, is nobody’s; the whole id always fits', async () => {
  await expect(idOf('abc')).rejects.toThrow('fits several searches')
  await expect(idOf('abce', aRun)).rejects.toThrow('or a run, too')
  expect(await idOf('20260101-000002-abce', aRun)).toBe('20260101-000002-abce')
})

test('the list says what each found', () => {
  const style = makeStyle({ live: false, unicode: true, columns: 100, colour: false })
  const { reason: _, ...line } = searches.list(1)[0]!
  const record: SearchRecord = { ...line, reason: 'stopped', passed: false }
  const found = { ...record, kind: 'search', holds: 99.3, isAtLeast: true } as const
  const lines = renderSearches([found, { ...record, passed: true }], style)
  expect(lines).toEqual([
    'id                    when (UTC)        script   holds     verdict    asked',
    '20260101-000002-abce  2026-01-01 12:00  shop.ts  ≥ 99.3/s  ✗ stopped  spike 60 → 150/s, 30 s',
    '20260101-000002-abce  2026-01-01 12:00  shop.ts  spike     ✓ passed   spike 60 → 150/s, 30 s',
  ])
})
