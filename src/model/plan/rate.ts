/**
 * Rates as people write them, `'50/s'`, `'30/min'`, `'1000/h'`, `'0.5/s'`, as whole numbers in lowest terms: arrivals per
 * nanoseconds, so that a schedule can compute the millionth due time without rounding.
 */
import type { Rate } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { gcd } from './exact.ts'

export const UNIT_NS: Readonly<Record<string, number>> = {
  ms: 1e6,
  s: 1e9,
  sec: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3_600e9,
  d: 86_400e9,
}
const NAMED_NS = { s: 1e9, min: 60e9, h: 3_600e9, d: 86_400e9 }
const RATE = /^(\d{1,9})(?:\.(\d{1,3}))?\s*\/\s*([a-z]+)$/
/** Nothing sends more. */
export const FASTEST_PER_SEC = 10_000_000

/** A rate above 0, or what is wrong with the text at `path`. */
export function parseRate(input: unknown, path = 'rate'): { rate: Rate } | Problem {
  if (typeof input !== 'string') return refuse(path, input, 'a rate needs its unit of time')
  const match = RATE.exec(input.trim())
  if (match === null) return refuse(path, input, 'it is not a number per time')
  const [, whole = '', fraction = '', unit = ''] = match
  const unitNs = UNIT_NS[unit]
  if (unitNs === undefined) return refuse(path, input, `"${unit}" is not a unit of time`)
  const arrivals = Number(whole + fraction)
  const perNs = unitNs * 10 ** fraction.length
  if (arrivals === 0) return refuse(path, input, 'a rate of zero never sends anything')
  if ((arrivals / perNs) * 1e9 > FASTEST_PER_SEC) {
    return refuse(path, input, `more than ${FASTEST_PER_SEC} a second cannot be sent`)
  }
  const divisor = gcd(arrivals, perNs)
  return { rate: { arrivals: arrivals / divisor, perNs: perNs / divisor } }
}

/** For people: `50/s`, `2.5/s`, `30/min`. Exact where three decimals of some unit are, otherwise three digits. */
export function formatRate(rate: Rate): string {
  for (const least of [1, 0]) {
    for (const [unit, unitNs] of Object.entries(NAMED_NS)) {
      const thousandths = BigInt(rate.arrivals) * BigInt(unitNs) * 1000n
      const perUnit = Number(thousandths / BigInt(rate.perNs)) / 1000
      if (thousandths % BigInt(rate.perNs) === 0n && perUnit >= least) return `${perUnit}/${unit}`
    }
  }
  return `${ratePerSec(rate).toPrecision(3)}/s`
}

export function ratePerSec(rate: Rate): number {
  return (rate.arrivals / rate.perNs) * 1e9
}

function refuse(path: string, input: unknown, why: string): Problem {
  return problem(
    'E_RATE',
    path,
    `${JSON.stringify(input) ?? String(input)} cannot be read as a rate`,
    why,
    "Write a number per time, such as '50/s', '30/min' or '0.5/s'.",
  )
}
