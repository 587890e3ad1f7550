/**
 * Where users of all workers meet (`rendezvous`): keeps how many wait on each worker under each name and lets them go when their
 * number is complete, those of the first workers first. A worker that is lost takes its users with it.
 */
import { MEETINGS_MAX } from '../../kernel/limits.ts'

export class Meetings {
  /** name → users waiting by worker index. */
  readonly #waiting = new Map<string, Map<number, number>>()
  readonly #release: (worker: number, name: string, count: number) => void
  /** Names refused because of `MEETINGS_MAX`. */
  refused = 0

  constructor(release: (worker: number, name: string, count: number) => void) {
    this.#release = release
  }

  /** On `worker`, `change` more (or fewer) wait for `size` to be there. */
  change(worker: number, name: string, size: number, change: number): void {
    let waiting = this.#waiting.get(name)
    if (waiting === undefined) {
      if (this.#waiting.size >= MEETINGS_MAX) {
        this.refused++
        return
      }
      waiting = new Map()
      this.#waiting.set(name, waiting)
    }
    waiting.set(worker, (waiting.get(worker) ?? 0) + change)
    let here = 0
    for (const count of waiting.values()) here += count
    if (here >= size) this.#letGo(name, waiting, size * Math.floor(here / size))
    else if (here === 0) this.#waiting.delete(name)
  }

  lose(worker: number): void {
    for (const waiting of this.#waiting.values()) waiting.delete(worker)
  }

  #letGo(name: string, waiting: Map<number, number>, total: number): void {
    let left = total
    for (const [worker, count] of waiting) {
      const going = Math.max(0, Math.min(count, left))
      if (going === 0) continue
      left -= going
      waiting.set(worker, count - going)
      this.#release(worker, name, going)
    }
  }
}
