/**
 * A load over time as data: a list of stages, for plans that programs write, and stairs as an object with the five numbers that
 * Gatling's `incrementUsersPerSec` takes. Same line of levels as the text, same rules.
 *
 *     { from?: 10 | '10/s', stages: [{ to: 50 | '120/s', over?: '1m', hold?: '5m', classes?: ['Buyer'] | { Buyer: 3 } }] }
 *     arrivals: { from?: '10/s', by: '5/s', down?: true, times: 6, every: '30s', ramps?: '10s' }
 */
import type { Rate } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { STAGES_MAX } from '../../kernel/limits.ts'
import { parseDuration } from './duration.ts'
import { parseLevel } from './level.ts'
import { type LevelUnit, type Profile, ProfileBuilder, stairsFit, ZERO } from './profile.ts'
import { isProblem, ObjectReader, show } from './reader.ts'
import { type KnownUserClass, readStageClasses } from './user-input.ts'

/** `from` and `stages` of a scenario; rates make it open, whole numbers closed. Undefined when there are none. */
export function readStages(
  reader: ObjectReader,
  known: readonly KnownUserClass[],
): { unit: LevelUnit; profile: Profile } | undefined {
  const [from, list] = [reader.get('from') ?? null, reader.get('stages') ?? null]
  if (list === null) {
    if (from !== null) reader.report('from', '`from` has no meaning here', 'it belongs to `stages`')
    return undefined
  }
  if (!Array.isArray(list) || list.length === 0 || list.length * 2 > STAGES_MAX) {
    const why = `a list of 1 to ${STAGES_MAX / 2} stages belongs here`
    reader.report('stages', `${show(list)} is not a list of stages`, why)
    return undefined
  }
  const stages = list.map(
    (each, index) => new ObjectReader(each, `${reader.at('stages')}[${index}]`, reader.problems),
  )
  const levels = [from, ...stages.map((stage) => stage.get('to'))]
  const unit = levels.some((each) => typeof each === 'string' && each.includes('/'))
    ? 'arrivals'
    : 'users'
  const builder = new ProfileBuilder()
  builder.jump(from === null ? ZERO : readLevel(reader, 'from', unit))
  for (const stage of stages) {
    const to = readLevel(stage, 'to', unit)
    const overNs = readNs(stage, 'over')
    const classes = readStageClasses(stage, known)
    if (classes !== undefined && unit === 'arrivals') {
      const why = 'users of arrivals do as they come, whatever their class'
      stage.report('classes', '`classes` has no meaning here', why)
    } else if (classes !== undefined) builder.mix({ classes, overMs: overNs / 1e6 })
    builder.line(to, overNs)
    builder.hold(readNs(stage, 'hold'))
    stage.finish()
  }
  return { unit, profile: builder.build() }
}

export function readStairs(
  value: unknown,
  unit: LevelUnit,
  path: string,
  problems: Problem[],
): Profile | undefined {
  const reader = new ObjectReader(value, path, problems)
  const before = problems.length
  const by = readLevel(reader, 'by', unit)
  const stairs = {
    by,
    from: (reader.get('from') ?? null) === null ? by : readLevel(reader, 'from', unit),
    isDown: reader.flag('down', false),
    times: reader.number('times', 0, 1, STAGES_MAX / 2),
    everyNs: readNs(reader, 'every'),
    rampNs: readNs(reader, 'ramps'),
  }
  if (reader.get('times') === undefined) {
    reader.report('times', 'nothing says how many steps the stairs have', '`times` is missing')
  }
  reader.finish()
  if (problems.length === before && !stairsFit(stairs)) {
    reader.report('times', 'the stairs would go below 0', 'that many steps down are too many')
  }
  if (problems.length > before) return undefined
  const builder = new ProfileBuilder()
  builder.stairs(stairs)
  return builder.build()
}

/** A number, or a text such as `'50/s'`. */
function readLevel(reader: ObjectReader, key: string, unit: LevelUnit): Rate {
  const value = reader.get(key)
  const isLevel = typeof value === 'string' || (typeof value === 'number' && value >= 0)
  if (!isLevel) {
    const example = unit === 'users' ? 'a whole number such as 50' : "a rate such as '50/s'"
    reader.report(key, `${show(value)} is no level of ${unit}`, `${example} belongs here`)
    return ZERO
  }
  const level = parseLevel(`${value}`, unit, reader.at(key))
  if (!isProblem(level)) return level
  reader.add(level)
  return ZERO
}

function readNs(reader: ObjectReader, key: string): number {
  return reader.parsed(key, null, parseDuration)?.ns ?? 0
}
