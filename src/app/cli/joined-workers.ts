/** The workers of a run on many machines: those that have joined a NATS server, are free and of our version. */
import { hostname } from 'node:os'
import type { Labels } from '../../contracts/wire.ts'
import { SystemClock } from '../../kernel/clock.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { JOINED_WORKERS_MAX } from '../../kernel/limits.ts'
import { maskAddress } from '../../kernel/mask-address.ts'
import { type Dial, dial } from '../../plugins/transports/nats/connect.ts'
import { natsTransport, type PoolState } from '../../plugins/transports/nats/nats.ts'
import type { PoolWorker } from '../../plugins/transports/nats/pool.ts'
import { labelsText } from './labels.ts'
import type { Terminal } from './terminal.ts'
import type { Workers } from './workers.ts'

export interface WantedWorkers {
  readonly dial: Dial
  /** Null: all that are there. */
  readonly count: number | null
  /** Only those that have all of them. */
  readonly labels: Labels
  /** Those that come while the run goes on, too. */
  readonly takesLate: boolean
  /** So long they may still join before it begins. */
  readonly waitMs: number
  readonly version: string
}

/** Twice this is less than the silence after which a worker is lost. */
const PING_MS = 500
/** Names are listed up to here. */
const NAMES_SHOWN = 20

/** Dials; throws `OnrushError`. */
export async function joinedWorkers(wanted: WantedWorkers, terminal: Terminal): Promise<Workers> {
  const { count, labels, takesLate, waitMs, version } = wanted
  const link = await dial({ ...wanted.dial, pingMs: PING_MS })
  const transport = natsTransport({
    link,
    clock: new SystemClock(),
    version,
    labels,
    takesLate,
    by: `${hostname()} (pid ${process.pid})`,
    onTrouble: (text) => terminal.err(` ${text}\n`),
  })
  return Object.assign(transport, {
    async ready() {
      const state = await transport.claim(count, waitMs, JOINED_WORKERS_MAX)
      const { taken } = state
      if (taken.length < (count ?? 1)) throw tooFew(wanted, state)
      const names = taken.map((each) => each.name)
      terminal.err(` ${taken.length} ${plural(taken.length)}: ${listOf(names)}\n`)
      return taken.length
    },
  })
}

function tooFew(
  { dial: { url }, count, labels, waitMs, version }: WantedWorkers,
  state: PoolState,
): OnrushError {
  const { taken, busy, others, unlike } = state
  const asked = labelsText(labels)
  const like = asked === '' ? '' : ` with ${asked}`
  const there = [
    taken.length > 0 ? `${taken.length} free: ${listOf(taken.map((each) => each.name))}` : '',
    ...busy.map((each) => `${each.name} serves a run of ${each.servedBy}`).slice(0, NAMES_SHOWN),
    ...others.map((each) => `${each.name} runs onrush ${each.version}`).slice(0, NAMES_SHOWN),
    unlike.length > 0 ? `the others have ${labelsThere(unlike)}` : '',
  ].filter(Boolean)
  const label = asked === '' ? '' : ` --label ${asked.replaceAll(', ', ',')}`
  return new OnrushError([
    problem(
      'E_WORKERS',
      maskAddress(url),
      count === null
        ? `no worker${like} is free, after ${waitMs / 1_000} s`
        : `${taken.length} of ${count} workers${like} are there, after ${waitMs / 1_000} s`,
      there.length > 0 ? there.join('; ') : 'nobody has joined this server',
      others.length > 0
        ? `install onrush ${version} on those machines, or ask for fewer with --workers`
        : `start more with \`onrush worker --join ${maskAddress(url)}${label}\`, or ask for ${unlike.length > 0 ? 'other labels with --on' : 'fewer with --workers'}`,
    ),
  ])
}

/** `region=us (2), size=big (1)`. */
function labelsThere(workers: readonly PoolWorker[]): string {
  const counts = new Map<string, number>()
  for (const { labels } of workers) {
    const each = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
    for (const label of each.length > 0 ? each : ['no labels'])
      counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  return listOf([...counts].map(([label, count]) => `${label} (${count})`))
}

const plural = (count: number): string => (count === 1 ? 'worker' : 'workers')

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(', ')
  const rest = names.length - NAMES_SHOWN
  return rest > 0 ? `${shown} and ${rest} more` : shown
}
