/** A process with everything it started, as it stands now. Bounded: a tree of more than `WATCHED_PROCESSES_MAX` is cut, and its size shows it. */
import { WATCHED_PROCESSES_MAX } from '../../../kernel/limits.ts'
import { type ProcessStat, readChildren, readStat } from './proc-file.ts'

/** Looking at every thread for its children costs a read for each; of programs with more threads it is done every few readings. */
const THREADS_FEW = 32
const THOROUGH_EVERY = 5

export class ProcessTree {
  readonly #proc: string
  readonly #known = new Map<number, readonly number[]>()
  #readings = 0

  constructor(proc: string) {
    this.#proc = proc
  }

  /** By id; without those that have ended. */
  read(roots: readonly number[]): Map<number, ProcessStat> {
    const isThorough = this.#readings++ % THOROUGH_EVERY === 0
    const found = new Map<number, ProcessStat>()
    const open = [...roots]
    for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
      if (found.has(pid) || found.size >= WATCHED_PROCESSES_MAX) continue
      const stat = readStat(this.#proc, pid)
      if (stat === undefined) continue
      found.set(pid, stat)
      const looksAtAll = isThorough || stat.threads <= THREADS_FEW
      const children = readChildren(this.#proc, pid, looksAtAll)
      // Between thorough looks, children of other threads are those of before.
      if (!looksAtAll) children.push(...(this.#known.get(pid) ?? []))
      else if (stat.threads > THREADS_FEW) this.#known.set(pid, children)
      open.push(...children)
    }
    for (const pid of this.#known.keys()) if (!found.has(pid)) this.#known.delete(pid)
    return found
  }
}
