import { expect, test } from 'vitest'
import type { MetricKind } from '../../contracts/snapshot.ts'
import type { WorkerContext } from '../../contracts/user.ts'
import { Metrics } from './metrics.ts'

function listening() {
  const told: [MetricKind, string, number, number][] = []
  const worker = {
    startedAtMs: 100,
    clock: { nowMs: () => 250 },
    metrics: { measure: (...each: (typeof told)[number]) => told.push(each) },
  } as unknown as WorkerContext
  return { told, metrics: new Metrics(worker) }
}

test('values are told with their kind and the time since the start of the run', () => {
  const { told, metrics } = listening()
  metrics.count('orders')
  metrics.count('bytes', 512)
  metrics.gauge('stock', -3)
  metrics.rate('hit', true)
  metrics.rate('hit', false)
  metrics.trend('items', 0.5)
  expect(told).toEqual([
    ['counter', 'orders', 1, 150],
    ['counter', 'bytes', 512, 150],
    ['gauge', 'stock', -3, 150],
    ['rate', 'hit', 1, 150],
    ['rate', 'hit', 0, 150],
    ['trend', 'items', 0.5, 150],
  ])
})

test.each<[string, (metrics: Metrics) => void]>([
  ['an empty name', (m) => m.count('')],
  ['a negative count', (m) => m.count('x', -1)],
  ['NaN', (m) => m.count('x', Number.NaN)],
  ['infinity', (m) => m.gauge('x', Number.POSITIVE_INFINITY)],
  ['a text as number', (m) => m.gauge('x', '5' as unknown as number)],
  ['a text as count', (m) => m.count('x', '5' as unknown as number)],
  ['a number as truth', (m) => m.rate('x', 1 as unknown as boolean)],
  ['a negative value of a trend', (m) => m.trend('x', -1)],
  ['a value a trend cannot tell apart', (m) => m.trend('x', 3_600_001)],
])('%s is refused and nothing is told', (_what, tell) => {
  const { told, metrics } = listening()
  expect(() => tell(metrics)).toThrow(TypeError)
  expect(told).toEqual([])
})

test('where nothing is measured, values go nowhere', () => {
  const metrics = new Metrics({ clock: { nowMs: () => 0 }, startedAtMs: 0 } as WorkerContext)
  expect(() => metrics.count('orders')).not.toThrow()
})
