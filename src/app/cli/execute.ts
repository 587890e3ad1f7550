/**
 * Composition of one run: transport, outputs, signals, and where the result goes. Creates everything, connects it,
 * and disposes of it in the reverse order whatever happens.
 */
import { join, relative } from 'node:path'
import type { Clock } from '../../contracts/clock.ts'
import type { Output } from '../../contracts/output.ts'
import { SystemClock } from '../../kernel/clock.ts'
import { OnrushError } from '../../kernel/errors.ts'
import { describeLoad } from '../../model/plan/shape-format.ts'
import { ConsoleOutput } from '../../plugins/outputs/console/console-output.ts'
import { type HistoryOptions, HistoryOutput } from '../../plugins/outputs/history/history-output.ts'
import { RunFolderOutput } from '../../plugins/outputs/json/result-file.ts'
import type { RunHandle } from '../../run/coordinator/run-handle.ts'
import { checkHistory, type HistoryPlace, openStore } from '../history/open-history.ts'
import {
  prunedText,
  pruneRules,
  type Retention,
  removeRunFolders,
  retentionOf,
} from '../history/retention.ts'
import { withSetup } from './life-cycle.ts'
import { nextCommand } from './next-command.ts'
import type { OpenedOutput } from './output-kinds.ts'
import type { Prepared } from './prepare.ts'
import { NO_REPORTS, notWritable, wantsReports } from './reports.ts'
import { onSignals } from './signals.ts'
import { factsOf, newRunId, startPrepared } from './start-prepared.ts'
import type { SteeredRun } from './steered-run.ts'
import type { Terminal } from './terminal.ts'
import type { Workers } from './workers.ts'

/** Who follows runs besides the terminal: the page. */
export interface Watcher {
  open(runId: string): Output
  follow(run: RunHandle): void
}

/**
 * Runs a plan that was checked, on workers that `transport` brings; the exit code. What it writes is opened before the script's
 * `setup` runs: a report that cannot be written must not leave a half-made world behind.
 */
export async function execute(
  prepared: Prepared,
  allowedHosts: readonly string[],
  transport: Workers,
  terminal: Terminal,
  watcher?: Watcher,
): Promise<number> {
  const { settings } = prepared
  const json = settings.text('json')
  const clock = new SystemClock()
  const workers = await transport.ready()
  const runId = newRunId(clock.epochMs())
  const folder = join(terminal.folder, '.onrush', 'runs', runId)
  const say = (text: string): void => terminal.err(`${text}\n`)
  const place = { folder: terminal.folder, url: settings.text('store') }
  const retention = settings.on('history') ? retentionOf(prepared.config, place) : undefined
  if (retention !== undefined) await checkHistory(place)
  const wantsBaseline = ['baseline', 'failOnRegression'].some((key) => settings.chosen.has(key))
  const baseline = wantsBaseline
    ? await (await import('../history/baseline.ts')).findBaseline(settings, terminal)
    : undefined
  /** Of what is open, the last one first. */
  const closers: (() => void)[] = []
  const opened = <T extends { close(): void }>(each: T): T => {
    closers.unshift(() => each.close())
    return each
  }
  try {
    const kept = opened(openRunFolder(folder, say))
    const reports = opened(
      wantsReports(settings, terminal)
        ? (await import('./open-reports.ts')).openReports(prepared, terminal, say)
        : NO_REPORTS,
    )
    const outputs = settings.list('output')
    const sinks = await openOutputs(outputs, settings.place('output'), terminal, clock)
    for (const each of sinks) opened(each)
    const report = relative(terminal.folder, join(folder, 'result.json'))
    let steered: SteeredRun | undefined
    const screen = opened(
      new ConsoleOutput({
        sink: { write: (text) => terminal.err(text) },
        style: () => terminal.style(),
        places: (result) => ({ report, next: nextCommand(result) }),
        describeLoad,
        status: () => steered?.status(),
        quiet: settings.on('quiet'),
      }),
    )
    const watching = watcher === undefined ? [] : [watcher.open(runId)]
    const exitCode = await withSetup(prepared.lifeCycle, terminal, async (shared) => {
      const facts = factsOf(prepared, clock)
      const history = retention && keepHistory(place, retention, facts, terminal)
      const run = startPrepared(prepared, terminal, {
        runId,
        allowedHosts,
        shared,
        transport,
        workers,
        outputs: [
          ...[kept, ...reports.outputs, screen],
          ...(history ? [history] : []),
          ...watching,
          ...sinks,
        ],
        clock,
        strictGenerator: settings.on('strictGenerator'),
        facts,
      })
      watcher?.follow(run)
      reports.follow(run)
      const signals = onSignals((reason, exitCode) => run.stop(reason, exitCode))
      try {
        const { shape } = prepared
        if (shape !== undefined) {
          const { followShape } = await import('../../run/coordinator/shape-pilot.ts')
          followShape(run, shape, clock, shape.name)
        }
        // Without a person at a terminal there is nothing to load it for.
        if (terminal.attended)
          steered = new (await import('./steered-run.ts')).SteeredRun(run, screen, terminal)
        const result = await run.finished
        if (json === '-') terminal.out(`${JSON.stringify(result, null, 2)}\n`)
        reports.write(result)
        return result.verdict.exitCode
      } finally {
        steered?.close()
        signals.dispose()
        await history?.close()
      }
    })
    return (await baseline?.judge(runId, exitCode)) ?? exitCode
  } finally {
    for (const close of closers) close()
  }
}

/** Those of `--output`; loaded only when there are any. Rejects with all that cannot be opened. */
async function openOutputs(
  wanted: readonly string[],
  place: string,
  { folder, err }: Terminal,
  clock: Clock,
): Promise<readonly OpenedOutput[]> {
  if (wanted.length === 0) return []
  const say = (text: string): void => err(`${text}\n`)
  return (await import('./open-outputs.ts')).openOutputs(wanted, { place, folder, clock, say })
}

function keepHistory(
  place: HistoryPlace,
  retention: Retention,
  facts: HistoryOptions['facts'],
  terminal: Terminal,
): HistoryOutput {
  const { folder } = place
  const say = (text: string): void => terminal.err(`${text}\n`)
  return new HistoryOutput({
    facts,
    open: () => openStore(place, say),
    onError: say,
    prune: () => pruneRules(retention, Date.now()),
    onPruned: (removed) => {
      removeRunFolders(
        folder,
        removed.map(({ id }) => id),
      )
      say(prunedText(removed, retention))
    },
  })
}

function openRunFolder(folder: string, say: (text: string) => void): RunFolderOutput {
  try {
    return new RunFolderOutput(folder, say)
  } catch (error) {
    throw new OnrushError([notWritable(folder, error)])
  }
}
