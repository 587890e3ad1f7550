import { expect, test } from 'vitest'
import { didYouMean, nearestOf } from './did-you-mean.ts'

test('a slip of the finger finds its word', () => {
  expect(nearestOf('Shoper', ['Browser', 'Shopper'])).toBe('Shopper')
  expect(nearestOf('treshold', ['tags', 'thresholds', 'threshold'])).toBe('threshold')
  expect(nearestOf('uesrs', ['users'])).toBe('users')
  expect(didYouMean('spawnrate', ['spawnRate'])).toBe('Did you mean "spawnRate"?')
})

test('what is not near is not suggested', () => {
  expect(didYouMean('monkey', ['users', 'arrivals'])).toBe('')
  expect(nearestOf('x', [])).toBeUndefined()
})
