/**
 * Which class the k-th user has. Fixed counts come first, then weights for ever; each choice is the one that brings the mix
 * nearest to the wanted one (least Kullback–Leibler divergence), so the first n users are in proportion for every n.
 * A pure function of the classes and k: going up and down again gives the same users, on any number of workers.
 *
 *     chosen c times, weight w:  x = w + c,  key = w · log2(x / (x + 1));  least key wins, then least x, w, name
 *
 * The sequence is kept once computed: 2 bytes a user, about 10 ns per user and class.
 */
import type { UserShare } from '../../contracts/plan.ts'
import { assert } from '../../kernel/assert.ts'
import { USERS_MAX } from '../../kernel/limits.ts'

interface Entry {
  readonly name: string
  readonly place: number
  readonly weight: number
  chosen: number
  key: number
}

export class UserMix {
  /** In order of name. */
  readonly classNames: readonly string[]
  readonly #fixed: Entry[]
  readonly #weighted: Entry[]
  #sequence = new Uint16Array(64)
  #length = 0
  #exhausted = false

  constructor(classes: readonly UserShare[]) {
    assert(classes.length < 65_536, 'a mix has too many user classes')
    const sorted = [...classes].sort((a, b) => (a.className < b.className ? -1 : 1))
    this.classNames = sorted.map((each) => each.className)
    const entries = (weightOf: (each: UserShare) => number): Entry[] =>
      sorted
        .map((each, place) => newEntry(each.className, place, weightOf(each)))
        .filter((entry) => entry.weight > 0)
    this.#fixed = entries((each) => each.fixedCount)
    this.#weighted = entries((each) => (each.fixedCount > 0 ? 0 : each.weight))
  }

  /** Class of user `index` (from 0); undefined when only fixed counts were given and they are complete. */
  classOf(index: number): string | undefined {
    this.#extendTo(index + 1)
    return index < this.#length ? this.classNames[this.#sequence[index]!] : undefined
  }

  /** How many of the first `users` have each class, in order of name. */
  countsAt(users: number): Map<string, number> {
    this.#extendTo(users)
    const counts = this.classNames.map(() => 0)
    const end = Math.min(users, this.#length)
    for (let index = 0; index < end; index++) counts[this.#sequence[index]!]!++
    return new Map(this.classNames.map((name, place) => [name, counts[place]!]))
  }

  #extendTo(length: number): void {
    assert(length <= USERS_MAX, 'a mix was asked for too many users')
    if (length > this.#sequence.length) {
      const longer = new Uint16Array(Math.max(length, this.#sequence.length * 2))
      longer.set(this.#sequence)
      this.#sequence = longer
    }
    while (this.#length < length && !this.#exhausted) {
      const chosen = this.#choose()
      if (chosen === undefined) this.#exhausted = true
      else this.#sequence[this.#length++] = chosen.place
    }
  }

  #choose(): Entry | undefined {
    const fixed = least(this.#fixed)
    const chosen = fixed ?? least(this.#weighted)
    if (chosen === undefined) return undefined
    chosen.chosen++
    chosen.key = keyOf(chosen.weight, chosen.chosen)
    if (chosen === fixed && chosen.chosen >= chosen.weight) {
      this.#fixed.splice(this.#fixed.indexOf(chosen), 1)
    }
    return chosen
  }
}

function newEntry(name: string, place: number, weight: number): Entry {
  return { name, place, weight, chosen: 0, key: keyOf(weight, 0) }
}

function keyOf(weight: number, chosen: number): number {
  const x = weight + chosen
  return weight * Math.log2(x / (x + 1))
}

/** Entries are in order of name, so a full tie goes to the first. */
function least(entries: readonly Entry[]): Entry | undefined {
  let best: Entry | undefined
  for (const entry of entries) if (best === undefined || isBefore(entry, best)) best = entry
  return best
}

function isBefore(a: Entry, b: Entry): boolean {
  if (a.key !== b.key) return a.key < b.key
  const difference = a.weight + a.chosen - (b.weight + b.chosen)
  return difference !== 0 ? difference < 0 : a.weight < b.weight
}
