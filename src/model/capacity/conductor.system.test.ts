/** The full table, which takes its time: every published row with 20 seeds. */
import { describe, test } from 'vitest'
import { expectFound, expectUsersFound, queueRows } from './searched.test-kit.ts'

const seeds = Array.from({ length: 20 }, (_, index) => index + 1)

describe('an M/M/c server is found within the width and 3 %, with any of 20 seeds', () => {
  test.each(queueRows)('$id', (one) => expectFound(one, seeds))
})

test('users of a closed network of two stations are found within 8 %, with any of 20 seeds', () => {
  expectUsersFound(seeds)
})
