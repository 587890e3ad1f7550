import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LineFile } from './line-file.ts'

test('lines are in the file when they are written, and none after it was closed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-lines-'))
  const said: string[] = []
  const file = new LineFile(join(folder, 'a'), (text) => said.push(text))
  file.write('one\n')
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('one\n')
  file.close()
  file.close()
  file.write('two\n')
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('one\n')
  expect(said).toEqual([])
  rmSync(folder, { recursive: true })
})

test.skipIf(!existsSync('/dev/full'))('a full disk is said once and costs nothing', () => {
  const said: string[] = []
  const file = new LineFile('/dev/full', (text) => said.push(text))
  for (let line = 0; line < 10; line++) file.write('text\n')
  expect(said).toEqual([expect.stringMatching(/^\/dev\/full is not complete: ENOSPC/)])
})
