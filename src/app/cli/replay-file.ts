/**
 * `arrivals: { file: 'access.log', speed: 2 }` in a plan: the recording is read here, once, and travels in the plan as instants, so
 * that workers need no file. Paths count from the script's folder. A line that says no instant is a mistake unless
 * `skipBadLines` says it is none: a log that is half understood would be half a load.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { REPLAYED_ARRIVALS_MAX } from '../../kernel/limits.ts'
import { readArrivalLog } from '../../model/plan/arrival-log.ts'

type Loose = Record<string, unknown>

/** The plan with every such file in it; what is wrong with them goes to `problems`. */
export function withReplayFiles(plan: Loose, folder: string, problems: Problem[]): Loose {
  const scenarios = plan['scenarios']
  if (!isObject(scenarios)) return plan
  const read = Object.entries(scenarios).map(([name, scenario]) => {
    const arrivals = isObject(scenario) ? scenario['arrivals'] : undefined
    if (!isObject(arrivals) || !('file' in arrivals)) return [name, scenario]
    const path = `plan.scenarios.${name}.arrivals.file`
    return [
      name,
      { ...(scenario as Loose), arrivals: readReplay(arrivals, folder, path, problems) },
    ]
  })
  return { ...plan, scenarios: Object.fromEntries(read) }
}

function readReplay(arrivals: Loose, folder: string, path: string, problems: Problem[]): Loose {
  const { file, skipBadLines, ...others } = arrivals
  const before = problems.length
  const offsetsMs = instantsOf(String(file), folder, skipBadLines === true, path, problems)
  // A recording that could not be read was said; what follows from it is not.
  return problems.length > before ? { offsetsMs: [0] } : { ...others, offsetsMs }
}

function instantsOf(
  name: string,
  folder: string,
  skips: boolean,
  path: string,
  problems: Problem[],
): readonly number[] {
  let text: string
  try {
    text = readFileSync(resolve(folder, name), 'utf8')
  } catch (error) {
    const why = (error as Error).message
    problems.push(problem('E_FILE', path, `${name} cannot be read`, why, 'check the path'))
    return []
  }
  const log = readArrivalLog(text.split('\n'))
  if (log.offsetsMs.length === 0) {
    const fix =
      'one instant per line: ISO 8601, seconds or milliseconds since 1970, an access log, or JSON with `time`'
    problems.push(problem('E_REPLAY', path, `${name} says no instants`, 'no line has one', fix))
  } else if (log.offsetsMs.length > REPLAYED_ARRIVALS_MAX) {
    const why = `${log.offsetsMs.length} are more than ${REPLAYED_ARRIVALS_MAX}`
    problems.push(
      problem('E_REPLAY', path, `${name} has too many arrivals`, why, 'replay a part of it'),
    )
  } else if (log.skipped > 0 && !skips) {
    const what = `${log.skipped} lines of ${name} say no instant`
    const why = `the first is line ${log.firstBadLine}`
    const fix = 'remove them, or write `skipBadLines: true` beside `file`'
    problems.push(problem('E_REPLAY', path, what, why, fix))
  }
  return log.offsetsMs
}

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
