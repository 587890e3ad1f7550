/**
 * Where the command line begins and ends: parses, runs one command, prints what went wrong in full, and turns it
 * into one of the fixed exit codes. Commands are loaded only when asked for.
 */
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { installSecretReader } from '../../load/user/secret.ts'
import { renderProblems } from '../../plugins/outputs/console/problem-view.ts'
import { makeProgram } from './program.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/** Runs the command of `process.argv` and sets the exit code of the process. */
export async function runCli(): Promise<void> {
  const terminal = processTerminal()
  // A closed pipe (`onrush … | head`, a log reader that died) is the reader's decision, not an error, and ends no load.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  // Scripts are loaded here as well, and may ask for secrets at once.
  installSecretReader((name) => process.env[name])
  process.exitCode = await runCommand(process.argv.slice(2), terminal)
}

/** The exit code of one command line. Never throws. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await makeProgram(terminal)(args)
  } catch (error) {
    return tell(error, terminal)
  }
}

function tell(error: unknown, terminal: Terminal): number {
  const style = terminal.style()
  if (error instanceof OnrushError) {
    const nothing = error.exitCode === EXIT.bug ? '' : ', no load was sent'
    const end = style.dim(`   exit ${error.exitCode}${nothing}`)
    terminal.err(`\n${[...renderProblems(error.problems, style), end].join('\n')}\n`)
    return error.exitCode
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const ours = problem(
    'E_BUG',
    '',
    'this is a bug in onrush',
    stack,
    'what was measured is kept in .onrush/runs; please report the lines above',
  )
  terminal.err(`\n${renderProblems([ours], style).join('\n')}\n`)
  return EXIT.bug
}
