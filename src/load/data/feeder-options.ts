/** The options that all feeders share, looked at once, when a feeder is made. */
import type { Problem } from '../../contracts/problem.ts'
import { didYouMean } from '../../kernel/did-you-mean.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { PICKS, type PickKind } from './pickers.ts'
import type { FieldType } from './row-format.ts'

export interface FeederOptions {
  /** Which row comes next; `sequential` by default, `unique` for a generator. See docs/guide/data.md. */
  readonly pick?: PickKind
  /** After the last row: begin again, or end the user. `unique` and `unique-per-user` stop by default, others recycle. */
  readonly end?: 'recycle' | 'stop'
  /** Of `zipf`: how much more often the first rows come; 1 by default. */
  readonly exponent?: number
}
export interface CsvOnlyOptions {
  /** Between fields; one character, a comma by default. */
  readonly delimiter?: string
  /** Names of the columns, for a file whose first row is data already. */
  readonly header?: readonly string[]
  /** Columns that are not text: `{ age: 'number' }`. */
  readonly types?: Readonly<Record<string, FieldType>>
}
export type CsvOptions = FeederOptions & CsvOnlyOptions
/** Options with their defaults filled in. */
export interface Wanted {
  readonly pick: PickKind
  readonly end: 'recycle' | 'stop'
  readonly exponent: number
}

/** Throws `OnrushError` with everything that is wrong. */
export function checkOptions(label: string, options: FeederOptions, isGenerator: boolean): Wanted {
  const pick = options.pick ?? (isGenerator ? 'unique' : 'sequential')
  const stops = pick === 'unique' || pick === 'unique-per-user'
  const end = options.end ?? (stops ? 'stop' : 'recycle')
  const exponent = options.exponent ?? 1
  const problems: Problem[] = []
  const say = (option: string, what: string, why: string, fix: string): void => {
    problems.push(problem('E_FEEDER', `${label}, ${option}`, what, why, fix))
  }
  for (const key of Object.keys(options)) {
    if (OPTIONS.includes(key)) continue
    say(key, `a feeder has no option "${key}"`, didYouMean(key, OPTIONS), 'correct the name')
  }
  if (!PICKS.includes(pick)) {
    say('pick', `there is no pick "${pick}"`, `it is one of ${PICKS.join(', ')}`, 'choose one')
  } else if (isGenerator && pick !== 'unique') {
    say(
      'pick',
      `a generator cannot be picked from by "${pick}"`,
      'its values come one after the other, and how many there are nobody knows',
      'leave pick out, or make an array of the values: feeder.from([...make()], { pick: … })',
    )
  }
  if (end !== 'recycle' && end !== 'stop') {
    say('end', `there is no end "${end}"`, "it is 'recycle' or 'stop'", 'choose one')
  } else if (end === 'stop' && (pick === 'random' || pick === 'zipf')) {
    say('end', `"${pick}" has no end`, 'a row may come any number of times', 'leave end out')
  }
  if (!(exponent > 0 && exponent <= 20)) {
    say('exponent', `the exponent is ${exponent}`, 'it must be above 0, at most 20', 'try 1')
  } else if (options.exponent !== undefined && pick !== 'zipf') {
    say(
      'exponent',
      `"${pick}" has no exponent`,
      'only zipf has',
      "add pick: 'zipf', or leave it out",
    )
  }
  if (problems.length > 0) throw new OnrushError(problems)
  return { pick, end, exponent }
}
const OPTIONS = ['pick', 'end', 'exponent']

/** The options of CSV alone. Throws `OnrushError`; which columns there are is known only when the file is read. */
export function checkCsvOptions(
  label: string,
  { delimiter, header, types = {} }: CsvOnlyOptions,
): void {
  const problems: Problem[] = []
  const say = (option: string, what: string, why: string, fix: string): void => {
    problems.push(problem('E_FEEDER', `${label}, ${option}`, what, why, fix))
  }
  // One byte that is neither a quote nor a line end: rows are found by bytes.
  if (delimiter !== undefined && !/^[\t -!#-~]$/.test(delimiter)) {
    const given = JSON.stringify(delimiter)
    say(
      'delimiter',
      `${given} cannot stand between fields`,
      'it must be one character of ASCII, no quote',
      "use ',', ';' or '\\t'",
    )
  }
  if (header !== undefined && !(Array.isArray(header) && header.length > 0)) {
    say(
      'header',
      'header is not a list of names',
      'it names the columns of a file that does not',
      "write header: ['name', 'age'], or leave it out",
    )
  }
  for (const [column, type] of Object.entries(types)) {
    if (TYPES.includes(type)) continue
    say(
      'types',
      `${column} is to be a "${type}"`,
      `a type is one of ${TYPES.join(', ')}`,
      'choose one',
    )
  }
  if (problems.length > 0) throw new OnrushError(problems)
}
const TYPES: readonly string[] = ['string', 'number', 'boolean']
