import { expect, test } from 'vitest'
import { resultOf } from '../../model/report/result.test-kit.ts'
import { nextCommand } from './next-command.ts'

const { generator, run } = resultOf()
const ERROR = { series: 'GET /', kind: 'status', message: '500', count: 1 }
const errors = [{ ...ERROR, firstAtMs: 0, lastAtMs: 0, sample: '' }]

test('what fails is looked at, what cannot be trusted gets more workers, all else is run again', () => {
  expect(nextCommand(resultOf())).toBe('onrush run shop.ts --seed 1')
  expect(nextCommand(resultOf({ errors }))).toBe('onrush debug shop.ts')
  const busy = { ...generator, trustworthy: false }
  expect(nextCommand(resultOf({ errors, generator: busy }))).toBe(
    'onrush run shop.ts --workers auto',
  )
})

test('one URL is hit again: it has no script to debug', () => {
  const hit = { ...run, script: 'hit http://localhost:3000/' }
  expect(nextCommand(resultOf({ errors, run: hit }))).toBe(
    'onrush hit http://localhost:3000/ --seed 1',
  )
})
