/**
 * `onrush check FILE`: every mistake that can be found without load: settings, script, plan, types (where a compiler
 * is installed beside the script), target. All of them together.
 */
import type { Problem } from '../../contracts/problem.ts'
import { EXIT, OnrushError } from '../../kernel/errors.ts'
import { openFeeders } from '../../load/data/open-feeders.ts'
import { placeOf } from '../../load/script/code-frame.ts'
import { withoutValues } from '../../model/plan/scenario-settings.ts'
import { mark } from '../../plugins/outputs/console/style.ts'
import { checkTargets } from './check-targets.ts'
import { type Prepared, prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import type { Terminal } from './terminal.ts'
import { checkTypes } from './type-check.ts'

export async function checkCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const prepared = await prepare(
    files,
    { ...(await readSettings(flags, terminal)), fallback: { users: 1, for: '10s' } },
    terminal,
  )
  const { checkWatch } = await import('./check-watch.ts')
  const [types, targets, data, watched] = await Promise.all([
    checkTypes(prepared.bundle.entry),
    checkTargets(prepared, terminal),
    checkData(prepared),
    checkWatch(prepared, terminal),
  ])
  const problems = [...types.problems, ...targets.problems, ...data.problems]
  if (problems.length > 0) throw new OnrushError(problems)
  const users = prepared.users.map((each) => each.name).join(', ')
  const ok = mark(terminal.style(), 'ok')
  terminal.out(
    ` ${ok} ${prepared.script}: ${users}\n ${ok} ${prepared.plan.scenarios.length} scenario(s), ${prepared.plan.thresholds.length} threshold(s)\n${data.said.map((each) => ` ${ok} ${each}\n`).join('')}${watched.map((each) => `${each}\n`).join('')}${paramsSaid(prepared)}   types: ${types.said}\n`,
  )
  return EXIT.passed
}

/** A line with the values a run would have. */
function paramsSaid({ plan }: Prepared): string {
  const pairs = Object.entries(withoutValues(plan).params ?? {})
  if (pairs.length === 0) return ''
  return `   params: ${pairs.map(([name, value]) => `${name} = ${value}`).join(', ')}\n`
}

/** Opens all feeders and reads every row, also of files that a run would read in blocks. */
async function checkData({ feeders, plan, bundle }: Prepared): Promise<{
  readonly problems: readonly Problem[]
  /** Such as `people.csv: 6 rows`. */
  readonly said: readonly string[]
}> {
  try {
    const close = await openFeeders(feeders, {
      plan,
      share: undefined,
      entry: bundle.entry,
      placeOf,
      checkAll: true,
    })
    close()
    const files = feeders.filter(({ _origin }) => ['file', 'query'].includes(_origin.kind))
    return { problems: [], said: files.map(({ label, size }) => `${label}: ${size} rows`) }
  } catch (error) {
    if (error instanceof OnrushError) return { problems: error.problems, said: [] }
    throw error
  }
}
