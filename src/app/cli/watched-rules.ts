/** Rules about monitors that nobody reads: they could only fail at the end, so they are refused before any load. */
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { localPorts } from './local-ports.ts'
import { TARGET, type Watching } from './watch-sources.ts'

/** `hosts`: base URLs that are known before the run. */
export function unwatchedRules(
  { thresholds }: Pick<LoadPlan, 'thresholds'>,
  { sources, findsTarget }: Watching,
  hosts: readonly string[],
): Problem[] {
  const names = sources.map(({ name }) => name)
  const ports = findsTarget ? localPorts(hosts) : []
  names.push(...ports.map((_, index) => `${TARGET}${index === 0 ? '' : index + 1}`))
  return thresholds.flatMap(({ rule, metric }) => {
    if (metric.kind !== 'monitor') return []
    const [source = ''] = metric.name.split('.')
    if (names.includes(source)) return []
    return problem(
      'E_WATCH',
      rule,
      `nothing is watched under the name ${source}`,
      names.length > 0
        ? `watched are ${names.join(', ')}`
        : 'the target is not on this machine, and no source was named',
      `name a source for it: --watch ${source}=pid:1234, or correct the rule`,
    )
  })
}
