/** `onrush traces RUN`: the requests that were kept of a run, the slowest first, or those that failed. Works while the run goes on. */
import type { Exemplar } from '../../contracts/exemplar.ts'
import type { Store } from '../../contracts/store.ts'
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { isOfRequests } from '../../model/metrics/series-totals.ts'
import { isWanted, type SampleQuery } from '../../model/view/samples.ts'
import { renderTrace } from '../../plugins/outputs/console/trace-view.ts'
import type { Flags } from './program.ts'
import { withRun } from './runs-command.ts'
import type { Terminal } from './terminal.ts'
import { writeOrPrint } from './write-or-print.ts'

const LIMIT = 10
const LIMIT_MAX = 1_000

export async function tracesCommand(
  named: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const limit = limitOf(flags['limit'])
  const series = typeof flags['slowest'] === 'string' ? flags['slowest'] : undefined
  return withRun(named, flags, terminal, async (store, { info }) => {
    const { found, kept, requests } = await samplesOf(store, info.id, {
      ...(flags['errors'] === true ? { why: 'error' } : {}),
      ...(flags['slowest'] === undefined ? {} : { why: 'slow' }),
      ...(series !== undefined && { series }),
    })
    const shown = found.slice(0, limit)
    if (typeof flags['json'] === 'string') {
      writeOrPrint(`${JSON.stringify(shown, null, 2)}\n`, flags['json'], terminal)
      return EXIT.passed
    }
    const style = terminal.outStyle()
    for (const each of shown) terminal.out(`${renderTrace(each, style).join('\n')}\n\n`)
    terminal.err(` ${summary(shown.length, found.length, kept, requests)}\n`)
    return EXIT.passed
  })
}

function summary(shown: number, found: number, kept: number, requests: number): string {
  if (kept === 0) return `no request was kept of ${requests} (see --samples)`
  const rest = found > shown ? `; ${found - shown} more with --limit` : ''
  return `${shown} shown of ${kept} kept of ${requests} requests: the slowest and the first failures${rest}`
}

/** The slowest first. */
async function samplesOf(
  store: Store,
  id: string,
  query: SampleQuery,
): Promise<{ found: Exemplar[]; kept: number; requests: number }> {
  const found: Exemplar[] = []
  let [kept, requests] = [0, 0]
  const stretches = store.merged(id, { detail: 'series' })
  for await (const { exemplars = [], series } of stretches) {
    kept += exemplars.length
    requests += series.filter(isOfRequests).reduce((sum, each) => sum + each.requests, 0)
    for (const each of exemplars) if (isWanted(each, query)) found.push(each)
  }
  found.sort((a, b) => b.responseMs - a.responseMs)
  return { found, kept, requests }
}

function limitOf(given: unknown): number {
  if (given === undefined) return LIMIT
  const limit = Number(given)
  if (Number.isInteger(limit) && limit > 0 && limit <= LIMIT_MAX) return limit
  throw new OnrushError([
    problem(
      'E_USAGE',
      '--limit',
      `"${given}" is no number of requests`,
      `it is a whole number up to ${LIMIT_MAX}`,
      '--limit 20',
    ),
  ])
}
