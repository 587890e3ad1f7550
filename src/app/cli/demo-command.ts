/** `onrush demo`: the built-in shop on loopback, on a free port unless one is named, and its own test against it for twenty seconds. */
import { fileURLToPath } from 'node:url'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { startDemo } from '../demo/start-demo.ts'
import type { Flags } from './program.ts'
import { runCommandLine } from './run-command.ts'
import type { Terminal } from './terminal.ts'

export async function demoCommand(flags: Flags, terminal: Terminal): Promise<number> {
  const script = fileURLToPath(new URL('../../../examples/shop.ts', import.meta.url))
  const shop = await startDemo(portArguments(flags['port']))
  try {
    terminal.err(` the demo shop listens on ${shop.url}\n`)
    const { port: _, ...others } = flags
    return await runCommandLine([script], { ...others, host: shop.url }, terminal)
  } finally {
    await shop.close()
  }
}

function portArguments(port: unknown): string[] {
  if (port === undefined) return []
  const number = Number(port)
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return ['--port', `${number}`]
  throw new OnrushError([
    problem('E_USAGE', '--port', `"${port}" is not a port`, 'ports are 0 to 65535', '--port 8080'),
  ])
}
