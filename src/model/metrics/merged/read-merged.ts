/**
 * A part of a run in the fewest stretches that are exactly that part. What is not kept merged (the newest windows, those of a run that was
 * killed, and all of a run that an older version kept) is put together from its parts, down to the windows themselves.
 */
import type { MergedQuery } from '../../../contracts/store.ts'
import type { Window } from '../../../contracts/window.ts'
import { WINDOW_MS } from '../window.ts'
import { coverOf, type MergedKey, partsOf, SINGLE } from './merged-key.ts'
import { inDetail } from './overview.ts'

/** One run of a store. */
export interface MergedSource {
  /** How many stretches are read at a time. */
  readonly atOnce: number
  /** Above the number of each of its windows. */
  end(): Promise<number>
  /** In the order of `keys`; undefined: not kept. */
  merged(keys: readonly MergedKey[]): Promise<readonly (Window | undefined)[]>
  /** As they were told, in order. */
  windows(range: { readonly fromMs: number; readonly toMs: number }): AsyncIterable<Window>
}

export async function* readMerged(
  source: MergedSource,
  { fromMs = 0, toMs = Number.POSITIVE_INFINITY, detail, spanMsMax }: MergedQuery,
): AsyncIterable<Window> {
  const from = Math.max(0, Math.ceil(fromMs / WINDOW_MS))
  const to = Math.min(Math.ceil(toMs / WINDOW_MS), await source.end())
  yield* readAll(source, coverOf(detail, from, to, spanMsMax && spanMsMax / WINDOW_MS))
}

async function* readAll(source: MergedSource, keys: readonly MergedKey[]): AsyncIterable<Window> {
  for (let from = 0; from < keys.length; ) {
    const to = endOfAlike(keys, from, source.atOnce)
    const some = keys.slice(from, to)
    if (some[0]!.span === SINGLE) yield* readSingle(source, some)
    else yield* readKept(source, some)
    from = to
  }
}

/** Neighbours. */
async function* readSingle(
  source: MergedSource,
  keys: readonly MergedKey[],
): AsyncIterable<Window> {
  const { detail, index } = keys[0]!
  const range = { fromMs: index * WINDOW_MS, toMs: (index + keys.length) * WINDOW_MS }
  for await (const window of source.windows(range)) yield inDetail(window, detail)
}

async function* readKept(source: MergedSource, keys: readonly MergedKey[]): AsyncIterable<Window> {
  const found = await source.merged(keys)
  /** Neighbours that are not kept: their parts are asked for together. */
  let missing: MergedKey[] = []
  for (const [place, key] of keys.entries()) {
    const window = found[place]
    if (window === undefined) missing.push(key)
    else {
      yield* readAll(source, missing.flatMap(partsOf))
      missing = []
      yield window
    }
  }
  yield* readAll(source, missing.flatMap(partsOf))
}

/** Single windows are read as one range, others some at a time. */
function endOfAlike(keys: readonly MergedKey[], from: number, most: number): number {
  const isSingle = keys[from]!.span === SINGLE
  let to = from + 1
  while (
    to < keys.length &&
    (keys[to]!.span === SINGLE) === isSingle &&
    (isSingle || to - from < most)
  )
    to++
  return to
}
