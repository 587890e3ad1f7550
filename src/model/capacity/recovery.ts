/**
 * Has the target recovered from a spike? It has at the first of three spans in a row whose p95 is within a tenth of what it was before. One that has
 * not after ten times the length of the spike, though the load is back, keeps itself down (retries, queues of work nobody
 * waits for): it is metastable.
 */
export interface Span {
  readonly atSec: number
  readonly p95Ms: number
}
export interface Recovery {
  /** After the end of the spike; null: not yet. */
  readonly timeToRecoverSec: number | null
  readonly metastable: boolean
}

export const RECOVERED_SPANS = 3
const RECOVERED_RATIO = 1.1
export const METASTABLE_RATIO = 10
/** 1.1 × 20 is not exactly 22. */
const ROUNDING = 1 + 1e-9

/** `spans` in order, of `spanSec` each. */
export function recovery(
  spans: readonly Span[],
  { baselineP95Ms, spikeEndSec, spikeSec, spanSec }: Spiked,
): Recovery {
  const isGood = ({ p95Ms }: Span): boolean => p95Ms <= RECOVERED_RATIO * baselineP95Ms * ROUNDING
  for (let index = 0; index + RECOVERED_SPANS <= spans.length; index++) {
    const row = spans.slice(index, index + RECOVERED_SPANS)
    if (row.every(isGood))
      return { timeToRecoverSec: row[0]!.atSec - spikeEndSec, metastable: false }
  }
  const last = spans.at(-1)
  const watchedSec = last === undefined ? 0 : last.atSec + spanSec - spikeEndSec
  return { timeToRecoverSec: null, metastable: watchedSec >= METASTABLE_RATIO * spikeSec }
}

export interface Spiked {
  readonly baselineP95Ms: number
  readonly spikeEndSec: number
  readonly spikeSec: number
  readonly spanSec: number
}
