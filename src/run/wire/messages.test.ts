import { expect, test } from 'vitest'
import { asCommand, asReport, versionSkew } from './messages.ts'

test('a known message passes through as the same object', () => {
  const ping = { type: 'ping', id: 1 }
  const done = { type: 'done' }
  expect(asCommand(ping)).toBe(ping)
  expect(asReport(done)).toBe(done)
})

test('what is no message of that direction is undefined', () => {
  for (const odd of [undefined, null, 7, 'ping', [], {}, { type: 'nonsense' }, { type: 'hello' }]) {
    expect(asCommand(odd)).toBeUndefined()
  }
  expect(asReport({ type: 'prepare' })).toBeUndefined()
})

test('two versions that differ give a sentence that names both', () => {
  expect(versionSkew('1.2.0', '1.2.0')).toBeUndefined()
  expect(versionSkew('1.2.0', '1.1.9')).toMatch(/1\.1\.9.*1\.2\.0/)
})
