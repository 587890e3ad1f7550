import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { Guard } from './guard.ts'

let nowMs = 0
const clock = { nowMs: () => nowMs }
const from = (address: string, token?: string): [IncomingMessage, URL, boolean] => {
  const headers = { host: 'load.example', ...(token && { authorization: `Bearer ${token}` }) }
  const request = { method: 'GET', headers, socket: { remoteAddress: address } }
  return [request as unknown as IncomingMessage, new URL('http://load.example/'), false]
}
const statusOf = (guard: Guard, address: string, token?: string): number =>
  guard.check(...from(address, token))?.status ?? 200

test('who guesses tokens waits for the rest of a minute, whatever it tries then; others do not', () => {
  const guard = new Guard('0.0.0.0', clock)
  for (let tries = 0; tries < 10; tries++) expect(statusOf(guard, '10.0.0.9', 'wrong')).toBe(401)
  expect(statusOf(guard, '10.0.0.9', guard.token)).toBe(429)
  expect(statusOf(guard, '10.0.0.8', guard.token)).toBe(200)
  nowMs += 20_000
  expect(guard.check(...from('10.0.0.9', guard.token))).toMatchObject({ status: 429, afterSec: 40 })
  nowMs += 40_000
  expect(statusOf(guard, '10.0.0.9', guard.token)).toBe(200)
})

test('who has no token yet is asked for it as often as it comes', () => {
  const guard = new Guard('0.0.0.0', clock)
  for (let tries = 0; tries < 50; tries++) expect(statusOf(guard, '10.0.0.9')).toBe(401)
})

test('a thousand guessers are remembered, and then the oldest is forgotten', () => {
  const guard = new Guard('0.0.0.0', clock)
  for (let tries = 0; tries < 10; tries++) statusOf(guard, '10.0.0.9', 'wrong')
  for (let other = 0; other < 999; other++) statusOf(guard, `other-${other}`, 'wrong')
  expect(statusOf(guard, '10.0.0.9', guard.token)).toBe(429)
  statusOf(guard, 'one more', 'wrong')
  expect(statusOf(guard, '10.0.0.9', guard.token)).toBe(200)
})
