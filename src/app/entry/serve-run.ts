/** What every worker process does with its line to a coordinator, however it came by it. */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Channel, Command, Report } from '../../contracts/wire.ts'
import { SystemClock } from '../../kernel/clock.ts'
import { createExecutor } from '../../load/engine/executor.ts'
import { openSocketCount } from '../../load/http/network.ts'
import { installSecretReader } from '../../load/user/secret.ts'
import { processHealth } from '../../run/worker/health.ts'
import { type ServeEnd, serveWorker } from '../../run/worker/serve-worker.ts'
import { refuseHost } from '../cli/targets.ts'
import { loadScript } from '../worker-script.ts'
import { WarmUp } from './warm-up.ts'

/** What killed users still owe (a FIN, an `onStop`) may take so long; then the process ends whatever the script holds. */
export const ORPHAN_EXIT_MS = 200

export const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string }

/** Warms up at once; the function it returns serves one run, after which the process should end. */
export function readyToServe(
  name = hostname(),
): (channel: Channel<Command, Report>) => Promise<ServeEnd> {
  // Ctrl-C reaches the whole process group; when to stop is the coordinator's word.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  const secrets = new Set<string>()
  installSecretReader((key) => remembered(process.env[key], secrets))
  const clock = new SystemClock()
  const warmUp = new WarmUp(clock)
  return (channel) =>
    serveWorker(channel, {
      clock,
      version,
      pid: process.pid,
      host: name,
      beforeLoad: (plan, workers) => warmUp.end(plan, workers),
      loadScript,
      createExecutor,
      health: () => processHealth({ spunMs: () => clock.spunMs, openSockets: openSocketCount }),
      secrets: () => secrets,
      refuseHost,
    })
}

function remembered(value: string | undefined, secrets: Set<string>): string | undefined {
  if (value !== undefined) secrets.add(value)
  return value
}
