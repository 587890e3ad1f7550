/**
 * The `LoadTestShape` of a script: which export it is, one instance of it, and its answers in the form of the run. What it answers
 * wrongly, or throws, is a problem of the script at its line.
 */
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { USERS_MAX } from '../../kernel/limits.ts'
import { scriptProblem } from './load.ts'

/** As in `load/user/brand.ts`; a shape is known by it whatever copy of the package it comes from. */
const LOAD_TEST_SHAPE = Symbol.for('onrush.loadTestShape')

export interface ShapeAnswer {
  readonly users: number
  readonly spawnRatePerSec: number
  /** As the script wrote them; undefined when it named none. */
  readonly classes?: unknown
}

export interface LoadDecider {
  /** The class, as exported. */
  readonly name: string
  /** For a second of the run; null: it is over. Throws `OnrushError`. */
  ask(runTimeSec: number, users: number): Promise<ShapeAnswer | null>
}

interface ShapeClass {
  new (): { _ask(runTimeSec: number, users: number): unknown }
  readonly abstract?: boolean
}

/** Undefined when the script has none. Throws `OnrushError` when it has two, or when making one throws. */
export function findShape(
  exports: Record<string, unknown>,
  script: string,
): LoadDecider | undefined {
  const found = Object.entries(exports).filter(([, value]) => isShape(value))
  const [first, ...others] = found as [string, ShapeClass][]
  if (first === undefined) return undefined
  if (others.length > 0) {
    const names = found.map(([name]) => name).join(', ')
    const fix = 'Export one, or mark base classes with `static abstract = true`.'
    throw new OnrushError([
      problem('E_PLAN', script, 'the script exports several load test shapes', names, fix),
    ])
  }
  const [name, Shape] = first
  const failed = (error: unknown): OnrushError =>
    new OnrushError([scriptProblem(error, script, `by the load test shape ${name}`)])
  try {
    const shape = new Shape()
    return {
      name,
      async ask(runTimeSec, users) {
        let answer: unknown
        try {
          answer = await shape._ask(runTimeSec, users)
        } catch (error) {
          throw failed(error)
        }
        const read = readAnswer(answer, `${script} ${name}.tick`)
        if (read !== null && 'code' in read) throw new OnrushError([read])
        return read
      },
    }
  } catch (error) {
    throw failed(error)
  }
}

function isShape(value: unknown): value is ShapeClass {
  if (typeof value !== 'function') return false
  const isAbstract = Object.hasOwn(value, 'abstract') && (value as ShapeClass).abstract === true
  return (value as { [LOAD_TEST_SHAPE]?: unknown })[LOAD_TEST_SHAPE] === true && !isAbstract
}

function readAnswer(answer: unknown, path: string): ShapeAnswer | Problem | null {
  if (answer === null || answer === undefined) return null
  const [users, rate, classes, ...more] = Array.isArray(answer) ? (answer as unknown[]) : []
  const isCount =
    Number.isInteger(users) && (users as number) >= 0 && (users as number) <= USERS_MAX
  const isRate = typeof rate === 'number' && rate > 0 && rate <= USERS_MAX
  if (isCount && isRate && more.length === 0)
    return {
      users: users as number,
      spawnRatePerSec: rate,
      ...(classes !== undefined && { classes }),
    }
  const what = `tick returned ${JSON.stringify(answer) ?? String(answer)}`
  const why = 'it says a whole number of users, and how many per second come or go'
  return problem(
    'E_SHAPE',
    path,
    what,
    why,
    'return [users, spawnRate], such as [100, 10], with a list of classes behind it or not, or null to end.',
  )
}
