/**
 * From what a run watches to monitors that can be read. Loaded and called when the load has begun, and each kind of source only
 * where there is one: a run that watches nothing pays for none of it.
 */
import { dirname } from 'node:path'
import type { Clock } from '../../contracts/clock.ts'
import type { Monitor } from '../../contracts/monitor.ts'
import type { PgPackage } from '../../plugins/monitors/postgres/postgres-monitor.ts'
import { localPorts } from './local-ports.ts'
import { knownHosts, type Prepared } from './prepare.ts'
import type { Terminal } from './terminal.ts'
import { TARGET, type WatchKind, type WatchSource } from './watch-sources.ts'

interface WatchPlace {
  nowMs(): number
  /** Where commands are run. */
  readonly folder: string
  readonly dockerSocket: string
  /** Where packages are looked for. */
  readonly scriptFolder: string
}
type Open = (source: WatchSource, place: WatchPlace) => Promise<Monitor>

const OPENERS: Readonly<Record<WatchKind, Open>> = {
  process: async ({ name, text, shown }, { nowMs }) => {
    const { ProcessMonitor } = await import('../../plugins/monitors/process/process-monitor.ts')
    const pid = Number(text.slice('pid:'.length))
    return new ProcessMonitor({ name, source: shown, find: async () => [pid], finds: false, nowMs })
  },
  host: async ({ name }, { nowMs }) => {
    const { HostMonitor } = await import('../../plugins/monitors/host/host-monitor.ts')
    return new HostMonitor({ name, nowMs })
  },
  metrics: async ({ name, text, shown }, { nowMs }) => {
    const { PrometheusMonitor } = await import(
      '../../plugins/monitors/prometheus/prometheus-monitor.ts'
    )
    return new PrometheusMonitor({ name, url: text, source: shown, nowMs })
  },
  redis: async ({ name, text, shown }, { nowMs }) => {
    const { RedisMonitor } = await import('../../plugins/monitors/redis/redis-monitor.ts')
    return new RedisMonitor({ name, url: text, source: shown, nowMs })
  },
  postgres: async ({ name, text, shown }, { nowMs, scriptFolder }) => {
    const { PostgresMonitor } = await import('../../plugins/monitors/postgres/postgres-monitor.ts')
    const { requireFrom } = await import('../../load/data/peer-package.ts')
    const pg = requireFrom(scriptFolder, 'pg')?.('pg') as PgPackage | undefined
    if (pg === undefined) throw new Error('the package pg is not installed')
    return new PostgresMonitor({ name, url: text, source: shown, pg, nowMs })
  },
  docker: async ({ name, text, shown }, { nowMs, dockerSocket: socketPath }) => {
    const { DockerMonitor } = await import('../../plugins/monitors/docker/docker-monitor.ts')
    const container = text.slice('docker:'.length)
    return new DockerMonitor({ name, container, source: shown, socketPath, nowMs })
  },
  command: async ({ name, text, shown }, { folder }) => {
    const { CommandMonitor } = await import('../../plugins/monitors/command/command-monitor.ts')
    const command = text.slice('cmd:'.length).trim()
    return new CommandMonitor({ name, command, source: shown, folder })
  },
}

/** The monitors of a run; the caller closes them. */
export async function openWatch(
  prepared: Prepared,
  terminal: Terminal,
  clock: Pick<Clock, 'nowMs'>,
): Promise<readonly Monitor[]> {
  const { watching, bundle } = prepared
  const place: WatchPlace = {
    nowMs: () => clock.nowMs(),
    folder: terminal.folder,
    scriptFolder: dirname(bundle.entry),
    dockerSocket: dockerSocket(terminal.environment['DOCKER_HOST']),
  }
  const ports = watching.findsTarget ? localPorts(knownHosts(prepared)) : []
  const asked = watching.sources.map((source) => OPENERS[source.kind](source, place))
  return [...(await openTargets(ports, place)), ...(await Promise.all(asked))]
}

/** Nobody asked for these: those that cannot be seen are left out without a word. */
async function openTargets(ports: readonly number[], { nowMs }: WatchPlace): Promise<Monitor[]> {
  if (ports.length === 0) return []
  const { findListeners } = await import('../../plugins/monitors/process/listener.ts')
  const { ProcessMonitor } = await import('../../plugins/monitors/process/process-monitor.ts')
  const monitors: Monitor[] = []
  for (const port of ports) {
    if ((await findListeners(port)).length === 0) continue
    const name = monitors.length === 0 ? TARGET : `${TARGET}${monitors.length + 1}`
    const find = (): Promise<number[]> => findListeners(port)
    const source = `the process on port ${port}`
    monitors.push(new ProcessMonitor({ name, source, find, finds: true, nowMs }))
  }
  return monitors
}

/** Where Docker listens on this machine; `host` as in DOCKER_HOST. One on another machine is not asked. */
function dockerSocket(host = ''): string {
  return /^unix:\/\/(.+)/.exec(host)?.[1] ?? '/var/run/docker.sock'
}
