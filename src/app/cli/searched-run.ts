/**
 * The one run below a search or a spike: everything of `onrush run` that is left when the load, the judgement and what is written are somebody
 * else's. Whatever ends it, its result is there.
 */
import type { CapacityResult } from '../../contracts/capacity.ts'
import type { Output } from '../../contracts/output.ts'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { RunResult } from '../../contracts/result.ts'
import { SystemClock } from '../../kernel/clock.ts'
import { EXIT } from '../../kernel/errors.ts'
import type { BottomWindow } from '../../plugins/outputs/console/bottom-window.ts'
import { mark } from '../../plugins/outputs/console/style.ts'
import type { RunHandle } from '../../run/coordinator/run-handle.ts'
import { withSetup } from './life-cycle.ts'
import type { Prepared } from './prepare.ts'
import type { Flags } from './program.ts'
import { checkBeforeLoad } from './run-prepared.ts'
import { onSignals } from './signals.ts'
import { factsOf, newRunId, startPrepared } from './start-prepared.ts'
import type { Terminal } from './terminal.ts'
import type { Workers } from './workers.ts'

export interface Searched {
  readonly prepared: Prepared
  readonly transport: Workers
  readonly terminal: Terminal
  readonly screen: BottomWindow
  readonly outputs: readonly Output[]
  follow(run: RunHandle): void
  onInterrupt(): void
}

/** Throws `OnrushError` while nothing was sent. */
export async function searchedRun(searched: Searched): Promise<RunResult> {
  const { prepared, transport, terminal, screen } = searched
  const allowedHosts = await checkBeforeLoad(prepared, terminal)
  const clock = new SystemClock()
  const workers = await transport.ready()
  const events: Output = {
    name: 'events',
    onEvent: ({ level, text }) => {
      if (level !== 'info') screen.print([` ${mark(terminal.style(), 'warn')} ${text}`])
    },
  }
  return withSetup(prepared.lifeCycle, terminal, async (shared) => {
    const run = startPrepared(prepared, terminal, {
      runId: newRunId(clock.epochMs()),
      allowedHosts,
      shared,
      transport,
      workers,
      outputs: [...searched.outputs, events],
      clock,
      strictGenerator: false,
      facts: factsOf(prepared, clock),
    })
    searched.follow(run)
    const signals = onSignals((reason, exitCode) => {
      searched.onInterrupt()
      run.stop(reason, exitCode)
    })
    try {
      return await run.finished
    } finally {
      signals.dispose()
      screen.close()
    }
  })
}

/** Without an end, unless it has one, and without what would judge or end the run beside the search. */
export function searchPlan({ warmupMs: _, warmupAuto: __, ...plan }: LoadPlan): LoadPlan {
  const scenarios = plan.scenarios.map(({ load, ...each }) => ({
    ...each,
    startAfterMs: 0,
    load: load.kind.startsWith('constant-') ? ({ ...load, durationMs: null } as typeof load) : load,
  }))
  return { ...plan, thresholds: [], scenarios }
}

/** What every result says of its run. */
export function searchFacts(
  { run }: RunResult,
  reproduce: string,
): Omit<CapacityResult['search'], 'by' | 'objectives' | 'settings'> {
  const { id, script, scriptHash, host, startedAt, durationMs, seed, workers, version, node } = run
  return {
    id,
    script,
    scriptHash,
    host,
    startedAt,
    durationMs,
    seed,
    workers,
    version,
    node,
    reproduce,
  }
}

/** The run's own verdict is about rules it does not have; only what kept it from going on counts. */
export function brokenBy({ verdict }: RunResult): RunEnd | null {
  const { script, bug, target, interrupted, terminated } = EXIT
  const ends: readonly number[] = [script, bug, target, interrupted, terminated]
  const { reason, exitCode } = verdict
  return ends.includes(exitCode) ? { reason, exitCode } : null
}
export interface RunEnd {
  readonly reason: string
  readonly exitCode: number
}

/** Where results go is nothing about how they were found. */
const NOT_AGAIN = ['json', 'html', 'seed']

/** The command line again, with the seed that was used. */
export function reproducing(files: readonly string[], flags: Flags, seed: number): string {
  const words = Object.entries(flags)
    .filter(([key]) => !NOT_AGAIN.includes(key))
    .flatMap(([key, value]) => {
      const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
      if (value === true) return [`--${name}`]
      if (value === false) return [`--no-${name}`]
      return [value].flat().map((each) => `--${name} ${quoted(String(each))}`)
    })
  return ['onrush capacity', ...files.map(quoted), ...words, `--seed ${seed}`].join(' ')
}

const quoted = (word: string): string =>
  /^[\w./:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
