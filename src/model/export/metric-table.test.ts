import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { METRICS, prometheusName } from './metric-table.ts'

const read = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const names = Object.values(METRICS).map(prometheusName)
/** As they are queried. */
const queried = Object.values(METRICS).flatMap((metric) => {
  const name = prometheusName(metric)
  return metric.type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
})

describe('the names that other systems see', () => {
  test('are different, and end as Prometheus expects of their type and unit', () => {
    expect(new Set(names).size).toBe(names.length)
    for (const metric of Object.values(METRICS)) {
      const name = prometheusName(metric)
      expect(name).toMatch(/^onrush_[a-z_]+$/)
      expect(name.endsWith('_total')).toBe(metric.type === 'counter')
      if (metric.unit !== '') expect(name).toMatch(metric.unit === 's' ? /_seconds/ : /_bytes/)
    }
  })
  test('are all in the guide, each with its type, what it means and its labels', () => {
    const guide = read('docs/guide/outputs.md')
    for (const metric of Object.values(METRICS)) {
      const labels = metric.labels.map((each) => `\`${each}\``).join(', ')
      expect(guide).toContain(
        `| \`${prometheusName(metric)}\` | ${metric.type} | ${metric.help} | ${labels} |`,
      )
    }
  })
  test('are the only ones the dashboard asks for', () => {
    const used = new Set(read('deploy/grafana/onrush.json').match(/onrush_\w+/g))
    expect(used.size).toBeGreaterThan(15)
    for (const name of used) expect(queried).toContain(name)
  })
})
