/** `arrivals: { offsetsMs: [0, 12.5, …], speed?: 2 }`: arrivals as they once came, in a plan. */
import type { LoadShape } from '../../contracts/plan.ts'
import { REPLAYED_ARRIVALS_MAX, USERS_MAX } from '../../kernel/limits.ts'
import { ObjectReader } from './reader.ts'
import { arrivalsPerSecPeak } from './shape.ts'
import { usersMaxFor } from './shape-build.ts'

const SPEED_MAX = 1_000

/** Undefined when `arrivals` is something else. */
export function readReplay(reader: ObjectReader): LoadShape | undefined {
  const value = reader.get('arrivals')
  if (typeof value !== 'object' || value === null || !('offsetsMs' in value)) return undefined
  const replay = new ObjectReader(value, reader.at('arrivals'), reader.problems)
  const speed = replay.number('speed', 1, 0.001, SPEED_MAX, true)
  const offsetsMs = readOffsets(replay)
  replay.finish()
  const usersMax = reader.number('usersMax', null, 1, USERS_MAX)
  const durationMs = Math.floor((offsetsMs.at(-1) ?? 0) / speed) + 1
  const load = { kind: 'replayed-arrivals' as const, offsetsMs, speed, durationMs }
  return {
    ...load,
    usersMax: usersMax ?? usersMaxFor(arrivalsPerSecPeak({ ...load, usersMax: 1 })),
  }
}

function readOffsets(reader: ObjectReader): number[] {
  const value = reader.get('offsetsMs')
  const isList =
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= REPLAYED_ARRIVALS_MAX &&
    value.every(
      (each, n) => typeof each === 'number' && each >= (n === 0 ? 0 : value[n - 1]) && each < 1e10,
    )
  if (isList) return value
  const what = 'this is no list of instants'
  const why = `it is 1 to ${REPLAYED_ARRIVALS_MAX} numbers of milliseconds from 0 on, none below the one before`
  reader.report('offsetsMs', what, why, 'Write it like [0, 12.5, 40].')
  return [0]
}
