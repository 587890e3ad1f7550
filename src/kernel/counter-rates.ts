/**
 * Speeds of things that others count for us: a kernel, a database, an exporter. Such counters only grow, until whoever counts is
 * started again and begins at nought; then what stands there is what was counted since. Time comes from the caller.
 */
export class CounterRates {
  #atMs = Number.NaN
  #spanMs = Number.NaN
  #before = new Map<string, number>()
  #now = new Map<string, number>()

  /** A reading begins. What it does not tell is forgotten. */
  begin(nowMs: number): void {
    this.#spanMs = nowMs - this.#atMs
    this.#atMs = nowMs
    this.#before = this.#now
    this.#now = new Map()
  }

  /** By how much `key` grew since the reading before; undefined where that did not tell it. */
  growth(key: string, total: number): number | undefined {
    this.#now.set(key, total)
    const before = this.#before.get(key)
    if (before === undefined) return undefined
    return total >= before ? total - before : total
  }

  /** The same per second. */
  perSec(key: string, total: number): number | undefined {
    const growth = this.growth(key, total)
    return growth === undefined ? undefined : this.perSecOf(growth)
  }

  /** What grew by so much since the reading before; not finite without one, or when no time has passed. */
  perSecOf(growth: number): number {
    return this.#spanMs > 0 ? (growth / this.#spanMs) * 1_000 : Number.NaN
  }
}
