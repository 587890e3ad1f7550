import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CapacityResult } from '../../../contracts/capacity.ts'
import { SEARCHES_KEPT_MAX } from '../../../kernel/limits.ts'
import { capacityInput, spikeOf, trialOf } from '../../../model/capacity/capacity.test-kit.ts'
import { capacityResult } from '../../../model/capacity/result.ts'
import { SearchFiles } from './search-files.ts'

let folder: string
let said: string[]
let files: SearchFiles
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-searches-'))
  said = []
  files = new SearchFiles(join(folder, 'capacity'), (text) => said.push(text))
})
afterEach(() => rmSync(folder, { recursive: true }))

const idOf = (second: number): string => `20260101-${String(second).padStart(6, '0')}-abcd`
function searchOf(id: string, holds: number | null = 40): CapacityResult {
  const input = capacityInput(holds, [trialOf(40)])
  return capacityResult({ ...input, search: { ...input.search, id } })
}

test('what was kept is read as it was, and listed newest first', () => {
  files.keep(searchOf(idOf(1)))
  files.keep(spikeOf({ id: idOf(2) }))
  expect(files.read(idOf(1))).toEqual(searchOf(idOf(1)))
  expect(files.list(10)).toMatchObject([
    { id: idOf(2), kind: 'spike', asked: ['spike 60 → 150/s, 30 s'], holds: null },
    { id: idOf(1), kind: 'search', asked: ['p95 < 300ms'], holds: 40, passed: true },
  ])
  expect(files.list(1)).toHaveLength(1)
})

test('nothing was ever kept: nothing is there, and no folder is made', () => {
  expect([files.list(10), files.find(''), files.read(idOf(1)), files.remove([idOf(1)])]).toEqual([
    ...[[], [], undefined, 0],
  ])
  expect(readdirSync(folder)).toEqual([])
})

test('a part of the id finds it, and it can be removed', () => {
  for (const second of [1, 2]) files.keep(searchOf(idOf(second)))
  expect(files.find('000002')).toEqual([idOf(2)])
  expect(files.remove([idOf(2), idOf(9)])).toBe(1)
  expect(files.find('')).toEqual([idOf(1)])
})

test('no path is made of what somebody calls an id', () => {
  files.keep(searchOf(idOf(1)))
  writeFileSync(join(folder, 'secret.json'), '{}')
  for (const id of ['../secret', '..', '', 'x/../../secret', `${idOf(1)}/../../secret`]) {
    expect(files.read(id)).toBeUndefined()
    expect(files.remove([id])).toBe(0)
  }
  expect(said).toEqual([])
})

test('what is damaged is left out and said; other files are nobody’s business', () => {
  files.keep(searchOf(idOf(1)))
  writeFileSync(join(folder, 'capacity', `${idOf(2)}.json`), '{"schema":')
  writeFileSync(join(folder, 'capacity', `${idOf(3)}.json`), '{"schema":"other"}')
  writeFileSync(join(folder, 'capacity', 'notes.txt'), 'x')
  expect(files.list(10)).toMatchObject([{ id: idOf(1) }])
  expect(said).toHaveLength(2)
})

test('a file of an older version has no more than it had', () => {
  files.keep(searchOf(idOf(1)))
  const { hold: _, generatorCheck: __, ...older } = searchOf(idOf(1))
  writeFileSync(join(folder, 'capacity', `${idOf(1)}.json`), JSON.stringify(older))
  expect(files.read(idOf(1))).toMatchObject({ hold: null, generatorCheck: null })
})

test('the oldest make room', () => {
  files.keep(searchOf(idOf(1)))
  for (let second = 2; second <= SEARCHES_KEPT_MAX; second++)
    writeFileSync(join(folder, 'capacity', `${idOf(second)}.json`), '{}')
  files.keep(searchOf(idOf(SEARCHES_KEPT_MAX + 1)))
  expect(files.find('')).toHaveLength(SEARCHES_KEPT_MAX)
  expect(files.find('')).not.toContain(idOf(1))
})
