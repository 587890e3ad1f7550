/**
 * The commands and their options, for commander. Each command's code is imported when it runs, so that `--help` and
 * `explain` do not pay for the engine. Mistakes in the command line come out as one `OnrushError` like all others.
 */
import { Command, CommanderError } from 'commander'
import { nearestOf as nearest } from '../../kernel/did-you-mean.ts'
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { CAPACITY_OPTIONS, CAPACITY_SETTINGS } from './capacity-flags.ts'
import { addClusterCommands } from './cluster-flags.ts'
import { SETTINGS, type Setting, type SettingKind } from './flags.ts'
import { addHistoryCommands } from './history-commands.ts'
import type { Terminal } from './terminal.ts'

const WORKER_SETTINGS = ['join', 'natsCreds', 'natsCa', 'natsCert', 'natsKey', 'color']

/** Flags that were typed, by camelCase name. */
export type Flags = Readonly<Record<string, unknown>>

/** A function from arguments to exit code; rejects with `OnrushError`. */
export function makeProgram(terminal: Terminal): (args: readonly string[]) => Promise<number> {
  let exitCode: number = EXIT.passed
  const program = new Command('onrush')
    .description('load testing in TypeScript')
    .version('', '-V, --version', 'print the version and end')
    .usage('[command] FILE')
    .enablePositionalOptions()
  prepare(program)

  const command = (
    name: string,
    description: string,
    run: (operands: string[], flags: Flags) => Promise<number>,
    parent: Command = program,
  ): Command => {
    const made = parent.command(name).description(description)
    prepare(made)
    return made.action(async (...parameters: unknown[]) => {
      const operands = parameters
        .slice(0, -2)
        .flat()
        .filter((each) => each !== undefined)
      exitCode = await run(operands as string[], typed(made))
    })
  }

  runOptions(
    command('run', 'run load scripts (`onrush FILE` is the same)', async (files, flags) =>
      (await import('./run-command.ts')).runCommandLine(files, flags, terminal),
    ).argument('[files...]', 'scripts or folders'),
  )
  runOptions(
    command(
      'ui',
      'the page over the kept runs, and for new ones of the scripts here',
      async (files, flags) => (await import('./ui-command.ts')).uiCommand(files, flags, terminal),
    ).argument('[files...]', 'scripts or folders; those in this folder when not given'),
  )
  runOptions(
    command(
      'serve',
      'the page over workers that have joined, run after run',
      async (files, flags) =>
        (await import('./serve-command.ts')).serveCommand(files, flags, terminal),
    ).argument('<files...>'),
  )
  runOptions(
    command('debug', 'one user, one iteration, everything shown', async (files, flags) =>
      (await import('./debug-command.ts')).debugCommand(files, flags, terminal),
    ).argument('<files...>'),
  )
  runOptions(
    command('check', 'look for mistakes; sends no load', async (files, flags) =>
      (await import('./check-command.ts')).checkCommand(files, flags, terminal),
    ).argument('<files...>'),
  )
  runOptions(
    command('plan', 'print what would happen, without sending anything', async (files, flags) =>
      (await import('./plan-command.ts')).planCommand(files, flags, terminal),
    ).argument('<files...>'),
  )
  const capacity = command(
    'capacity',
    'find the most load that holds the objectives',
    async (files, flags) =>
      (await import('./capacity-command.ts')).capacityCommand(files, flags, terminal),
  ).argument('<files...>')
  for (const [option, help] of CAPACITY_OPTIONS) {
    if (option.startsWith('--slo')) capacity.option(option, help, listed)
    else capacity.option(option, help)
  }
  settingOptions(capacity, CAPACITY_SETTINGS)
  runOptions(
    command('hit', 'one URL, no script', async (urls, flags) =>
      (await import('./hit-command.ts')).hitCommand(urls[0]!, flags, terminal),
    )
      .argument('<url>')
      .option('--for <time>', 'how long, such as 10s')
      .option('--method <name>', 'GET when not given'),
  )
  runOptions(
    command('demo', 'start the demo shop and run its test against it', async (_, flags) =>
      (await import('./demo-command.ts')).demoCommand(flags, terminal),
    ),
  ).option('--port <n>', 'where the shop listens; a free port when not given')
  const worker = command(
    'worker',
    'serve runs of coordinators elsewhere, one after another',
    async (_, flags) => (await import('./worker-command.ts')).workerCommand(flags, terminal),
  )
    .option('--name <name>', 'how it is called; the name of this machine when not given')
    .option('--label <name=value>', 'what runs may ask for, such as region=eu; repeatable', listed)
    .option('--workers <n|auto>', 'processes of this machine, one worker each (default 1)')
  for (const { key, option, help } of SETTINGS) {
    if (WORKER_SETTINGS.includes(key)) worker.option(option, help)
  }
  addClusterCommands(command, terminal)
  addHistoryCommands(command, terminal)
  command('explain', 'what an error code or a finding means, offline', async (codes) =>
    (await import('./explain-command.ts')).explainCommand(codes[0], terminal),
  ).argument('[code]')

  return async (args) => {
    try {
      await program.parseAsync(withDefaultCommand(args, program), { from: 'user' })
      return exitCode
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error
      if (error.exitCode === 0) return EXIT.passed
      throw usageError(error, program, args)
    }
  }

  function prepare(each: Command): void {
    each
      .exitOverride()
      .showSuggestionAfterError(false)
      .configureOutput({
        writeOut: terminal.out,
        writeErr: terminal.out,
        outputError: () => undefined,
      })
  }
}

