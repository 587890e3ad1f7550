/**
 * The kept run that a new one is held against: `onrush run --baseline REF`. It is found before any load is sent, so that `last` is not
 * the new run itself and a wrong name costs nothing. Compared is when the new run is kept; the comparison is shown, and with
 * `--fail-on-regression` a run that passed so far fails for it, or for not being comparable: a gate that cannot see does not open.
 */
import type { Comparison } from '../../contracts/compare.ts'
import type { Store } from '../../contracts/store.ts'
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { DEFAULT_TOLERANCE } from '../../model/compare/tolerance.ts'
import { renderComparison } from '../../plugins/outputs/console/comparison.ts'
import { mark } from '../../plugins/outputs/console/style.ts'
import type { Settings } from '../cli/settings.ts'
import type { Terminal } from '../cli/terminal.ts'
import { compareKept, findSide, type KeptSide, sideOf } from './compare-kept.ts'
import { findHistory } from './open-history.ts'

export interface Baseline {
  /** The exit code that the run comes to. Never throws `OnrushError`. */
  judge(runId: string, exitCode: number): Promise<number>
}

/** Throws `OnrushError` when there is no such run, or the new one is not going to be kept. */
export async function findBaseline(settings: Settings, terminal: Terminal): Promise<Baseline> {
  const named = settings.text('baseline')
  if (named === undefined) throw notNamed(settings)
  if (!settings.on('history')) throw notKept(settings)
  const base = await withHistory(settings, terminal, async (history) => {
    const side = await findSide(history, named, terminal.folder)
    // Of a file, which is not in the history, everything is in memory by now.
    return side.store === history ? side.result.run.id : side
  })
  return {
    async judge(runId, exitCode) {
      const comparison = await withHistory(settings, terminal, (history) =>
        compareNew(base, history, runId),
      )
      const style = terminal.style()
      const lines =
        comparison === undefined
          ? [` ${mark(style, 'warn')} not compared: this run could not be kept`]
          : renderComparison(comparison, style)
      terminal.err(`\n${lines.join('\n')}\n`)
      const fails = FAILING.includes(comparison?.verdict ?? 'not-comparable')
      if (!fails || !settings.on('failOnRegression') || exitCode !== EXIT.passed) return exitCode
      terminal.err(style.dim(`   exit ${EXIT.failed} (--fail-on-regression)\n`))
      return EXIT.failed
    },
  }
}

const FAILING: readonly Comparison['verdict'][] = ['worse', 'not-comparable']

/** Undefined when the new run, or the history, is not there. */
async function compareNew(
  base: string | KeptSide,
  history: Store | undefined,
  runId: string,
): Promise<Comparison | undefined> {
  if (history === undefined || (await history.read(runId)) === undefined) return undefined
  const a = typeof base === 'string' ? await sideOf(history, base) : base
  const b = await sideOf(history, runId)
  return compareKept(a, b, { tolerance: DEFAULT_TOLERANCE, anyway: false })
}

async function withHistory<T>(
  settings: Settings,
  terminal: Terminal,
  use: (history: Store | undefined) => Promise<T>,
): Promise<T> {
  const place = { folder: terminal.folder, url: settings.text('store') }
  const history = await findHistory(place, (text) => terminal.err(` ${text}\n`))
  try {
    return await use(history)
  } finally {
    await history?.close()
  }
}

function notNamed(settings: Settings): OnrushError {
  return new OnrushError([
    problem(
      'E_USAGE',
      settings.place('failOnRegression'),
      'there is nothing to compare with',
      'a regression is one against a kept run, and none is named',
      'name it: --baseline last, or the id of a run of `onrush runs`',
    ),
  ])
}

function notKept(settings: Settings): OnrushError {
  return new OnrushError([
    problem(
      'E_USAGE',
      settings.place('baseline'),
      'a run that is not kept cannot be compared',
      `${settings.place('history')} switches the history off, and windows are compared from there`,
      'leave one of the two out',
    ),
  ])
}
