import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RunGlance } from '../api/history.ts'
import type { RunRecord } from '../api/types.ts'
import { fits, isEmpty, needsGlances, readFilter } from './run-filter.ts'

const run: RunRecord = {
  id: '20261121-145501-3fa9',
  name: 'My Shop',
  script: 'shop.ts',
  startedAtEpochMs: 0,
  state: 'finished',
  isBaseline: true,
  tags: { branch: 'fix', region: 'eu' },
  commit: 'c0ffee12',
  durationMs: 1,
  passed: false,
  reason: '',
  requests: 1,
  failures: 0,
  ratePerSec: 1,
  p95Ms: 1,
}
const glance: RunGlance = {
  id: run.id,
  host: null,
  branch: 'feature/Cart',
  isDirty: false,
  load: [],
  p95Ms: [],
  stretchMs: 1_000,
}
const isFound = (text: string): boolean => fits(readFilter(text), run, glance)

describe('a filter of runs', () => {
  it('finds by words anywhere, in any order and case', () => {
    for (const text of ['', '  ', 'shop', 'SHOP my', '3fa9', 'region=eu', 'shop.ts']) {
      expect(isFound(text), text).toBe(true)
    }
    expect(isFound('shop nothing')).toBe(false)
  })
  it('finds by tokens, all of which must fit', () => {
    const found = [
      'name:shop',
      'name:"my shop"',
      'tag:branch=fix tag:region',
      'verdict:failed',
      'verdict:base',
      'git:c0ff',
      'git:cart',
      'script:shop',
    ]
    for (const text of found) expect(isFound(text), text).toBe(true)
    for (const text of ['name:cart', 'tag:us', 'verdict:passed', 'git:main', 'name:shop git:x'])
      expect(isFound(text), text).toBe(false)
  })
  it('takes one of several verdicts', () => {
    expect(isFound('verdict:passed verdict:failed')).toBe(true)
  })
  it('takes what is no token as words', () => {
    expect(readFilter('color:red http://x').words).toEqual(['color:red', 'http://x'])
  })
  it('says whether it is one, and whether it asks for branches', () => {
    expect([isEmpty(readFilter(' ')), isEmpty(readFilter('a'))]).toEqual([true, false])
    expect([needsGlances(readFilter('git:a')), needsGlances(readFilter('git'))]).toEqual([
      true,
      false,
    ])
  })
  it('takes anything somebody may type', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof isFound(text) === 'boolean'))
  })
})