function runOptions(command: Command): Command {
  settingOptions(command, SETTINGS)
  return command.option('--explain-config', 'print each setting and where it came from, then stop')
}

function settingOptions(command: Command, settings: readonly Setting[]): void {
  for (const { option, help, kind } of settings) {
    if (LISTS.includes(kind)) {
      const split = option.includes('...')
      command.option(
        option.replace('...', ''),
        help,
        (value: string, before?: string[] | boolean) =>
          listed(split ? value.split(',') : value, before),
      )
    } else command.option(option, help)
  }
  command.option('--no-watch', 'watch nothing, not even a target on this machine')
}

const LISTS: readonly SettingKind[] = ['list', 'pairs', 'sources', 'params']

const listed = (value: string | string[], before?: string[] | boolean): string[] =>
  (Array.isArray(before) ? before : []).concat(value)

/** `onrush shop.ts -u 5` means `onrush run shop.ts -u 5`; no arguments at all mean help. */
function withDefaultCommand(args: readonly string[], program: Command): string[] {
  const [first] = args
  if (first === undefined) return ['--help']
  if (['-h', '--help', 'help'].includes(first)) return [...args]
  if (program.commands.some((each) => each.name() === first)) return [...args]
  // A word that is no file name and close to a command is a slip, not a script.
  const guess = nearest(
    first,
    program.commands.map((each) => each.name()),
  )
  if (/^[a-z]+$/.test(first) && guess !== undefined && args.length > 1) {
    throw new OnrushError([
      problem(
        'E_USAGE',
        first,
        `there is no command "${first}"`,
        'nor a script of that name was meant, by its look',
        `did you mean "${guess}"? For a script, write ./${first}`,
      ),
    ])
  }
  return ['run', ...args]
}

function typed(command: Command): Flags {
  const flags: Record<string, unknown> = {}
  // What was typed before the name of a command below another one counts, too.
  for (let each: Command | null = command; each !== null; each = each.parent) {
    for (const [key, value] of Object.entries(each.opts())) {
      if (each.getOptionValueSource(key) === 'cli') flags[key] ??= value
    }
  }
  return flags
}

function usageError(error: CommanderError, program: Command, args: readonly string[]): OnrushError {
  const what = error.message.replace(/^error: /, '')
  const option = /unknown option '(-[^']+)'/.exec(what)?.[1]
  const known = program.commands.flatMap((each) =>
    each.options.map((every) => every.long).filter((long) => typeof long === 'string'),
  )
  const guess = option === undefined ? undefined : nearest(option.split('=')[0]!, known)
  const fix = guess ? `did you mean ${guess}?` : '`onrush run --help` lists what there is'
  return new OnrushError([
    problem('E_USAGE', option ?? args.join(' '), what, 'the command line was not understood', fix),
  ])
}
