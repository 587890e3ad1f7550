import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { VirtualClock } from '../../kernel/clock.ts'
import { sharedFor, USER_AGENT } from './http-shared.ts'

it('the user agent carries the version of the package', () => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  expect(USER_AGENT).toContain(`onrush/${(JSON.parse(text) as { version: string }).version} `)
})

it('options that mean the same network share one, other objects or not; what concerns one user does not count', () => {
  const worker = { clock: new VirtualClock(), recorder: {} } as never
  const plain = sharedFor(worker, {})
  expect(sharedFor(worker, { timeout: '2s', headers: { a: '1' } })).toBe(plain)
  const hosts = sharedFor(worker, { hosts: { a: '127.0.0.1' } })
  expect(hosts).not.toBe(plain)
  expect(sharedFor(worker, { hosts: { a: '127.0.0.1' } })).toBe(hosts)
  const lookup = () => {}
  expect(sharedFor(worker, { lookup })).toBe(sharedFor(worker, { lookup }))
  expect(sharedFor(worker, { lookup })).not.toBe(sharedFor(worker, { lookup: () => {} }))
  const ca = (text: string) => sharedFor(worker, { tls: { ca: Buffer.from(text) } })
  expect(ca('a')).toBe(ca('a'))
  expect(ca('a')).not.toBe(ca('b'))
})
