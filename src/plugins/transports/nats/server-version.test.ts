import { expect, test } from 'vitest'
import { hasKnownHoles } from './server-version.ts'

test.each([
  ['2.9.10', true],
  ['2.11.15', true],
  ['2.11.16', false],
  ['2.12.6', true],
  ['2.12.7', false],
  ['2.13.9', true],
  ['2.14.0', false],
  ['2.15.1', false],
  ['3.0.0', false],
  ['1.4.1', true],
  ['', true],
  ['a fork', true],
])('nats-server %s on a network has known holes: %s', (version, holes) => {
  expect(hasKnownHoles(version, 'loadbox')).toBe(holes)
})

test.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1', '[::1]'])(
  'on %s any version will do',
  (hostname) => {
    expect(hasKnownHoles('2.9.10', hostname)).toBe(false)
  },
)

test('a name that only begins like loopback is a network', () => {
  expect(hasKnownHoles('2.9.10', 'localhost.example.com')).toBe(true)
})
