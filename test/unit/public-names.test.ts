import { expect, test } from 'vitest'
import * as onrush from '../../src/app/public/index.ts'
import * as websocket from '../../src/app/public/websocket.ts'
import { catalogue } from '../../src/kernel/errors.ts'

test('a public name appears or goes only on purpose', () => {
  expect(Object.keys(onrush).sort()).toEqual([
    'HttpFailure',
    'HttpUser',
    'InterruptTaskSet',
    'LoadTestShape',
    'MarkovTaskSet',
    'RescheduleTask',
    'RescheduleTaskImmediately',
    'SequentialTaskSet',
    'StopTest',
    'StopUser',
    'TaskSet',
    'User',
    'absent',
    'between',
    'bodyMatches',
    'constant',
    'constantPacing',
    'constantThroughput',
    'css',
    'defineParams',
    'events',
    'exists',
    'fasterThan',
    'feeder',
    'header',
    'jsonPath',
    'scenario',
    'schema',
    'secret',
    'sha256',
    'smallerThan',
    'status',
    'tag',
    'task',
    'transition',
    'transitions',
    'xpath',
  ])
})

test('onrush/websocket brings two', () => {
  expect(Object.keys(websocket).sort()).toEqual(['WebSocketClient', 'WebSocketUser'])
})

test('every code of the catalogue can be explained in more than its title', () => {
  for (const [code, { title, explanation }] of Object.entries(catalogue)) {
    expect(code).toMatch(/^E_[A-Z_]+$/)
    expect(explanation.length, code).toBeGreaterThan(title.length)
  }
})
