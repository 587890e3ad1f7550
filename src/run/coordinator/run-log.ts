/** What is said of a run while it goes on: kept for the result up to a bound, and told to the outputs at once. A bound that was hit is said once. */
import type { RunEvent } from '../../contracts/output.ts'
import { EVENTS_MAX } from '../../kernel/limits.ts'

export type Saying = Pick<RunEvent, 'kind' | 'level' | 'text' | 'by'>

export class RunLog {
  readonly events: RunEvent[] = []
  readonly #limitsSaid = new Set<string>()
  readonly #nowMs: () => number
  readonly #tell: (event: RunEvent) => void

  /** `nowMs` on the run clock; NaN before there is one. */
  constructor(nowMs: () => number, tell: (event: RunEvent) => void) {
    this.#nowMs = nowMs
    this.#tell = tell
  }

  say(kind: RunEvent['kind'], level: RunEvent['level'], text: string, by?: string): void {
    const atMs = Math.max(0, this.#nowMs() || 0)
    const event: RunEvent = { atMs, kind, level, text, ...(by !== undefined && { by }) }
    if (this.events.length < EVENTS_MAX) this.events.push(event)
    this.#tell(event)
  }

  limit(name: string, count: number): void {
    if (this.#limitsSaid.has(name)) return
    this.#limitsSaid.add(name)
    this.say('limit', 'warn', `A bound was reached: ${name} (${count} so far).`)
  }
}
