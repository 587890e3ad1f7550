import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MinHeap } from './min-heap.ts'

test('whatever is pushed and popped, the least comes first', () => {
  const steps = fc.array(fc.option(fc.integer({ min: 0, max: 20 })), { maxLength: 200 })
  fc.assert(
    fc.property(steps, (each) => {
      const heap = new MinHeap()
      const model: number[] = []
      for (const value of each) {
        if (value === null) {
          model.sort((a, b) => a - b)
          expect(heap.pop()).toBe(model.shift())
        } else {
          heap.push(value)
          model.push(value)
        }
        expect(heap.size).toBe(model.length)
      }
    }),
  )
})
