import { expect, test } from 'vitest'
import { capacityInput, spikeOf, trialOf } from '../../../../model/capacity/capacity.test-kit.ts'
import { capacityResult } from '../../../../model/capacity/result.ts'
import { renderCapacityReport } from './capacity-report.ts'

const HOSTILE = '"><img src=x onerror="document.title=1">'
const trials = [
  trialOf(40),
  trialOf(80, { verdict: 'fail', why: 'the queue grew', p95Ms: 900 }),
  trialOf(60, { verdict: 'void', certain: false }),
]
const input = capacityInput(40, trials, { expectedPeak: 20 })
const page = renderCapacityReport(capacityResult(input))

test('the answer comes first, then curves, facts, trials and the command', () => {
  const order = ['Holds up to 40/s', 'id="curves"', 'id="facts"', 'id="trials"', 'id="again"']
  const places = order.map((each) => page.indexOf(each))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(places[0]).toBeGreaterThan(0)
  expect(page).toContain('<title>✓ shop.ts: Holds up to 40/s')
  expect(page).toContain('2 × the expected peak of 20/s')
})

test('a trial has a sign and a word for its verdict', () => {
  for (const text of ['held', 'broke: the queue grew', 'void: the generator was the limit'])
    expect(page).toContain(text)
})

test('a name can never become part of the page', () => {
  const hostile = capacityResult({
    ...input,
    search: { ...input.search, script: HOSTILE, objectives: [HOSTILE], reproduce: HOSTILE },
  })
  expect(renderCapacityReport(hostile)).not.toContain('<img')
})

test('nothing that was found makes a page, too', () => {
  const none = renderCapacityReport(capacityResult(capacityInput(null, [])))
  expect(none).toContain('No load held the objectives.')
  expect(none).not.toContain('id="curves"')
})

test('a spike is its phases and what came of it', () => {
  const spike = renderCapacityReport(spikeOf())
  expect(spike).toContain('Recovered 40 s after the spike.')
  expect(spike).toContain('id="phases"')
  const verdict = { passed: false, reason: 'it did not recover', exitCode: 1 }
  const down = spikeOf({}, { timeToRecoverSec: null, metastable: true, verdict })
  expect(renderCapacityReport(down)).toContain('Did not recover from the spike.')
})
