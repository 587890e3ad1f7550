/** `onrush report ID`: the reports that `onrush run` could have written, of a kept run; or those of a search for the limit. */
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { reportRun } from '../history/report-run.ts'
import type { Flags } from './program.ts'
import { searchOf, withRun } from './runs-command.ts'
import { chooseSettings, Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

export async function reportCommand(
  named: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  if (Object.keys(flags).every((key) => key === 'store')) throw new OnrushError([noReport(named)])
  const search = await searchOf(named, flags, terminal)
  if (search !== undefined)
    return (await import('./search-commands.ts')).reportSearch(search, flags, terminal)
  const settings = chooseSettings({ flags, environment: {}, config: undefined })
  if (!(settings instanceof Settings)) throw new OnrushError(settings)
  return withRun(named, flags, terminal, async (store, run) => {
    const result = await reportRun(store, run, settings, terminal)
    if (settings.text('json') === '-') terminal.out(`${JSON.stringify(result, null, 2)}\n`)
    return EXIT.passed
  })
}

const noReport = (named: string) =>
  problem(
    'E_USAGE',
    'report',
    'no report was named',
    'there is nothing to write',
    `onrush report ${named} --html report.html, or --json, --junit, --markdown, --csv; \`onrush runs show ${named}\` prints the summary`,
  )
