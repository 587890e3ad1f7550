import { expect, test } from 'vitest'
import type { LoadPlan } from '../../contracts/plan.ts'
import { parsePlan } from './parse.ts'
import { withoutValues } from './scenario-settings.ts'

const context = {
  userClasses: [{ name: 'Shopper', weight: 1, fixedCount: 0, host: null }],
}
const parse = (settings: object) =>
  parsePlan({ scenarios: { main: { users: 1, ...settings } } }, context)
const good = (settings: object) => (parse(settings) as LoadPlan).scenarios[0]!
const bad = (settings: object) => {
  const problems = parse(settings)
  return Array.isArray(problems) ? problems.map((each) => `${each.path}: ${each.what}`) : []
}

test('a scenario says how long an iteration may take, and what its users read', () => {
  expect(good({ iterationTimeout: '1m30s', env: { REGION: 'eu', EMPTY: '' } })).toMatchObject({
    iterationTimeoutMs: 90_000,
    env: { REGION: 'eu', EMPTY: '' },
  })
  expect(Object.keys(good({}))).not.toContain('iterationTimeoutMs')
  expect(Object.keys(good({}))).not.toContain('env')
})

test('wrong ones are said, without the value of a variable', () => {
  expect(bad({ iterationTimeout: '0s' })).toEqual([
    'plan.scenarios.main.iterationTimeout: an iteration would have no time',
  ])
  expect(bad({ iterationTimeout: 30 })).toHaveLength(1)
  expect(bad({ env: { PIN: 1234 } })).toEqual([
    'plan.scenarios.main.env.PIN: PIN is of the type number, not a text',
  ])
  expect(bad({ env: 'REGION=eu' })).toHaveLength(1)
})

test('what is shown of a plan has the names of its environment, and none of the values', () => {
  const plan = parse({ env: { TOKEN: 'hunter2' } }) as LoadPlan
  const shown = withoutValues(plan)
  expect(JSON.stringify(shown)).not.toContain('hunter2')
  expect(shown.scenarios[0]!.env).toEqual({ TOKEN: '•••' })
  expect(plan.scenarios[0]!.env).toEqual({ TOKEN: 'hunter2' })
})
