import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UserShare } from '../../contracts/plan.ts'
import { MixSchedule } from './mix-schedule.ts'
import { UserMix } from './user-mix.ts'

const share = (className: string, weight = 1): UserShare => ({ className, weight, fixedCount: 0 })
const SEC = 1e9

test('the users there take the new mix one after the other, those who come later at once', () => {
  const change = { fromNs: 10 * SEC, overNs: 4 * SEC, usersBefore: 4, classes: [share('B')] }
  const mix = new MixSchedule([share('A')], [change])
  const at = (sec: number) => [0, 1, 2, 3, 4].map((k) => mix.classOf(k, sec * SEC)).join('')
  expect([9.9, 10, 11, 12, 13.9, 14].map(at)).toEqual([
    'AAAAA',
    'AAAAB',
    'BAAAB',
    'BBAAB',
    'BBBAB',
    'BBBBB',
  ])
  const instants = []
  for (let ns = mix.nextChangeNs(0); ns !== undefined; ns = mix.nextChangeNs(ns)) instants.push(ns)
  expect(instants).toEqual([10, 11, 12, 13, 14].map((sec) => sec * SEC))
})

const mixes = fc
  .uniqueArray(fc.constantFrom('A', 'B', 'C', 'D'), { minLength: 1 })
  .map((names) => names.map((name, place) => share(name, 1 + place)))

test('users taken, their instants and their classes agree; at the end the mix is that of the last change', () => {
  fc.assert(
    fc.property(
      mixes,
      fc.array(
        fc.record({
          gapNs: fc.integer({ min: 0, max: 1_000 }),
          overNs: fc.integer({ min: 0, max: 1_000 }),
          usersBefore: fc.integer({ min: 0, max: 30 }),
          classes: mixes,
        }),
        { minLength: 1, maxLength: 4 },
      ),
      (first, given) => {
        let atNs = 0
        const changes = given.map(({ gapNs, ...change }) => {
          const fromNs = atNs + gapNs
          atNs = fromNs + change.overNs
          return { ...change, fromNs }
        })
        const mix = new MixSchedule(first, changes)
        let before = -1
        for (let ns: number | undefined = 0; ns !== undefined; ns = mix.nextChangeNs(ns)) {
          expect(ns).toBeGreaterThan(before)
          before = ns
          const { change, users } = mix.takenBy(ns)
          if (change < 0) continue
          const now = new UserMix(changes[change]!.classes)
          for (let k = 0; k < users; k++) expect(mix.classOf(k, ns)).toBe(now.classOf(k))
          // One instant earlier the last of them had not taken it.
          if (users > 0 && changes[change]!.overNs > 0 && ns > changes[change]!.fromNs) {
            expect(mix.takenBy(ns - 1).users).toBeLessThan(users)
          }
        }
        const last = new UserMix(changes.at(-1)!.classes)
        for (let k = 0; k < 40; k++) expect(mix.classOf(k, atNs)).toBe(last.classOf(k))
      },
    ),
  )
})
