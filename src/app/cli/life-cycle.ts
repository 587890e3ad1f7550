/**
 * `export async function setup()` and `teardown(shared)` of a script: once per run, in the coordinating process, however many
 * workers there are. What `setup` returns goes to every worker with the plan, so it must be plain data. `teardown` runs whenever
 * `setup` has: after a run that failed, was aborted or interrupted too; what it throws is said and changes no verdict.
 */
import { OnrushError, problem } from '../../kernel/errors.ts'
import { mapStack } from '../../load/script/code-frame.ts'
import { scriptProblem } from '../../load/script/load.ts'
import type { Terminal } from './terminal.ts'

/** The two hooks of one script, as far as it exports them. */
export interface LifeCycle {
  /** As shown to people. */
  readonly script: string
  readonly setup: (() => unknown) | undefined
  readonly teardown: ((shared: unknown) => unknown) | undefined
}

/** Throws `OnrushError` for an export of these names that is no function. */
export function lifeCycleOf(exports: Record<string, unknown>, script: string): LifeCycle {
  const wrong = ['setup', 'teardown'].filter(
    (name) => exports[name] !== undefined && typeof exports[name] !== 'function',
  )
  if (wrong.length > 0) {
    throw new OnrushError(
      wrong.map((name) =>
        problem(
          'E_PLAN',
          `${script} ${name}`,
          `the export \`${name}\` is no function`,
          `\`setup\` and \`teardown\` are run once per run, and this is ${typeof exports[name]}`,
          `export async function ${name}() { … }, or give it another name`,
        ),
      ),
    )
  }
  return {
    script,
    setup: exports['setup'] as LifeCycle['setup'],
    teardown: exports['teardown'] as LifeCycle['teardown'],
  }
}

/** Runs `use` between the two hooks. Throws `OnrushError` when `setup` does: no load was sent then. */
export async function withSetup<T>(
  lifeCycle: LifeCycle,
  terminal: Terminal,
  use: (shared: unknown) => Promise<T>,
): Promise<T> {
  const shared = await runSetup(lifeCycle)
  try {
    return await use(shared)
  } finally {
    await runTeardown(lifeCycle, shared, terminal)
  }
}

async function runSetup({ script, setup }: LifeCycle): Promise<unknown> {
  if (setup === undefined) return undefined
  let shared: unknown
  try {
    shared = await setup()
  } catch (error) {
    throw new OnrushError([scriptProblem(error, script, 'by setup, before any load')])
  }
  try {
    return structuredClone(shared)
  } catch (error) {
    throw new OnrushError([
      problem(
        'E_SETUP_VALUE',
        `${script} setup`,
        'what setup returned cannot be sent to workers',
        (error as Error).message,
        'return plain data: objects, arrays, text, numbers, dates, bytes',
      ),
    ])
  }
}

async function runTeardown(
  { script, teardown }: LifeCycle,
  shared: unknown,
  terminal: Terminal,
): Promise<void> {
  try {
    await teardown?.(shared)
  } catch (error) {
    const stack = error instanceof Error ? mapStack(error.stack ?? error.message) : String(error)
    terminal.err(` teardown of ${script} threw; the result stands\n   ${stack}\n`)
  }
}
