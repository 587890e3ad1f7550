/**
 * Non-linear least squares by Levenberg and Marquardt for a handful of parameters, of which some may be held. Steps are scaled by each
 * parameter's own curvature, so that parameters of very different size fit together. Finds the nearest minimum: start more than once.
 */
interface Term {
  readonly residual: number
  /** Of the model (not of the residual) by each parameter. */
  readonly gradient: readonly number[]
}
export interface Fitted {
  readonly values: readonly number[]
  readonly sse: number
}

const STEPS_MAX = 500

/** `free`: which parameters may move. Undefined when the model cannot be evaluated where it leads. */
export function leastSquares(
  start: readonly number[],
  free: readonly boolean[],
  evaluate: (values: readonly number[]) => readonly Term[],
): Fitted | undefined {
  const moving = start.map((_, index) => index).filter((index) => free[index])
  let values = [...start]
  let terms = evaluate(values)
  let sse = sumOfSquares(terms)
  let damping = 1e-3
  for (let step = 0; step < STEPS_MAX && damping < 1e20; step++) {
    const move = solveStep(terms, moving, damping)
    if (move === undefined) break
    const next = [...values]
    moving.forEach((parameter, index) => {
      next[parameter]! += move[index]!
    })
    const nextTerms = evaluate(next)
    const nextSse = sumOfSquares(nextTerms)
    if (nextSse < sse) {
      const isDone = sse - nextSse <= 1e-15 * sse
      ;[values, terms, sse] = [next, nextTerms, nextSse]
      damping = Math.max(damping / 10, 1e-15)
      if (isDone) break
    } else damping *= 4
  }
  return Number.isFinite(sse) && values.every(Number.isFinite) ? { values, sse } : undefined
}

function sumOfSquares(terms: readonly Term[]): number {
  return terms.reduce((sum, { residual }) => sum + residual * residual, 0)
}

/** (JᵀJ + damping · diagonal) · move = Jᵀr, by elimination with pivots. */
function solveStep(
  terms: readonly Term[],
  moving: readonly number[],
  damping: number,
): number[] | undefined {
  const rows = moving.map((row) => [
    ...moving.map((column) =>
      terms.reduce((sum, { gradient }) => sum + gradient[row]! * gradient[column]!, 0),
    ),
    terms.reduce((sum, { gradient, residual }) => sum + gradient[row]! * residual, 0),
  ])
  // Scaled to a diagonal of ones first: parameters differ by many orders of magnitude.
  const scale = rows.map((row, index) => 1 / Math.sqrt(row[index]!))
  if (scale.some((each) => !Number.isFinite(each))) return undefined
  const size = moving.length
  const scaled = rows.map((row, i) =>
    row.map((each, j) => each * scale[i]! * (j < size ? scale[j]! : 1)),
  )
  scaled.forEach((row, index) => {
    row[index]! += damping
  })
  const solved = solveLinear(scaled)
  return solved?.map((each, index) => each * scale[index]!)
}

/** Rows of a system with its right side as last column; they are overwritten. */
export function solveLinear(rows: number[][]): number[] | undefined {
  const size = rows.length
  for (let pivot = 0; pivot < size; pivot++) {
    let best = pivot
    for (let row = pivot + 1; row < size; row++) {
      if (Math.abs(rows[row]![pivot]!) > Math.abs(rows[best]![pivot]!)) best = row
    }
    ;[rows[pivot], rows[best]] = [rows[best]!, rows[pivot]!]
    const head = rows[pivot]!
    if (!(Math.abs(head[pivot]!) > 0)) return undefined
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue
      const factor = rows[row]![pivot]! / head[pivot]!
      for (let column = pivot; column <= size; column++)
        rows[row]![column]! -= factor * head[column]!
    }
  }
  return rows.map((row, index) => row[size]! / row[index]!)
}
