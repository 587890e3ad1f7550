/** `onrush report ID`: the reports that `onrush run` could have written, of a kept run; or those of a search for the limit. */
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { resultOfRun } from '../history/result-of.ts'
import { openReportsAfter } from './open-reports.ts'
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
    const result = await resultOfRun(store, run)
    const say = (text: string): void => terminal.err(` ${text}\n`)
    const reports = openReportsAfter(settings, terminal, say)
    try {
      for (const output of reports.outputs) {
        await output.start?.(run.info)
        for await (const window of store.windows(run.info.id)) output.onWindow?.(window, [])
        await output.stop?.(result)
      }
      if (settings.text('json') === '-') terminal.out(`${JSON.stringify(result, null, 2)}\n`)
      reports.write(result)
    } finally {
      reports.close()
    }
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
