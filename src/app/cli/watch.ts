/**
 * From what a run watches to monitors that can be read. Loaded and called when the load has begun, and each kind of source only
 * where there is one: a run that watches nothing pays for none of it.
 */
import type { Monitor } from '../../contracts/monitor.ts'
import { TARGET, type Watching, type WatchKind, type WatchSource } from './watch-sources.ts'

export interface WatchPlace {
  nowMs(): number
  /** Where commands are run. */
  readonly folder: string
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
  command: async ({ name, text, shown }, { folder }) => {
    const { CommandMonitor } = await import('../../plugins/monitors/command/command-monitor.ts')
    const command = text.slice('cmd:'.length).trim()
    return new CommandMonitor({ name, command, source: shown, folder })
  },
}

/** `ports`: where targets of this machine listen. */
export async function openMonitors(
  { sources }: Watching,
  ports: readonly number[],
  place: WatchPlace,
): Promise<readonly Monitor[]> {
  const asked = sources.map((source) => OPENERS[source.kind](source, place))
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
