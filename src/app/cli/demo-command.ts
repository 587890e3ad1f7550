/** `onrush demo`: the built-in shop on a free loopback port, and its own test against it for twenty seconds. */
import { fileURLToPath } from 'node:url'
import { startDemo } from '../demo/start-demo.ts'
import type { Flags } from './program.ts'
import { runCommandLine } from './run-command.ts'
import type { Terminal } from './terminal.ts'

export async function demoCommand(flags: Flags, terminal: Terminal): Promise<number> {
  const script = fileURLToPath(new URL('../../../examples/shop.ts', import.meta.url))
  const shop = await startDemo()
  try {
    terminal.err(` the demo shop listens on ${shop.url}\n`)
    return await runCommandLine([script], { ...flags, host: shop.url }, terminal)
  } finally {
    await shop.close()
  }
}
