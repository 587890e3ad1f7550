import { expect, test } from 'vitest'
import type { Window } from '../../contracts/window.ts'
import { OVERLOADED_WINDOWS, Overload } from './overload.ts'

const windowOf = (...busy: number[]): Window['workers'] =>
  busy.map((loopUtilisation, index) => [index, { loopUtilisation } as never])

test('a worker that is never idle for a while is named, once', () => {
  const overload = new Overload()
  const named = Array.from({ length: 20 }, () => overload.add(windowOf(0.3, 0.99)))
  expect(named.findIndex((each) => each.length > 0)).toBe(OVERLOADED_WINDOWS - 1)
  expect(named.flat()).toEqual([1])
})

test('one idle window begins anew', () => {
  const overload = new Overload()
  const said = Array.from({ length: 40 }, (_, at) =>
    overload.add(windowOf(at % OVERLOADED_WINDOWS === 0 ? 0.5 : 1)),
  )
  expect(said.flat()).toEqual([])
})
