/**
 * Which kind of names made too many series: URLs with ids in them, nearly always. Replaces what looks like an id by `:id`
 * and counts names per pattern, for a sentence of advice. Never changes what is measured. Cost: only for new names.
 */
import { FOLDED_NAMES_MAX } from '../../kernel/limits.ts'

const IDS = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi,
  /\d+/g,
]

export class NamePatterns {
  readonly #counts = new Map<string, number>()

  /** One more distinct (or folded) name. */
  add(name: string): void {
    const pattern = patternOf(name)
    const count = this.#counts.get(pattern)
    if (count !== undefined) this.#counts.set(pattern, count + 1)
    else if (this.#counts.size < FOLDED_NAMES_MAX) this.#counts.set(pattern, 1)
  }

  /** The `count` patterns with the most names, worst first. */
  worst(count: number): { pattern: string; names: number }[] {
    return [...this.#counts]
      .map(([pattern, names]) => ({ pattern, names }))
      .sort((a, b) => b.names - a.names || (a.pattern < b.pattern ? -1 : 1))
      .slice(0, count)
  }
}

/** `/items/17?token=9f…` → `/items/:id?token=:id`. */
export function patternOf(name: string): string {
  return IDS.reduce((text, id) => text.replace(id, ':id'), name)
}
