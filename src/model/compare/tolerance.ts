/** Which differences are of no consequence, as people write it: `5%`, `3%, 2ms`, `0.5%, 0ms, 0.01pp`. */
import type { CompareTolerance } from '../../contracts/compare.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'

/** What is not named stays as it is here: 5 %, 1 ms, and a tenth of a percentage point of errors. */
export const DEFAULT_TOLERANCE: CompareTolerance = { ratio: 0.05, ms: 1, errorRatio: 0.001 }

const UNITS: Readonly<Record<string, readonly [key: keyof CompareTolerance, scale: number]>> = {
  '%': ['ratio', 100],
  ms: ['ms', 1],
  pp: ['errorRatio', 100],
}

/** Throws `OnrushError`. */
export function readTolerance(given: unknown): CompareTolerance {
  if (given === undefined) return DEFAULT_TOLERANCE
  const read: Partial<Record<keyof CompareTolerance, number>> = {}
  for (const part of String(given).split(',')) {
    const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*(%|ms|pp)\s*$/.exec(part) ?? []
    const [key, scale] = UNITS[unit] ?? []
    if (key === undefined || read[key] !== undefined) throw notRead(String(given))
    read[key] = Number(number) / scale!
  }
  return { ...DEFAULT_TOLERANCE, ...read }
}

function notRead(given: string): OnrushError {
  return new OnrushError([
    problem(
      'E_USAGE',
      '--tolerance',
      `"${given}" is no tolerance`,
      'it takes a share of durations and rates in %, the least difference of durations in ms, and of error rates in pp, each once',
      "--tolerance '5%, 1ms, 0.1pp'",
    ),
  ])
}
