/**
 * The one place where something that came over a wire becomes a `Command` or a `Report`. Messages travel as
 * structured clones (objects, typed arrays), so there is nothing to encode; what is checked is that the other
 * side speaks our language at all. Fields are not checked one by one: both ends are the same version, which
 * `hello` proves. Cost: one property read and one set look-up per message, a handful of messages per second.
 */
import type { Command, Report } from '../../contracts/wire.ts'

const COMMANDS: ReadonlySet<unknown> = new Set<Command['type']>([
  'ping',
  'prepare',
  'start',
  'share',
  'steer',
  'stop',
  'release',
  'heartbeat',
])
const REPORTS: ReadonlySet<unknown> = new Set<Report['type']>([
  'hello',
  'pong',
  'ready',
  'snapshot',
  'heartbeat',
  'log',
  'meet',
  'stop-test',
  'failed',
  'done',
])

/** The message if it is one a coordinator sends, else `undefined`: the caller counts or ignores it. */
export function asCommand(value: unknown): Command | undefined {
  return COMMANDS.has(typeOf(value)) ? (value as Command) : undefined
}

/** The message if it is one a worker sends, else `undefined`. */
export function asReport(value: unknown): Report | undefined {
  return REPORTS.has(typeOf(value)) ? (value as Report) : undefined
}

/** Coordinator and workers must be the same version; the sentence to show when they are not. */
export function versionSkew(ours: string, theirs: string): string | undefined {
  if (ours === theirs) return undefined
  return `the worker runs onrush ${theirs}, the coordinator ${ours}. Install the same version on both sides.`
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? (value as { type?: unknown }).type
    : undefined
}
