import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CAPACITY_OPTIONS, CAPACITY_SETTINGS } from '../../src/app/cli/capacity-flags.ts'
import { capacityOptions, spikeOptions } from '../../src/app/cli/capacity-options.ts'

const guide = readFileSync(new URL('../../docs/guide/capacity.md', import.meta.url), 'utf8')

it('every option in the guide exists', () => {
  const known = [
    ...CAPACITY_OPTIONS.map(([option]) => option),
    ...CAPACITY_SETTINGS.map(({ option }) => option),
    'runs --capacity, run --arrivals',
  ].join(' ')
  const shown = new Set(guide.match(/--[a-z][a-z-]+/g))
  expect(shown.size).toBeGreaterThan(10)
  for (const option of shown) expect(known).toContain(option)
})

it('the commands of the guide are understood', () => {
  const slo = [...guide.matchAll(/--slo '([^']+)'/g)].map(([, rule]) => rule)
  const expectedPeak = /--expected-peak (\S+)/.exec(guide)![1]
  const { objectives } = capacityOptions({ slo, expectedPeak, require: '100/s' })
  expect(objectives.map(({ rule }) => rule)).toEqual(['p95 < 300ms', 'errors < 1%'])
  const spike = /--spike (\S+)/.exec(guide)![1]
  expect(spikeOptions({ spike })).toMatchObject({ base: 60, peak: 150, lengthSec: 30 })
})
