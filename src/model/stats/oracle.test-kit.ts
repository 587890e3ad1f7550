/** Compares with a published case as the file about it says: `|got − want| ≤ max(abs, rel · |want|)`, by field, `null` exactly. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

interface Tolerance {
  readonly rel?: number
  readonly abs?: number
}
type Tolerances = Readonly<Record<string, Tolerance>>

export interface InsightCase<Input = Record<string, never>, Expect = Record<string, unknown>> {
  readonly id: string
  readonly kind: string
  readonly input: Input
  readonly expected: Expect
  readonly tolerance?: Tolerances
}

export interface Oracle {
  of<Input, Expect = Record<string, unknown>>(kind: string): InsightCase<Input, Expect>[]
  /** Every field of `expected` that is asked for, at any depth. */
  check(one: InsightCase<unknown, unknown>, got: unknown, wanted?: unknown): void
}

/** `file` below the folder of oracles about insight, without `.json`. */
export function oracleOf(file: string): Oracle {
  const url = new URL(`../../../test/fixtures/oracles/insight/${file}.json`, import.meta.url)
  const { cases, tolerance } = JSON.parse(readFileSync(url, 'utf8')) as {
    readonly cases: InsightCase[]
    readonly tolerance: { readonly default: Tolerance; readonly fields?: Tolerances }
  }
  return {
    of(kind) {
      const found = cases.filter((one) => one.kind === kind)
      if (found.length === 0) throw new Error(`no cases of kind ${kind} in ${file}`)
      return found as never
    },
    check(one, got, wanted = one.expected) {
      const bounds = { ...tolerance.fields, ...one.tolerance }
      compare(got, wanted, one.id, tolerance.default, bounds)
    },
  }
}

function compare(
  got: unknown,
  wanted: unknown,
  path: string,
  tolerance: Tolerance,
  fields: Tolerances,
): void {
  if (typeof wanted === 'number') {
    const { abs = 0, rel = 0 } = tolerance
    expect(got, path).toBeTypeOf('number')
    const distance = Math.abs((got as number) - wanted)
    expect(distance, `${path}: ${String(got)} for ${wanted}`).toBeLessThanOrEqual(
      Math.max(abs, rel * Math.abs(wanted), wanted === 0 ? 1e-9 : 0),
    )
  } else if (typeof wanted === 'object' && wanted !== null) {
    expect(got, path).toBeTypeOf('object')
    for (const [key, value] of Object.entries(wanted)) {
      const bound = fields[key] ?? tolerance
      compare((got as Record<string, unknown>)[key], value, `${path}.${key}`, bound, fields)
    }
    if (Array.isArray(wanted)) expect(got, path).toHaveLength(wanted.length)
  } else expect(got, path).toBe(wanted)
}
