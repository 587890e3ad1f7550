/**
 * The statistics of one container as Docker tells them (`GET /containers/NAME/stats`), and what becomes of them. CPU is of one core, and memory
 * is without caches that can be dropped at once, both as in `docker stats`. Pure.
 */
import type { MonitorFigure, MonitorUnit } from '../../../contracts/monitor.ts'
import type { CounterRates } from '../../../kernel/counter-rates.ts'

/** The part of the answer that is used; anything may be missing. */
export interface ContainerStats {
  readonly cpu_stats?: {
    readonly cpu_usage?: { readonly total_usage?: number }
    readonly throttling_data?: { readonly periods?: number; readonly throttled_periods?: number }
  }
  readonly memory_stats?: {
    readonly usage?: number
    readonly limit?: number
    readonly stats?: { readonly inactive_file?: number; readonly total_inactive_file?: number }
  }
  readonly pids_stats?: { readonly current?: number }
  readonly networks?: Readonly<Record<string, { rx_bytes?: number; tx_bytes?: number }>>
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?: readonly { op?: string; value?: number }[] | null
  }
}

/** None for a container that does not run. */
export function figuresOf(stats: ContainerStats, rates: CounterRates): MonitorFigure[] {
  const figures: MonitorFigure[] = []
  const add = (metric: string, unit: MonitorUnit, value: number | undefined): void => {
    if (value !== undefined && Number.isFinite(value)) figures.push({ metric, unit, value })
  }
  const speed = (key: string, total: number | undefined): number | undefined =>
    total === undefined ? undefined : rates.perSec(key, total)
  const { cpu_stats: cpu, memory_stats: memory, pids_stats: pids } = stats
  if (memory?.usage === undefined) return []
  const usedNsPerSec = speed('cpu', cpu?.cpu_usage?.total_usage)
  add('cpu', '%', usedNsPerSec === undefined ? undefined : usedNsPerSec / 1e7)
  const dropable = memory.stats?.inactive_file ?? memory.stats?.total_inactive_file ?? 0
  const memoryBytes = memory.usage - dropable
  add('memory', 'bytes', memoryBytes)
  add('memoryUsed', '%', memory.limit ? (memoryBytes / memory.limit) * 100 : undefined)
  const periods = rates.growth('periods', cpu?.throttling_data?.periods ?? 0)
  const stopped = rates.growth('throttled', cpu?.throttling_data?.throttled_periods ?? 0)
  if (periods !== undefined && stopped !== undefined && periods > 0) {
    add('throttled', '%', (stopped / periods) * 100)
  }
  add('processes', '', pids?.current)
  const networks = stats.networks && Object.values(stats.networks)
  add(
    'networkIn',
    'bytes/s',
    speed(
      'in',
      sum(networks, (each) => each.rx_bytes),
    ),
  )
  add(
    'networkOut',
    'bytes/s',
    speed(
      'out',
      sum(networks, (each) => each.tx_bytes),
    ),
  )
  const disk = stats.blkio_stats?.io_service_bytes_recursive ?? undefined
  const of = (op: string) => disk?.filter((each) => each.op?.toLowerCase() === op)
  add(
    'diskRead',
    'bytes/s',
    speed(
      'read',
      sum(of('read'), (each) => each.value),
    ),
  )
  add(
    'diskWrite',
    'bytes/s',
    speed(
      'write',
      sum(of('write'), (each) => each.value),
    ),
  )
  return figures
}

function sum<T>(
  all: readonly T[] | undefined,
  of: (each: T) => number | undefined,
): number | undefined {
  return all?.reduce((total, each) => total + (of(each) ?? 0), 0)
}
