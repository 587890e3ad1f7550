/**
 * Composition of one run: transport, outputs, signals, and where the result goes. Creates everything, connects it,
 * and disposes of it in the reverse order whatever happens.
 */
import { randomBytes } from 'node:crypto'
import { dirname, join, relative } from 'node:path'
import type { Clock } from '../../contracts/clock.ts'
import type { Output } from '../../contracts/output.ts'
import { SystemClock } from '../../kernel/clock.ts'
import { OnrushError } from '../../kernel/errors.ts'
import { describeLoad } from '../../model/plan/shape-format.ts'
import { judgeGenerator } from '../../plugins/insights/generator/generator.ts'
import { ConsoleOutput } from '../../plugins/outputs/console/console-output.ts'
import { type HistoryOptions, HistoryOutput } from '../../plugins/outputs/history/history-output.ts'
import { RunFolderOutput } from '../../plugins/outputs/json/result-file.ts'
import { type RunHandle, startRun } from '../../run/coordinator/start-run.ts'
import { checkHistory, type HistoryPlace, openStore } from '../history/open-history.ts'
import {
  prunedText,
  pruneRules,
  type Retention,
  removeRunFolders,
  retentionOf,
} from '../history/retention.ts'
import { gitState } from './git-state.ts'
import { withSetup } from './life-cycle.ts'
import { nextCommand } from './next-command.ts'
import type { OpenedOutput } from './output-kinds.ts'
import { packageVersion } from './package-version.ts'
import type { Prepared } from './prepare.ts'
import { NO_REPORTS, notWritable, wantsReports } from './reports.ts'
import { onSignals } from './signals.ts'
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
  const { settings, plan, bundle, script } = prepared
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
  const reports = wantsReports(settings, terminal)
    ? (await import('./open-reports.ts')).openReports(prepared, terminal, say)
    : NO_REPORTS
  const opened = openOutputs(settings.list('output'), settings.place('output'), terminal, clock)
  const sinks = await opened.catch((error: unknown) => {
    reports.close()
    throw error
  })
  const kept = openRunFolder(folder, say)
  const report = relative(terminal.folder, join(folder, 'result.json'))
  const screen = new ConsoleOutput({
    sink: { write: (text) => terminal.err(text) },
    style: () => terminal.style(),
    places: (result) => ({ report, next: nextCommand(result) }),
    describeLoad,
    status: () => steered?.status(),
    quiet: settings.on('quiet'),
  })
  const watching = watcher === undefined ? [] : [watcher.open(runId)]
  let steered: SteeredRun | undefined
  try {
    const exitCode = await withSetup(prepared.lifeCycle, terminal, async (shared) => {
      const git = gitState(dirname(bundle.entry))
      const facts = {
        scriptHash: bundle.hash,
        version: packageVersion(),
        node: process.versions.node,
      }
      const history = retention && keepHistory(place, retention, { ...facts, git }, terminal)
      const run = startRun({
        runId,
        plan,
        bundle,
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
        judgeGenerator,
        openMonitors: async () => {
          const { openWatch } = await import('./watch.ts')
          return openWatch(prepared, terminal, clock)
        },
        facts: {
          ...facts,
          git,
          script,
          startedAt: new Date(clock.epochMs()).toISOString(),
        },
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
    screen.close()
    reports.close()
    for (const sink of sinks) sink.close()
    kept.close()
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

/** 20261121-145501-3fa9: sorts by time, and two at one second differ. */
function newRunId(epochMs: number): string {
  const [day, time] = new Date(epochMs).toISOString().split('T') as [string, string]
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(2).toString('hex')}`
}

function openRunFolder(folder: string, say: (text: string) => void): RunFolderOutput {
  try {
    return new RunFolderOutput(folder, say)
  } catch (error) {
    throw new OnrushError([notWritable(folder, error)])
  }
}
