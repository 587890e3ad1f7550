import { expect, test } from 'vitest'
import { evidenceText, lookedText, shownFindings } from './finding-text.ts'
import { FINDING, LOOKED, resultOf } from './result.test-kit.ts'

test('evidence has its figure with a unit, and the part of the run where it was seen', () => {
  expect(FINDING.evidence.map(evidenceText)).toEqual([
    'target.cpu while it was busy: 99 %, 5 s – 30 s',
    'added in this part: 12.3 MB',
  ])
  expect(evidenceText({ what: 'answers', value: 80, unit: '/s' })).toBe('answers: 80/s')
})

test('who found nothing and who could not look is counted apart; nothing is said where nobody looked', () => {
  expect(lookedText(resultOf(LOOKED))).toBe('1 insight found nothing, 1 could not look')
  expect(lookedText(resultOf())).toBeUndefined()
})

test('five are shown', () => {
  const findings = Array.from({ length: 8 }, () => FINDING)
  expect(shownFindings(resultOf({ findings }))).toMatchObject({ hidden: 3 })
})
