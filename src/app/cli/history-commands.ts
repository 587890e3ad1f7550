/** The commands about kept runs, for commander; their code is loaded when one of them runs. */
import type { Command } from 'commander'
import { SETTINGS } from './flags.ts'
import type { Flags } from './program.ts'
import type { Terminal } from './terminal.ts'

/** Makes a command below `parent`. */
export type MakeCommand = (
  name: string,
  description: string,
  run: (operands: string[], flags: Flags) => Promise<number>,
  parent?: Command,
) => Command

const REPORT_FLAGS = ['json', 'junit', 'markdown', 'html', 'csv']
const DIAL_FLAGS = ['join', 'natsCreds', 'natsCa', 'natsCert', 'natsKey']
const ID = 'its id, a part of it that no other has, or last'

export function addHistoryCommands(command: MakeCommand, terminal: Terminal): void {
  const load = () => import('./runs-command.ts')
  const runs = command('runs', 'the kept runs', async (_, flags) =>
    (await load()).listRuns(flags, terminal),
  )
    .option('--capacity', 'the kept searches for the limit instead')
    .option('--limit <n>', 'how many, the newest first (default 20)')
    .option('--tag <k=v>', 'only runs with this tag; repeatable', collect)
    .option('--json <file|->', 'write the list as JSON; - is standard output')

  command(
    'show',
    'the summary of one run',
    async ([id = ''], flags) => (await load()).showRun(id, flags, terminal),
    runs,
  ).argument('<id>', ID)
  command(
    'trend',
    'how the runs of one name went, and when they changed for good',
    async ([name], flags) =>
      (await import('./trend-command.ts')).trendCommand(name, flags, terminal),
    runs,
  )
    .argument('[name]', 'of the runs; that of the newest when not given')
    .option('--limit <n>', 'how many, the newest (default 50)')
    .option('--json <file|->', 'write the trend as JSON; - is standard output')
  command(
    'baseline',
    'mark a run as what others are compared with; it is never deleted by itself',
    async ([id = ''], flags) => (await load()).markBaseline(id, flags, terminal),
    runs,
  )
    .argument('<id>', ID)
    .option('--remove', 'it is none any more')
  command(
    'delete',
    'delete runs and their folders',
    async (ids, flags) => (await load()).deleteRuns(ids, flags, terminal),
    runs,
  ).argument('<ids...>', ID)
  command(
    'export',
    'write one run to one file',
    async (operands, flags) => (await load()).exportRunTo(operands, flags, terminal),
    runs,
  )
    .argument('<id>', ID)
    .argument('<file>')
  command(
    'import',
    'keep the run that is in a file: an exported one, or a result of JMeter, k6 or Locust',
    async ([file = ''], flags) => (await load()).importRunFrom(file, flags, terminal),
    runs,
  ).argument('<file>')

  const recover = command(
    'recover',
    'finish runs on many machines whose coordinator died, from what their workers sent',
    async (_, flags) => (await import('./recover-command.ts')).recoverCommand(flags, terminal),
    runs,
  )

  const report = command('report', 'the reports of a kept run, again', async ([id = ''], flags) =>
    (await import('./report-command.ts')).reportCommand(id, flags, terminal),
  ).argument('<id>', ID)
  const compare = command('compare', 'is run B slower than run A?', async (named, flags) =>
    (await import('./compare-command.ts')).compareCommand(named, flags, terminal),
  )
    .argument('<a>', 'what B is held against: an id, a part of it, last, baseline, or a file')
    .argument('<b>', 'likewise')
    .option('--fail-on-regression', 'exit 1 when B is worse')
    .option('--tolerance <amounts>', "differences that do not matter (default '5%, 1ms, 0.1pp')")
    .option('--anyway', 'compare also runs that say nothing about each other')
    .option('--json <file|->', 'write the comparison as JSON; - is standard output')
    .option('--markdown <file>', 'write the comparison as Markdown')
  const traces = command(
    'traces',
    'the slowest and the first failed requests of a run, whole',
    async ([id = ''], flags) =>
      (await import('./traces-command.ts')).tracesCommand(id, flags, terminal),
  )
    .argument('<id>', ID)
    .option('--slowest [name]', 'only those that were slow, of requests with this in their name')
    .option('--errors', 'only those that failed')
    .option('--limit <n>', 'how many, the slowest first (default 10)')
    .option('--json <file|->', 'write them as JSON; - is standard output')
  for (const { key, option, help } of SETTINGS) {
    if (REPORT_FLAGS.includes(key)) report.option(option, help)
    if (DIAL_FLAGS.includes(key)) recover.option(option, help)
    if (key !== 'store') continue
    for (const each of [runs, ...runs.commands, report, compare, traces]) each.option(option, help)
  }
}

const collect = (value: string, before: string[] = []): string[] => [...before, value]
