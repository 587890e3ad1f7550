/**
 * `after: 'warm'` in a scenario: it begins when the load of that one ends, plus its own `startAfter`. Resolved to a time before the run,
 * so that workers need not tell each other; hence only after loads whose time is known.
 */
import type { Scenario } from '../../contracts/plan.ts'
import { didYouMean } from '../../kernel/did-you-mean.ts'
import type { ObjectReader } from './reader.ts'

/** A scenario, and which one it follows. */
export interface Link {
  readonly scenario: Scenario
  readonly after: string | null
  readonly reader: ObjectReader
}

/** The scenarios with their times of start; what cannot be resolved is reported and begins at once. */
export function resolveChain(links: readonly Link[]): Scenario[] {
  const byName = new Map(links.map((link) => [link.scenario.name, link]))
  const reported = new Set<Link>()
  const report = (link: Link, what: string, why: string, fix = ''): number => {
    if (!reported.has(link)) link.reader.report('after', what, why, fix)
    reported.add(link)
    return 0
  }
  const startOf = (link: Link, followed: readonly Link[]): number => {
    const { scenario, after } = link
    if (after === null) return scenario.startAfterMs
    const before = byName.get(after)
    if (before === undefined) {
      const why = `the plan has ${[...byName.keys()].join(', ')}`
      const fix = didYouMean(after, [...byName.keys()])
      return report(link, `there is no scenario "${after}" to follow`, why, fix)
    }
    if (before === link || followed.includes(before)) {
      const circle = [...followed, link, before].map((each) => each.scenario.name).join(' → ')
      return report(link, 'the scenarios wait for each other', circle, 'Let one of them begin.')
    }
    const { durationMs, kind } = before.scenario.load
    if (durationMs === null || kind.endsWith('-iterations')) {
      const why = `"${after}" ends ${durationMs === null ? 'only when stopped' : 'when its iterations are done'}`
      return report(link, `it is not known when "${after}" ends`, why, 'Use `startAfter`.')
    }
    return startOf(before, [...followed, link]) + durationMs + scenario.startAfterMs
  }
  return links.map((link) => ({ ...link.scenario, startAfterMs: startOf(link, []) }))
}
