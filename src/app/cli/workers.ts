/**
 * The worker processes of a run. They are started before the script is even read: while this process bundles and checks it, they
 * load the engine and warm up, which is a third of the way to the first request.
 */
import { availableParallelism } from 'node:os'
import type { Transport } from '../../contracts/wire.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { JOINED_WORKERS_MAX } from '../../kernel/limits.ts'
import { parseDuration } from '../../model/plan/duration.ts'
import { processTransport } from '../../plugins/transports/process/process.ts'
import { dialOf } from './join-settings.ts'
import { labelsOf } from './labels.ts'
import { packageVersion } from './package-version.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** A transport whose workers may be elsewhere. */
export interface Workers extends Transport {
  /** How many there are for this run. Throws `OnrushError` when there are too few. */
  ready(): Promise<number>
}

/** Gives `use` workers that are coming up, and ends them afterwards, whatever happened. */
export async function withWorkers<T>(
  settings: Settings,
  terminal: Terminal,
  use: (workers: Workers) => Promise<T>,
): Promise<T> {
  const transport = (await fromElsewhere(settings, terminal)) ?? ownWorkers(settings, terminal)
  try {
    return await use(transport)
  } finally {
    await transport.close()
  }
}

/** Undefined: the run stays on this machine. */
async function fromElsewhere(settings: Settings, terminal: Terminal): Promise<Workers | undefined> {
  const dial = dialOf(settings, terminal, 'onrush run')
  if (dial === undefined) return undefined
  const text = settings.text('workers')
  const takesAll = text === 'auto' || settings.place('workers') === 'default'
  const count = takesAll ? null : workerCount(text, JOINED_WORKERS_MAX)
  const wait = parseDuration(settings.text('joinWait') ?? '10s', settings.place('joinWait'))
  if ('code' in wait) throw new OnrushError([wait])
  const { joinedWorkers } = await import('./joined-workers.ts')
  const labels = labelsOf(settings.list('on'), settings.place('on'))
  const options = {
    dial,
    count,
    labels,
    takesLate: settings.on('joinLate'),
    waitMs: wait.ns / 1e6,
    version: packageVersion(),
  }
  return joinedWorkers(options, terminal)
}

function ownWorkers(settings: Settings, terminal: Terminal): Workers {
  const transport = processTransport({
    entry: new URL('../entry/worker-process.js', import.meta.url),
    execArgv: nodeOptions(terminal.environment),
    env: terminal.environment,
  })
  const count = workerCount(settings.text('workers'))
  transport.launch(count)
  return Object.assign(transport, { ready: async () => count })
}

/** `ONRUSH_WORKER_NODE_OPTIONS="--cpu-prof"`: for profiling a worker, which inherits no option of this process. */
const nodeOptions = (environment: Terminal['environment']): string[] =>
  (environment['ONRUSH_WORKER_NODE_OPTIONS'] ?? '').split(' ').filter(Boolean)

/** Processes that make load: a number, or `auto` for one per processor but one. */
export function workerCount(text: string | undefined, most = 256): number {
  if (text === 'auto') return Math.max(1, availableParallelism() - 1)
  const count = Number(text ?? 1)
  if (Number.isInteger(count) && count >= 1 && count <= most) return count
  throw new OnrushError([
    problem(
      'E_USAGE',
      '--workers',
      `"${text}" is not a number of workers`,
      `it is a whole number from 1 to ${most}, or auto`,
      '--workers 2',
    ),
  ])
}
