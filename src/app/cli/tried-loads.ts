/**
 * One unbroken run in which loads are tried one after another, as a picker says: a search for the limit, or the check after it. One run and not
 * one per trial, so that connections and the target stay warm and nothing is paid twice.
 */
import type { LoadUnit, SearchSettings, TrialResult } from '../../contracts/capacity.ts'
import type { Output } from '../../contracts/output.ts'
import type { Threshold } from '../../contracts/plan.ts'
import type { RunResult } from '../../contracts/result.ts'
import { EXIT } from '../../kernel/errors.ts'
import { Conductor } from '../../model/capacity/conductor.ts'
import type { LoadPicker } from '../../model/capacity/search.ts'
import { judgeGenerator } from '../../plugins/insights/generator/generator.ts'
import { BottomWindow } from '../../plugins/outputs/console/bottom-window.ts'
import {
  progressLine,
  trialHeading,
  trialLine,
} from '../../plugins/outputs/console/capacity-view.ts'
import { CapacityPilot } from '../../run/coordinator/capacity-pilot.ts'
import type { ConfigFile } from './config-file.ts'
import { prepare } from './prepare.ts'
import { brokenBy, type RunEnd, searchedRun, searchPlan } from './searched-run.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'
import { withWorkers } from './workers.ts'

export interface Trying {
  readonly files: readonly string[]
  /** With the first load in them. */
  readonly settings: Settings
  readonly config: ConfigFile | undefined
  readonly by: LoadUnit
  readonly search: SearchSettings
  readonly objectives: readonly Threshold[]
}

export interface Tried {
  readonly run: RunResult
  readonly trials: readonly TrialResult[]
  /** What kept it from going on; null: nothing did. */
  readonly broken: RunEnd | null
}

/** Throws `OnrushError` while nothing was sent. */
export async function tryLoads(
  { files, settings, config, by, search, objectives }: Trying,
  picker: LoadPicker,
  terminal: Terminal,
): Promise<Tried> {
  return withWorkers(settings, terminal, async (transport) => {
    const prepared = await prepare(files, { settings, config, fallback: undefined }, terminal)
    const screen = new BottomWindow({ write: (text) => terminal.err(text) })
    const onTrial = (trial: TrialResult): void =>
      screen.print([trialLine(trial, conductor.trials.length, terminal.style())])
    const conductor = new Conductor(
      { by, settings: search, objectives, judgeGenerator, onTrial },
      picker,
    )
    const pilot = new CapacityPilot(conductor, (load) =>
      by === 'users' ? { users: load } : { arrivals: `${load}/s` },
    )
    const progress: Output = {
      name: 'console',
      onWindow: () => {
        const style = terminal.style()
        if (style.live) screen.draw([progressLine(by, conductor, style)])
      },
    }
    const run = await searchedRun({
      prepared: { ...prepared, plan: searchPlan(prepared.plan) },
      transport,
      terminal,
      screen,
      outputs: [pilot, progress],
      follow: (handle) => {
        screen.print([trialHeading(by, terminal.style())])
        pilot.fly(handle)
      },
      onInterrupt: () => picker.stop('interrupted'),
    })
    const reason = pilot.endedBecause
    const aborted = reason === '' ? null : { reason, exitCode: EXIT.target }
    return { run, trials: conductor.trials, broken: brokenBy(run) ?? aborted }
  })
}
