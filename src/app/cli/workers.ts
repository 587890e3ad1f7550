/**
 * The worker processes of a run. They are started before the script is even read: while this process bundles and checks it, they
 * load the engine and warm up, which is a third of the way to the first request.
 */
import { availableParallelism } from 'node:os'
import type { Transport } from '../../contracts/wire.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { processTransport } from '../../plugins/transports/process/process.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** Gives `use` workers that are coming up, and ends them afterwards, whatever happened. */
export async function withWorkers<T>(
  settings: Settings,
  terminal: Terminal,
  use: (workers: Transport) => Promise<T>,
): Promise<T> {
  const transport = processTransport({
    entry: new URL('../entry/worker-process.js', import.meta.url),
    execArgv: nodeOptions(terminal.environment),
    env: terminal.environment,
  })
  transport.launch(workerCount(settings.text('workers')))
  try {
    return await use(transport)
  } finally {
    await transport.close()
  }
}

/** `ONRUSH_WORKER_NODE_OPTIONS="--cpu-prof"`: for profiling a worker, which inherits no option of this process. */
const nodeOptions = (environment: Terminal['environment']): string[] =>
  (environment['ONRUSH_WORKER_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean)

/** Processes that make load: a number, or `auto` for one per processor but one. */
export function workerCount(text: string | undefined): number {
  if (text === 'auto') return Math.max(1, availableParallelism() - 1)
  const count = Number(text ?? 1)
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count
  throw new OnrushError([
    problem(
      'E_USAGE',
      '--workers',
      `"${text}" is not a number of workers`,
      'it is a whole number from 1 to 256, or auto',
      '--workers 2',
    ),
  ])
}
