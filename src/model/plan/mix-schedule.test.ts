import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UserShare } from '../../contracts/plan.ts'
import { type ClassSchedule, holdMix, MixSchedule, spliceMix, steadyMix } from './mix-schedule.ts'
import { UserMix } from './user-mix.ts'

const share = (className: string, weight = 1): UserShare => ({ className, weight, fixedCount: 0 })
const SEC = 1e9

test('the users there take the new mix one after the other, those who come later at once', () => {
  const change = {
    fromNs: 10 * SEC,
    overNs: 4 * SEC,
    usersBefore: 4,
    mix: new UserMix([share('B')]),
  }
  const mix = new MixSchedule(steadyMix(new UserMix([share('A')])), [change])
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

test('another load leaves a change under way as it is, drops later ones, and may bring its own', () => {
  const change = {
    fromNs: 10 * SEC,
    overNs: 4 * SEC,
    usersBefore: 4,
    mix: new UserMix([share('B')]),
  }
  const later = { ...change, fromNs: 30 * SEC, mix: new UserMix([share('D')]) }
  const before = new MixSchedule(steadyMix(new UserMix([share('A')])), [change, later])
  const load = { kind: 'constant-users', users: 4, spawnRatePerSec: 1, durationMs: null } as const
  const stays = spliceMix(before, 12 * SEC, load)
  const at = (mix: ClassSchedule, sec: number) =>
    [0, 1, 2, 3].map((k) => mix.classOf(k, sec * SEC)).join('')
  expect([11.9, 12, 14, 60].map((sec) => at(stays, sec))).toEqual(['BAAA', 'BBAA', 'BBBB', 'BBBB'])
  expect([stays.nextChangeNs(12 * SEC), stays.nextChangeNs(14 * SEC)]).toEqual([
    13 * SEC,
    undefined,
  ])
  const mix = { classes: [share('C')], overMs: 2_000 }
  const other = spliceMix(before, 20 * SEC, { ...load, fromUsers: 4, mix })
  expect([19, 20, 20.5, 21, 22].map((sec) => at(other, sec))).toEqual([
    'BBBB',
    'BBBB',
    'CBBB',
    'CCBB',
    'CCCC',
  ])
})

test('while the plan stands still nobody changes', () => {
  const change = {
    fromNs: 10 * SEC,
    overNs: 4 * SEC,
    usersBefore: 4,
    mix: new UserMix([share('B')]),
  }
  const before = new MixSchedule(steadyMix(new UserMix([share('A')])), [change])
  const at = (mix: ClassSchedule, sec: number) =>
    [0, 1, 2, 3].map((k) => mix.classOf(k, sec * SEC)).join('')
  const endless = holdMix(before, 12.5 * SEC, Number.POSITIVE_INFINITY)
  expect([at(endless, 1_000), endless.nextChangeNs(12.5 * SEC)]).toEqual(['BBAA', undefined])
  const held = holdMix(before, 12.5 * SEC, 60 * SEC)
  expect([12, 72.9, 73, 74].map((sec) => at(held, sec))).toEqual(['BBAA', 'BBAA', 'BBBA', 'BBBB'])
  expect(held.nextChangeNs(12 * SEC)).toBe(73 * SEC)
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
        const changes = given.map(({ gapNs, classes, ...change }) => {
          const fromNs = atNs + gapNs
          atNs = fromNs + change.overNs
          return { ...change, fromNs, mix: new UserMix(classes) }
        })
        const mix = new MixSchedule(steadyMix(new UserMix(first)), changes)
        let before = -1
        for (let ns: number | undefined = 0; ns !== undefined; ns = mix.nextChangeNs(ns)) {
          expect(ns).toBeGreaterThan(before)
          before = ns
          const now = mix.takenBy(ns)
          const all = Math.min(now.users, 40)
          for (let k = 0; k < all; k++) expect(mix.classOf(k, ns)).toBe(now.mix.classOf(k))
          // At each instant at least one takes it that had not.
          const earlier = mix.takenBy(ns - 1)
          if (ns > 0 && earlier.mix === now.mix) expect(earlier.users).toBeLessThan(now.users)
        }
        const last = changes.at(-1)!.mix
        for (let k = 0; k < 40; k++) expect(mix.classOf(k, atNs)).toBe(last.classOf(k))
      },
    ),
  )
})
