import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { LoadPlan } from '../../src/contracts/plan.ts'
import { describePlan } from '../../src/model/plan/describe.ts'
import { parsePlan } from '../../src/model/plan/parse.ts'

const page = new URL('../../docs/guide/load-shapes.md', import.meta.url)
/** The classes a scenario names; one that names none is run by shoppers. */
const contextOf = (scenario: string) => {
  const named = ['Browser', 'Buyer'].filter((name) => scenario.includes(name))
  const names = named.length === 0 ? ['Shopper'] : named
  const classOf = (name: string) => ({ name, weight: 1, fixedCount: 0, host: null })
  return { name: 'shop', userClasses: names.map(classOf) }
}

/** A scenario as the page writes it, `{ arrivals: '50/s' }`, as `onrush plan` shows it on two workers. */
function drawn(scenario: string): string {
  const value: unknown = new Function(`return (${scenario})`)()
  const plan = parsePlan({ scenarios: { shop: value } }, contextOf(scenario))
  if (Array.isArray(plan)) throw new Error(`${scenario}: ${JSON.stringify(plan)}`)
  const lines = describePlan(plan as LoadPlan, [1, 1], { columns: 76, unicode: true })
  return lines.slice(1).join('\n')
}

// `npx vitest run test/unit/load-shapes-guide -u` draws them again; text outside the drawings is written by hand.
test('docs/guide/load-shapes.md shows what onrush plan draws', async () => {
  const text = readFileSync(page, 'utf8')
  let count = 0
  const drawing = text.replace(/```ts\n(\{.*?)\n```\n+```text\n.*?```/gs, (_, scenario: string) => {
    count++
    return `\`\`\`ts\n${scenario}\n\`\`\`\n\n\`\`\`text\n${drawn(scenario)}\n\`\`\``
  })
  expect(count).toBeGreaterThanOrEqual(9)
  await expect(drawing).toMatchFileSnapshot('../../docs/guide/load-shapes.md')
})
