/** `onrush runs trend NAME`: the newest runs of one name as a line, and when they changed for good. */
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { TREND_RUNS_MAX } from '../../kernel/limits.ts'
import { renderTrend } from '../../plugins/outputs/console/trend.ts'
import { readTrend } from '../history/history-questions.ts'
import type { Flags } from './program.ts'
import { limitOf, withHistory } from './runs-command.ts'
import type { Terminal } from './terminal.ts'
import { writeOrPrint } from './write-or-print.ts'

const LIMIT = 50

/** `named`: undefined is the name of the newest run. */
export async function trendCommand(
  named: string | undefined,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const limit = limitOf(flags['limit'], LIMIT, TREND_RUNS_MAX)
  return withHistory(flags, terminal, async (store) => {
    const name = named ?? (await store?.list({ limit: 1 }))?.[0]?.name
    const [newest] = name === undefined ? [] : ((await store?.list({ name, limit: 1 })) ?? [])
    if (newest === undefined || store === undefined) throw new OnrushError([noRuns(name)])
    const trend = await readTrend(store, newest.name, limit)
    const { json } = flags
    if (typeof json === 'string') {
      writeOrPrint(`${JSON.stringify(trend, null, 2)}\n`, json, terminal)
    }
    const isPiped = json === '-'
    const style = isPiped ? terminal.style() : terminal.outStyle()
    const lines = `${renderTrend(trend, style).join('\n')}\n`
    if (isPiped) terminal.err(lines)
    else terminal.out(lines)
    return EXIT.passed
  })
}

const noRuns = (name: string | undefined) =>
  problem(
    'E_RUN',
    name ?? 'trend',
    name === undefined ? 'there are no runs' : `there is no run of the name "${name}"`,
    'a trend is made of kept runs of one name',
    '`onrush runs` lists those there are',
  )
