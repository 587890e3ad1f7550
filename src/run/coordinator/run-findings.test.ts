import { expect, test } from 'vitest'
import type { Insight, InsightFacts } from '../../contracts/insight.ts'
import { seriesOf, windowOf } from '../../model/export/window.test-kit.ts'
import { FINDING, resultOf } from '../../model/report/result.test-kit.ts'
import { RunFindings } from './run-findings.ts'

function asked(): { readonly insight: Insight; readonly facts: InsightFacts[] } {
  const facts: InsightFacts[] = []
  const { id: _, ruleVersion: __, ...conclusion } = FINDING
  const evaluate = (given: InsightFacts) => {
    facts.push(given)
    return [conclusion]
  }
  const about = { title: 'it ran out', explanation: 'It did.' }
  return { insight: { id: 'target-cpu', version: 1, ...about, evaluate }, facts }
}
const after = (seconds: number): InsightFacts['result'] => {
  const { findings: _, ...result } = resultOf()
  return { ...result, run: { ...result.run, durationMs: seconds * 1_000 } }
}
const nobody = () => {}

test('at the end of a run its windows and series have been looked at', async () => {
  const { insight, facts } = asked()
  const findings = new RunFindings(async () => [insight], nobody)
  for (let i = 0; i < 3; i++) findings.add(windowOf(i, [seriesOf('/', [1, 2])]))
  const result = await findings.atEnd(after(3), [seriesOf('/', [1, 2])])
  expect(result.findings).toEqual([FINDING])
  expect(result.insights).toEqual({ evaluated: ['target-cpu'], notEvaluated: [] })
  expect(facts[0]!.points.map(({ requests }) => requests)).toEqual([2, 2, 2])
  expect(facts[0]!.series).toHaveLength(1)
})

test('while it goes on it is looked at every ten seconds at most, and not before', async () => {
  const { insight, facts } = asked()
  const findings = new RunFindings(async () => [insight], nobody)
  const seen: number[] = []
  for (let second = 1; second <= 35; second++) {
    seen.push(findings.soFar(after(second), () => []).findings.length)
    await Promise.resolve()
  }
  expect(seen.slice(0, 9)).toEqual(new Array(9).fill(0))
  expect(seen.at(-1)).toBe(1)
  expect(facts).toHaveLength(3)
})

test('who is never asked loads nothing', () => {
  let loads = 0
  const load = async () => {
    loads++
    return []
  }
  const findings = new RunFindings(load, nobody)
  findings.add(windowOf(0, []))
  expect(findings.soFar(after(9), () => []).findings).toEqual([])
  expect(loads).toBe(0)
})

test('insights that cannot be loaded are said once, and cost no result', async () => {
  const said: string[] = []
  const findings = new RunFindings(
    async () => {
      throw new Error('no such file')
    },
    (text) => said.push(text),
  )
  findings.soFar(after(20), () => [])
  const result = await findings.atEnd(after(30), [])
  expect(result).toMatchObject({ findings: [] })
  expect(result).not.toHaveProperty('insights')
  expect(said).toEqual(['Findings could not be looked for: no such file'])
})

test('a run that is not to be looked at has no findings and says nothing of insights', async () => {
  const result = await new RunFindings(undefined, nobody).atEnd(after(30), [])
  expect(result).toMatchObject({ findings: [] })
  expect(result).not.toHaveProperty('insights')
})
