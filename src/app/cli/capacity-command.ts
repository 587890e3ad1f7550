/**
 * `onrush capacity`: one unbroken run whose load a search decides, and what it found on the screen, in `.onrush/capacity` and as JSON. One run
 * and not one per trial, so that connections and the target stay warm and nothing is paid twice. Whatever ends it, what
 * was found until then is told and kept.
 */
import type { CapacityResult } from '../../contracts/capacity.ts'
import type { Output } from '../../contracts/output.ts'
import { EXIT } from '../../kernel/errors.ts'
import { Conductor } from '../../model/capacity/conductor.ts'
import { capacityResult } from '../../model/capacity/result.ts'
import { judgeGenerator } from '../../plugins/insights/generator/generator.ts'
import { BottomWindow } from '../../plugins/outputs/console/bottom-window.ts'
import {
  answerLines,
  progressLine,
  trialHeading,
  trialLine,
} from '../../plugins/outputs/console/capacity-view.ts'
import { CapacityPilot } from '../../run/coordinator/capacity-pilot.ts'
import { placesOf, writeFound } from './capacity-files.ts'
import { type CapacityOptions, capacityOptions, searchSettings } from './capacity-options.ts'
import { type Prepared, prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { brokenBy, reproducing, searchedRun, searchFacts, searchPlan } from './searched-run.ts'
import type { Terminal } from './terminal.ts'
import { type Workers, withWorkers } from './workers.ts'

export async function capacityCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  if (flags['spike'] !== undefined)
    return (await import('./spike-command.ts')).spikeCommand(files, flags, terminal)
  const options = capacityOptions(flags)
  const { users: _, ...others } = flags
  const read = await readSettings(others, terminal)
  const { start } = options.settings
  const load = options.by === 'users' ? String(start) : `${start}/s`
  const settings = searchSettings(read.settings, options.by, load, '--start')
  const places = placesOf(settings.text('json'), terminal)
  return withWorkers(settings, terminal, async (workers) => {
    const given = { settings, config: read.config, fallback: undefined }
    const prepared = await prepare(files, given, terminal)
    const searched = { ...prepared, plan: searchPlan(prepared.plan) }
    const reproduce = reproducing(files, flags, prepared.plan.seed)
    const found = await search(searched, options, { workers, terminal, reproduce })
    const style = terminal.style()
    writeFound(found.search.id, found, places, terminal, (path) => answerLines(found, path, style))
    return found.verdict.exitCode
  })
}

interface World {
  readonly workers: Workers
  readonly terminal: Terminal
  readonly reproduce: string
}

async function search(
  prepared: Prepared,
  { by, objectives, settings, expectedPeak, required }: CapacityOptions,
  { workers, terminal, reproduce }: World,
): Promise<CapacityResult> {
  const screen = new BottomWindow({ write: (text) => terminal.err(text) })
  const conductor = new Conductor({
    by,
    settings,
    objectives,
    judgeGenerator,
    onTrial: (trial) => screen.print([trialLine(trial, conductor.trials.length, terminal.style())]),
  })
  const pilot = new CapacityPilot(conductor, (load) =>
    by === 'users' ? { users: load } : { arrivals: `${load}/s` },
  )
  const progress: Output = {
    name: 'console',
    onWindow: () => {
      const style = terminal.style()
      if (style.live) screen.draw([progressLine(by, conductor.load, conductor.measuredSec, style)])
    },
  }
  const { result } = await searchedRun({
    prepared,
    transport: workers,
    terminal,
    screen,
    outputs: [pilot, progress],
    follow: (run) => {
      screen.print([trialHeading(by, terminal.style())])
      pilot.fly(run)
    },
    onInterrupt: () => conductor.search.stop('interrupted'),
  })
  const { answer } = conductor.search
  const aborted =
    answer.ended === 'aborted' ? { reason: pilot.endedBecause, exitCode: EXIT.target } : null
  return capacityResult({
    search: {
      ...searchFacts(result, reproduce),
      by,
      objectives: objectives.map((each) => each.rule),
      settings,
    },
    answer,
    trials: conductor.trials,
    requests: result.totals.requests,
    expectedPeak,
    required,
    broken: brokenBy(result) ?? aborted,
  })
}
