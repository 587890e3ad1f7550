import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { takeLeash } from './leash.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('the first line is the address, and the end of the input ends it', async () => {
  const input = new PassThrough()
  input.write('nats://me:secret@box:4222\n')
  const { joinUrl, ended } = await takeLeash(input)
  expect(joinUrl).toBe('nats://me:secret@box:4222')
  input.write('\n\n')
  input.end()
  await ended
})

test('a holder that says nothing for half a minute is gone', async () => {
  const input = new PassThrough()
  input.write('nats://box:4222\n')
  const { ended } = await takeLeash(input)
  let over = false
  const seen = ended.then(() => {
    over = true
  })
  await vi.advanceTimersByTimeAsync(29_000)
  const heard = new Promise((resolve) => input.once('resume', resolve).once('data', resolve))
  input.write('\n')
  await heard
  await vi.advanceTimersByTimeAsync(29_000)
  expect(over).toBe(false)
  await vi.advanceTimersByTimeAsync(1_000)
  await seen
})

test('an input that ends at once, or begins with an empty line, names no address', async () => {
  for (const text of ['', '\n']) {
    const input = new PassThrough()
    input.end(text)
    expect((await takeLeash(input)).joinUrl).toBe(undefined)
  }
})
