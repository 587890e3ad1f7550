/**
 * Reads unknown JSON key by key and collects every mistake with its path, instead of stopping at the first. A reader of an object
 * knows which keys were asked for; `finish` reports those nobody asked for, because an ignored `treshold` would pass a run
 * that should fail.
 */
import type { Problem } from '../../contracts/problem.ts'
import { didYouMean } from '../../kernel/did-you-mean.ts'
import { problem } from '../../kernel/errors.ts'
import { PLAN_PROBLEMS_MAX } from '../../kernel/limits.ts'

export class ObjectReader {
  readonly path: string
  readonly problems: Problem[]
  readonly #object: Readonly<Record<string, unknown>>
  readonly #known = new Set<string>()

  /** Something else than an object is reported, and read as an empty one. */
  constructor(input: unknown, path: string, problems: Problem[]) {
    this.path = path
    this.problems = problems
    const isObject = typeof input === 'object' && input !== null && !Array.isArray(input)
    this.#object = isObject ? (input as Record<string, unknown>) : {}
    if (!isObject) this.report('', `${show(input)} is not an object`, 'keys and values belong here')
  }

  get keys(): string[] {
    return Object.keys(this.#object)
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#object, key)
  }

  /** The value of `key`; undefined when it is missing. Marks the key as known. */
  get(key: string): unknown {
    this.#known.add(key)
    return Object.hasOwn(this.#object, key) ? this.#object[key] : undefined
  }

  at(key: string): string {
    return key === '' ? this.path : this.path === '' ? key : `${this.path}.${key}`
  }

  text<T>(key: string, fallback: T): string | T {
    const value = this.get(key)
    if (value === undefined || value === null) return fallback
    if (typeof value === 'string') return value
    this.report(key, `${show(value)} is not a text`, 'a text belongs here')
    return fallback
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.get(key)
    if (value === undefined) return fallback
    if (typeof value === 'boolean') return value
    this.report(key, `${show(value)} is neither true nor false`, 'true or false belongs here')
    return fallback
  }

  /** A number in [min, max], a whole one unless `fractional`. */
  number<T>(key: string, fallback: T, min: number, max: number, fractional = false): number | T {
    const value = this.get(key)
    if (value === undefined || value === null) return fallback
    const fits = typeof value === 'number' && value >= min && value <= max
    if (fits && (fractional || Number.isInteger(value))) return value
    const kind = fractional ? 'a number' : 'a whole number'
    this.report(key, `${show(value)} is not ${kind} from ${min} to ${max}`, `${kind} belongs here`)
    return fallback
  }

  texts<T>(key: string, fallback: T): string[] | T {
    const value = this.get(key)
    if (value === undefined || value === null) return fallback
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string')
    if (isList) return value
    this.report(key, `${show(value)} is not a list of texts`, 'a list of texts belongs here')
    return fallback
  }

  /** Either the value of a parser, or `fallback` with its problem reported. */
  parsed<R extends object, T>(
    key: string,
    fallback: T,
    parse: (input: unknown, path: string) => R | Problem,
  ): R | T {
    const value = this.get(key)
    if (value === undefined || value === null) return fallback
    const result = parse(value, this.at(key))
    if (!isProblem(result)) return result
    this.add(result)
    return fallback
  }

  report(key: string, what: string, why: string, fix = ''): void {
    const advice = fix === '' ? 'Correct it, or leave the key out.' : fix
    this.add(problem('E_PLAN', this.at(key), what, why, advice))
  }

  add(found: Problem): void {
    if (this.problems.length < PLAN_PROBLEMS_MAX) this.problems.push(found)
  }

  /** Reports the keys that nobody asked for. */
  finish(): void {
    const known = [...this.#known]
    for (const key of this.keys) {
      if (this.#known.has(key)) continue
      const why = didYouMean(key, known) || 'Unknown keys are refused rather than ignored.'
      const fix = `The keys here are ${known.join(', ')}.`
      this.add(problem('E_UNKNOWN_KEY', this.at(key), `there is no key "${key}" here`, why, fix))
    }
  }
}

export function isProblem(value: object): value is Problem {
  return 'code' in value && 'fix' in value
}

/** A value as it looks in a message: short. */
export function show(value: unknown): string {
  if (typeof value === 'function') return `class ${value.name}`
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
