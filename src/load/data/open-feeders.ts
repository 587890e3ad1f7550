/**
 * Opens the feeders of a script before the first user exists: reads their files, and gives each its part of the rows.
 * Opening is all or nothing: one feeder with a mistake closes those that were opened.
 *
 * Rows of `unique` are dealt when the run begins, to the workers that have users. When a worker is lost, its remaining rows
 * are not handed out again: which of them it had used nobody can know, and a row twice is what the name excludes.
 */
import { dirname, resolve } from 'node:path'
import type { LoadPlan, Share } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { DATA_IN_MEMORY_BYTES_MAX } from '../../kernel/limits.ts'
import { Prng } from '../../kernel/prng.ts'
import { RowMistake } from '../../kernel/row-mistake.ts'
import { usersPeak } from '../../model/plan/shape.ts'
import { Ownership, withUsersMax } from '../../model/plan/share.ts'
import { noRows } from './data-problems.ts'
import type { Feeder, RowOrigin } from './feeder.ts'
import { openDataFile } from './open-file.ts'
import { makePicker } from './pickers.ts'
import { KeptRows, type Rows } from './rows.ts'
import { GeneratedRows, PickedRows, type Source } from './sources.ts'

/** How the file of the script that made a feeder is found: paths count from there. */
export interface ScriptPlace {
  /** Absolute path of the script, for feeders whose own file cannot be told. */
  readonly entry: string
  /** Which line of the script a stack names. */
  placeOf(stack: string): { readonly file: string; readonly line: number } | undefined
}
export interface OpenOptions extends ScriptPlace {
  readonly plan: LoadPlan
  /** undefined: this worker is the only one. */
  readonly share: Share | undefined
  /** Larger files are read in blocks; by default `DATA_IN_MEMORY_BYTES_MAX`. */
  readonly inMemoryBytesMax?: number
  /** Look into every row of large files as well. */
  readonly checkAll?: boolean
}

/** Throws `OnrushError` with the problems of all feeders. Resolves with what closes them; it may be called twice. */
export async function openFeeders(
  feeders: readonly Feeder<unknown>[],
  options: OpenOptions,
): Promise<() => void> {
  if (feeders.length === 0) return () => undefined
  const owned = ownedRows(options.plan, options.share)
  const sources: Source[] = []
  const problems: Problem[] = []
  const close = (): void => {
    for (const each of sources) each.close()
  }
  for (const [index, each] of feeders.entries()) {
    try {
      // A stream of its own: which rows come must not change what users draw by `this.random`.
      const seed = Prng.of(options.plan.seed, `feeder ${index}`).integer(0, 2 ** 32 - 1)
      const source = await openSource(each, options, owned, seed)
      sources.push(source)
      each._source = source
    } catch (error) {
      problems.push(...problemsOf(error, each, options))
    }
  }
  if (problems.length === 0) return close
  close()
  throw new OnrushError(problems)
}

async function openSource(
  feeder: Feeder<unknown>,
  options: OpenOptions,
  owned: Ownership,
  seed: number,
): Promise<Source> {
  const { pick, end, exponent } = feeder._wanted
  const recycle = end === 'recycle'
  const origin = feeder._origin
  if (origin.kind === 'generator') return new GeneratedRows(origin.generate, recycle, owned, seed)
  const rows = await rowsOf(feeder, origin, options)
  const { count } = rows
  if (count === 0) {
    rows.close()
    throw new OnrushError([noRows(feeder.label)])
  }
  return new PickedRows(rows, makePicker({ pick, recycle, exponent, count, seed, owned }))
}

async function rowsOf(
  feeder: Feeder<unknown>,
  origin: Exclude<RowOrigin, { kind: 'generator' }>,
  options: OpenOptions,
): Promise<Rows> {
  if (origin.kind === 'list') return new KeptRows(origin.values)
  const how = {
    inMemoryBytesMax: options.inMemoryBytesMax ?? DATA_IN_MEMORY_BYTES_MAX,
    checkAll: options.checkAll ?? false,
  }
  const folder = folderOf(feeder, options)
  return origin.open(origin.kind === 'query' ? folder : resolve(folder, feeder.label), how)
}

/** Files and packages that are not there, found without reading any: before workers are asked to. */
export async function whatIsMissing(
  feeders: readonly Feeder<unknown>[],
  script: ScriptPlace,
): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const each of feeders) {
    const { _origin: origin, label } = each
    const folder = folderOf(each, script)
    try {
      if (origin.kind === 'query') await origin.check(folder)
      if (origin.kind === 'file') await (await openDataFile(resolve(folder, label), label)).close()
    } catch (error) {
      problems.push(...problemsOf(error, each, script))
    }
  }
  return problems
}

/** Of the script file that made it: from there paths count. */
const folderOf = ({ _madeAt }: Feeder<unknown>, { placeOf, entry }: ScriptPlace): string =>
  dirname(placeOf(_madeAt)?.file ?? entry)

/** The rows of `unique` that are ours: a worker without users would keep its part for ever, so it gets none. */
function ownedRows(plan: LoadPlan, share: Share = { index: 0, weights: [1], lost: [] }): Ownership {
  const users = Math.max(...plan.scenarios.map(({ load }) => usersPeak(load)))
  return new Ownership(withUsersMax(share, users))
}

function problemsOf(
  error: unknown,
  feeder: Feeder<unknown>,
  { placeOf }: ScriptPlace,
): readonly Problem[] {
  const place = placeOf(feeder._madeAt)
  const at = place === undefined ? feeder.label : `${place.file}:${place.line}`
  if (error instanceof RowMistake) {
    return [problem('E_FEEDER', at, error.message, 'the columns do not fit', 'correct the options')]
  }
  if (!(error instanceof OnrushError)) throw error
  return error.problems.map((each) => ({
    ...each,
    why: `${each.why}; the feeder is made at ${at}`,
  }))
}
