/**
 * Windows as bytes: how they are kept. A window is one snapshot of all workers together, followed by one empty snapshot for each
 * further worker, which carries its health; so there is one format of counts and histograms, with its checksums. Exact both ways.
 * Figures of monitors stand behind them. Without compression about 500 bytes per series and window of some hundred requests. What
 * was merged of several windows is version 2, which says of how many and of how many readings a figure is the mean.
 *
 *     version · complete [· windows] · [length · snapshot] · [length · monitors]
 */
import { MONITOR_UNITS, type MonitorReading } from '../../contracts/monitor.ts'
import type { SnapshotData, WorkerHealth } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { SNAPSHOT_ITEMS_MAX } from '../../kernel/limits.ts'
import { ByteReader, ByteWriter, SnapshotError, seal, unseal } from './byte-stream.ts'
import { LogHistogram } from './histogram.ts'
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts'
import { WINDOW_MS } from './window.ts'

const VERSION = 1
const VERSION_MERGED = 2
/** Longer than any run. */
const WINDOWS_MERGED_MAX = 2 ** 31

export function encodeWindow(window: Window): Uint8Array {
  const [first = [0, NO_HEALTH] as const, ...others] = window.workers
  const out = new ByteWriter()
  const isMerged = window.durationMs !== WINDOW_MS
  out.byte(isMerged ? VERSION_MERGED : VERSION)
  out.byte(window.complete ? 1 : 0)
  if (isMerged) out.number(window.durationMs / WINDOW_MS)
  out.number(window.workers.length)
  const parts = [
    snapshotOf(window.window, first, window),
    ...others.map((worker) => snapshotOf(window.window, worker, NOTHING)),
  ]
  out.list(parts.map(encodeSnapshot), (bytes) => out.bytes(bytes))
  out.bytes(
    window.monitors === undefined ? NO_MONITORS : seal(monitorBytes(window.monitors, isMerged)),
  )
  return out.finish()
}

const NO_MONITORS = new Uint8Array()

function monitorBytes(all: readonly MonitorReading[], isMerged: boolean): Uint8Array {
  const out = new ByteWriter()
  out.list(all, ({ name, unit, value, readings = 1 }) => {
    out.text(name)
    out.byte(MONITOR_UNITS.indexOf(unit))
    out.number(value ?? Number.NaN)
    if (isMerged) out.number(readings)
  })
  return out.finish()
}

function readMonitors(bytes: Uint8Array, isMerged: boolean): MonitorReading[] {
  const input = new ByteReader(unseal(bytes))
  return input.list(SNAPSHOT_ITEMS_MAX, () => {
    const name = input.text()
    const unit = MONITOR_UNITS[input.byte()] ?? ''
    const value = input.number()
    const reading = { name, unit, value: Number.isNaN(value) ? null : value }
    return isMerged ? { ...reading, readings: input.number() } : reading
  })
}

/** Throws `SnapshotError` for anything but the bytes of `encodeWindow`. */
export function decodeWindow(bytes: Uint8Array): Window {
  const input = new ByteReader(bytes)
  const version = input.byte()
  const isMerged = version === VERSION_MERGED
  if (version !== VERSION && !isMerged) throw new SnapshotError(`a window has format ${version}`)
  const complete = input.byte() === 1
  const span = isMerged ? input.count(WINDOWS_MERGED_MAX) : 1
  const workerCount = input.count(SNAPSHOT_ITEMS_MAX)
  const parts = input.list(SNAPSHOT_ITEMS_MAX, () => decodeSnapshot(input.bytes()))
  const monitors = input.bytes()
  const [first] = parts
  if (first === undefined || parts.length !== Math.max(1, workerCount) || !input.atEnd) {
    throw new SnapshotError('a window does not hold what it says')
  }
  const { window, series, errors, checks, metrics = [], exemplars, users, arrivals } = first
  return {
    window,
    startMs: window * WINDOW_MS,
    durationMs: span * WINDOW_MS,
    complete,
    series,
    errors,
    checks,
    metrics,
    ...(exemplars !== undefined && { exemplars }),
    users,
    arrivals,
    workers: parts.slice(0, workerCount).map((each) => [each.workerIndex, each.health]),
    ...(monitors.length > 0 && { monitors: readMonitors(monitors, isMerged) }),
  }
}

type Counts = Omit<SnapshotData, 'workerIndex' | 'sequence' | 'window' | 'health'>

function snapshotOf(
  window: number,
  [workerIndex, health]: readonly [number, WorkerHealth],
  counts: Counts,
): SnapshotData {
  const { series, errors, checks, metrics = [], exemplars = [], users, arrivals } = counts
  const head = { workerIndex, sequence: 0, window, health }
  return { ...head, series, errors, checks, metrics, exemplars, users, arrivals }
}

/** What the further workers counted is in the first snapshot. */
const NOTHING: Counts = {
  series: [],
  errors: [],
  checks: [],
  users: { active: 0, started: 0, stopped: 0, failed: 0 },
  arrivals: { due: 0, started: 0, dropped: 0, finished: 0, lateness: new LogHistogram() },
}
/** Of a window that no worker reported. */
const NO_HEALTH: WorkerHealth = {
  cpuRatio: 0,
  loopUtilisation: 0,
  loopDelayMsP99: 0,
  rssBytes: 0,
  openSockets: 0,
  inFlight: 0,
  inFlightMs: 0,
  limits: [],
}
