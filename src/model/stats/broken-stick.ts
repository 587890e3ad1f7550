/**
 * Two straight lines that meet, against one: where does a curve begin to rise? Least squares of y = a + b x + c max(0, x − k) with the
 * break k searched over the inner points. A second slope always fits better; whether it explains more than chance says the F test.
 */
import { fisherTail } from './beta.ts'
import { solveLinear } from './least-squares.ts'

export interface BrokenStick {
  readonly breakX: number
  readonly slopeBefore: number
  readonly slopeAfter: number
  readonly sse: number
  readonly sseOneLine: number
  /** Null when two lines leave nothing unexplained. */
  readonly fStatistic: number | null
  readonly pValue: number | null
  readonly significantAt1Percent: boolean
}

const POINTS_MIN = 5

/** Null when one line explains the data, or there are too few of them. `x` ascending. */
export function brokenStick(x: readonly number[], y: readonly number[]): BrokenStick | null {
  if (x.length < POINTS_MIN) return null
  const line = lineThrough(y, [x.map(() => 1), [...x]])
  const scale = y.reduce((sum, each) => sum + each * each, 0)
  const isExact = (sse: number): boolean => sse <= 1e-20 * scale
  if (line === undefined || isExact(line.sse)) return null
  let best: { readonly breakX: number; readonly values: number[]; readonly sse: number } | undefined
  for (const breakX of x.slice(1, -1)) {
    const found = lineThrough(y, [
      x.map(() => 1),
      [...x],
      x.map((each) => Math.max(0, each - breakX)),
    ])
    if (found !== undefined && (best === undefined || found.sse < best.sse))
      best = { breakX, ...found }
  }
  if (best === undefined) return null
  const degrees = x.length - 4
  const { breakX, sse, values } = best
  const fStatistic = isExact(sse) || degrees < 1 ? null : (line.sse - sse) / 2 / (sse / degrees)
  const pValue = fStatistic === null ? null : fisherTail(fStatistic, 2, degrees)
  return {
    breakX,
    slopeBefore: values[1]!,
    slopeAfter: values[1]! + values[2]!,
    sse: isExact(sse) ? 0 : sse,
    sseOneLine: line.sse,
    fStatistic,
    pValue,
    significantAt1Percent: degrees >= 1 && (pValue === null || pValue < 0.01),
  }
}

function lineThrough(
  y: readonly number[],
  columns: readonly number[][],
): { values: number[]; sse: number } | undefined {
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, each, index) => sum + each * b[index]!, 0)
  const rows = columns.map((each) => [
    ...columns.map((other) => product(each, other)),
    product(each, y),
  ])
  const values = solveLinear(rows)
  if (values === undefined) return undefined
  const sse = y.reduce((sum, each, index) => {
    const guess = values.reduce(
      (total, value, column) => total + value * columns[column]![index]!,
      0,
    )
    return sum + (each - guess) ** 2
  }, 0)
  return { values, sse }
}
