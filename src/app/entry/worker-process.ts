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
import { hostsAllowedBy, refuseHost } from '../cli/targets.ts'
import { loadScript } from '../worker-script.ts'

// Ctrl-C reaches the whole process group; when to stop is the coordinator's word.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)

installSecretReader((name) => process.env[name])
const clock = new SystemClock()
const allowed = hostsAllowedBy(process.env)
const { version } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as { version: string }

await serveWorker(parentChannel(process), {
  clock,
  version,
  pid: process.pid,
  host: hostname(),
  loadScript,
  createExecutor,
  health: () => processHealth({ spunMs: () => clock.spunMs, openSockets: openSocketCount }),
  refuseHost: (host) => refuseHost(host, allowed),
})
process.disconnect?.()
