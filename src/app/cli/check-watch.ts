/**
 * What `check` says of the sources that a run would watch: which can be read, and what figures they have, in the words that rules use. One that
 * is down is told and is no mistake; a run would go on without it too.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Monitor } from '../../contracts/monitor.ts'
import { SystemClock } from '../../kernel/clock.ts'
import { mark } from '../../plugins/outputs/console/style.ts'
import type { Prepared } from './prepare.ts'
import type { Terminal } from './terminal.ts'
import { openWatch } from './watch.ts'

/** Between two readings: speeds are known from the second one on. */
const APART_MS = 200
const READ_MS_MAX = 2_000

/** A line per source; a target on this machine is one only while it listens. */
export async function checkWatch(prepared: Prepared, terminal: Terminal): Promise<string[]> {
  const clock = new SystemClock()
  const monitors = await openWatch(prepared, terminal, clock)
  const lines = await Promise.all(monitors.map((monitor) => lineOf(monitor, terminal)))
  for (const monitor of monitors) monitor.close()
  return lines
}

async function lineOf(monitor: Monitor, terminal: Terminal): Promise<string> {
  const { name, source } = monitor
  const what = name === source ? name : `${name} (${source})`
  const style = terminal.style()
  try {
    await monitor.read(AbortSignal.timeout(READ_MS_MAX))
    await wait(APART_MS)
    const figures = await monitor.read(AbortSignal.timeout(READ_MS_MAX))
    const names = figures.map(({ metric }) => `${name}.${metric}`)
    return ` ${mark(style, 'ok')} ${what}: ${names.join(', ')}`
  } catch (error) {
    return ` ${mark(style, 'warn')} ${what} cannot be watched: ${(error as Error).message}`
  }
}
