/**
 * A worker in a process of its own, forked by the `process` transport. It serves one run over the process's message
 * channel and ends with it: a lost channel means a lost coordinator, and nobody may keep attacking a target unattended.
 */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { SystemClock } from '../../kernel/clock.ts'
import { createExecutor } from '../../load/engine/executor.ts'
import { openSocketCount } from '../../load/http/network.ts'
import { installSecretReader } from '../../load/user/secret.ts'
import { parentChannel } from '../../plugins/transports/process/parent-channel.ts'
import { processHealth } from '../../run/worker/health.ts'
import { serveWorker } from '../../run/worker/serve-worker.ts'
import { refuseHost } from '../cli/targets.ts'
import { loadScript } from '../worker-script.ts'
import { WarmUp } from './warm-up.ts'

/** What killed users still owe (a FIN, an `onStop`) may take so long; then the process ends whatever the script holds. */
const ORPHAN_EXIT_MS = 200

// Ctrl-C reaches the whole process group; when to stop is the coordinator's word.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

installSecretReader((name) => process.env[name])
const clock = new SystemClock()
const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string }

const channel = parentChannel(process)
const warmUp = new WarmUp(clock)
const end = await serveWorker(channel, {
  clock,
  version,
  pid: process.pid,
  host: hostname(),
  beforeLoad: (plan, workers) => warmUp.end(plan, workers),
  loadScript,
  createExecutor,
  health: () => processHealth({ spunMs: () => clock.spunMs, openSockets: openSocketCount }),
  refuseHost,
})
if (end === 'orphaned') {
  setTimeout(() => process.exit(1), ORPHAN_EXIT_MS)
} else {
  // The coordinator disconnects once it has read everything; leaving earlier could cut the last snapshot.
  await channel.closed
  process.exit(0)
}
