import { expect, test } from 'vitest'
import type { LoadPlan, UserStage } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { parsePlan } from './parse.ts'

class Browser {}
const userClasses = [
  { name: 'Browser', weight: 3, fixedCount: 0, host: null, userClass: Browser },
  { name: 'Buyer', weight: 1, fixedCount: 0, host: null },
]
const parse = (main: object) => parsePlan({ scenarios: { main } }, { userClasses })
const scenario = (main: object) => (parse(main) as LoadPlan).scenarios[0]!
const mistakes = (main: object) =>
  (parse(main) as Problem[]).map((each) => `${each.code} ${each.path.slice(20)}`)
const buyer = { className: 'Buyer', weight: 1, fixedCount: 0 }

const stagesOf = (main: object) =>
  (scenario(main).load as unknown as { stages: readonly UserStage[] }).stages

test('classes belong to the first instant of their stage, as a jump, a line or a hold', () => {
  const mix = { classes: [buyer], overMs: 0 }
  const classes = ['Buyer']
  expect(stagesOf({ from: 1, stages: [{ to: 5, hold: '1s', classes }] })).toEqual([
    { users: 5, durationMs: 0, mix },
    { users: 5, durationMs: 1_000 },
  ])
  expect(stagesOf({ from: 5, stages: [{ to: 5, hold: '1s', classes }] })).toEqual([
    { users: 5, durationMs: 1_000, mix },
  ])
  expect(stagesOf({ from: 5, stages: [{ to: 9, over: '2s', hold: '1s', classes }] })).toEqual([
    { users: 9, durationMs: 2_000, mix: { ...mix, overMs: 2_000 } },
    { users: 9, durationMs: 1_000 },
  ])
  const stages = [
    { to: 5, hold: '1s' },
    { to: 5, classes },
    { to: 5, hold: '1s' },
  ]
  expect(stagesOf({ from: 5, stages })).toEqual([
    { users: 5, durationMs: 1_000 },
    { users: 5, durationMs: 0, mix },
    { users: 5, durationMs: 1_000 },
  ])
})

test('a list takes the weights of the classes, an object its own; the scenario knows all of them', () => {
  const stages = [
    { to: 4, hold: '1s' },
    { to: 4, hold: '1s', classes: [Browser, 'Buyer'] },
    { to: 4, hold: '1s', classes: { Browser: 0.5, Buyer: 2 } },
  ]
  const main = { user: 'Browser', stages }
  expect(scenario(main).users).toEqual([
    { className: 'Browser', weight: 3, fixedCount: 0 },
    { className: 'Buyer', weight: 0, fixedCount: 0 },
  ])
  expect(stagesOf(main).flatMap(({ mix }) => mix?.classes ?? [])).toEqual([
    { className: 'Browser', weight: 3, fixedCount: 0 },
    buyer,
    { className: 'Browser', weight: 0.5, fixedCount: 0 },
    { className: 'Buyer', weight: 2, fixedCount: 0 },
  ])
})

test('what makes no sense is said where it stands', () => {
  const stage = (classes: unknown) => ({ stages: [{ to: 4, hold: '1s', classes }] })
  expect(mistakes(stage(['Byer']))).toEqual(['E_USER_UNKNOWN stages[0].classes'])
  expect(mistakes(stage({ Byer: 1, Buyer: 1 }))).toEqual(['E_USER_UNKNOWN stages[0].classes.Byer'])
  expect(mistakes(stage({ Buyer: 0 }))).toEqual(['E_PLAN stages[0].classes'])
  expect(mistakes(stage({ Byer: 1 }))).toEqual(['E_USER_UNKNOWN stages[0].classes.Byer'])
  expect(mistakes(stage([]))).toEqual(['E_PLAN stages[0].classes'])
  expect(mistakes(stage({ Buyer: -1, Browser: 1 }))).toEqual(['E_PLAN stages[0].classes.Buyer'])
  expect(mistakes({ stages: [{ to: '4/s', hold: '1s', classes: ['Buyer'] }] })).toEqual([
    'E_PLAN stages[0].classes',
  ])
})
