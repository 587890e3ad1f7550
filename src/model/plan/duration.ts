/**
 * Durations as people write them: `'90s'`, `'1h30m'`, `'2.5s'`, or whole seconds, `'90'`. Units d h m s ms us ns in descending
 * order, lower case, no sign, no blanks inside. Exact: a fraction must come out at whole nanoseconds. A bare JSON number
 * is refused, because half of all tools would read it as milliseconds.
 */
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'

const UNITS: readonly (readonly [unit: string, ns: bigint])[] = [
  ['d', 86_400_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['us', 1_000n],
  ['ns', 1n],
]
const PART = /^(\d{1,18})(?:\.(\d{1,18}))?(ms|us|µs|μs|ns|d|h|m|s)/

/** Whole nanoseconds below 2^53, or what is wrong with the text at `path`. */
export function parseDuration(input: unknown, path = 'duration'): { ns: number } | Problem {
  if (typeof input !== 'string') {
    return refuse(path, JSON.stringify(input), 'a number alone could be seconds or milliseconds')
  }
  const text = input.trim()
  const ns = /^\d{1,18}$/.test(text) ? BigInt(text) * 1_000_000_000n : sumOfParts(text)
  if (ns === undefined) return refuse(path, JSON.stringify(input), 'it is not a duration')
  if (ns > BigInt(Number.MAX_SAFE_INTEGER)) {
    return refuse(path, JSON.stringify(input), 'it is longer than 104 days')
  }
  return { ns: Number(ns) }
}

/** The shortest exact text: `5m`, `1h30m`, `1.5s` is `1s500ms`. */
export function formatDuration(ns: number): string {
  let left = BigInt(Math.round(ns))
  let text = ''
  for (const [unit, unitNs] of UNITS) {
    const count = left / unitNs
    if (count > 0n) text += `${count}${unit}`
    left -= count * unitNs
  }
  return text === '' ? '0s' : text
}

function sumOfParts(text: string): bigint | undefined {
  let rest = text
  let sum = 0n
  let next = 0
  while (rest !== '') {
    const part = PART.exec(rest)
    if (part === null) return undefined
    const [whole, digits = '', fraction = '', unit = ''] = part
    const rank = UNITS.findIndex(([name]) => name === unit.replace(/[µμ]/, 'u'))
    if (rank < next) return undefined
    const scale = 10n ** BigInt(fraction.length)
    const scaledNs = BigInt(digits + fraction) * UNITS[rank]![1]
    if (scaledNs % scale !== 0n) return undefined
    sum += scaledNs / scale
    next = rank + 1
    rest = rest.slice(whole.length)
  }
  return next === 0 ? undefined : sum
}

function refuse(path: string, shown: string | undefined, why: string): Problem {
  return problem(
    'E_DURATION',
    path,
    `${shown ?? String(undefined)} cannot be read as a duration`,
    why,
    "Write a number with a unit, such as '30s', '5m' or '1h30m'.",
  )
}
