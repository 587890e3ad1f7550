/**
 * What can be made wrong with the demo shop, as plain data, all off by default. Each knob is one of the usual
 * suspects (latency, errors, a lost index, N+1, a hot function, a leak, too few connections, a rate limit), so that
 * a test or a newcomer can plant a cause and see whether the result shows it.
 *
 * Knobs only describe; `faults.ts` acts on them.
 */
export interface Knobs {
  /** Added to every answer, ms. */
  latencyMs: number
  /** Uniform extra on top of `latencyMs`, 0 … `jitterMs`. */
  jitterMs: number
  /** Share of answers, 0 … 100, that take `slowMs` more. */
  slowPercent: number
  slowMs: number
  /** Share of answers, 0 … 100, that become a 500; per route name such as `GET /items/:id`, or `*` for all. */
  errorPercents: Readonly<Record<string, number>>
  /** Drops the index on reviews: the rating on an item's page becomes a scan of 20,000 rows. */
  missingIndex: boolean
  /** Lists ask the database once per item instead of once per page. */
  nPlusOne: boolean
  /** Search spends so many ms of CPU in `rankByRelevance`, on the event loop. */
  cpuMs: number
  /** Every answer keeps so many bytes for ever (at most 1 GiB in all). */
  leakBytes: number
  /** Connections beyond it are dropped; 0 = no limit. */
  connectionsMax: number
  /** Answers per second beyond it are 429 with `Retry-After`; 0 = no limit. */
  ratePerSecMax: number
}

export const KNOBS_OFF: Readonly<Knobs> = {
  latencyMs: 0,
  jitterMs: 0,
  slowPercent: 0,
  slowMs: 1000,
  errorPercents: {},
  missingIndex: false,
  nPlusOne: false,
  cpuMs: 0,
  leakBytes: 0,
  connectionsMax: 0,
  ratePerSecMax: 0,
}

/** Takes over the valid values of `input` and answers one sentence for each that is not. */
export function turnKnobs(knobs: Knobs, input: unknown): string[] {
  if (!isRecord(input)) return ['knobs are a JSON object such as {"latencyMs": 50}']
  const problems: string[] = []
  const target = knobs as unknown as Record<string, unknown>
  for (const [name, value] of Object.entries(input)) {
    const wanted = (KNOBS_OFF as unknown as Record<string, unknown>)[name]
    const problem = explain(name, wanted, value)
    if (problem === undefined) target[name] = value
    else problems.push(problem)
  }
  return problems
}

function explain(name: string, wanted: unknown, value: unknown): string | undefined {
  if (wanted === undefined)
    return `no knob "${name}"; there are ${Object.keys(KNOBS_OFF).join(', ')}`
  if (typeof wanted === 'boolean') {
    return typeof value === 'boolean' ? undefined : `${name} is true or false`
  }
  if (typeof wanted === 'number') {
    const highest = name.endsWith('Percent') ? 100 : Number.MAX_SAFE_INTEGER
    return isWithin(value, highest) ? undefined : `${name} is a number from 0 to ${highest}`
  }
  const fine = isRecord(value) && Object.values(value).every((share) => isWithin(share, 100))
  return fine ? undefined : `${name} maps route names (or "*") to 0 … 100`
}

function isWithin(value: unknown, highest: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= highest
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
