import { expect, test } from 'vitest'
import { REFUSALS_MAX } from './limits.ts'
import { Refusals } from './refusals.ts'

test('a loop that swallows what refuses it stops, and everybody else goes on', async () => {
  const refusals = new Refusals()
  let refused = 0
  void (async () => {
    for (;;) {
      try {
        await refusals.refuse(new Error('no'))
      } catch {
        refused++
      }
    }
  })()
  await new Promise((resolve) => setImmediate(resolve))
  expect(refused).toBe(REFUSALS_MAX)
})
