/**
 * `onrush capacity --spike base,peak,length`: the base load, the peak for so long, and the base again until the target has recovered. Exit code 1
 * when it does not within ten times the length of the spike.
 */
import type { Output } from '../../contracts/output.ts'
import type { SpikeResult } from '../../contracts/spike.ts'
import { EXIT } from '../../kernel/errors.ts'
import { BEFORE_SEC, SpikeWatch } from '../../model/capacity/spike-watch.ts'
import { BottomWindow } from '../../plugins/outputs/console/bottom-window.ts'
import { spikeLines } from '../../plugins/outputs/console/spike-view.ts'
import type { RunHandle } from '../../run/coordinator/start-run.ts'
import { placesOf, writeFound } from './capacity-files.ts'
import { type SpikeOptions, searchSettings, spikeOptions } from './capacity-options.ts'
import { prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { brokenBy, reproducing, searchedRun, searchFacts, searchPlan } from './searched-run.ts'
import type { Terminal } from './terminal.ts'
import { withWorkers } from './workers.ts'

export async function spikeCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const spike = spikeOptions(flags)
  const { users: _, ...others } = flags
  const read = await readSettings(others, terminal)
  const settings = searchSettings(read.settings, spike.by, loadText(spike), '--spike')
  const places = placesOf(settings.text('json'), terminal)
  return withWorkers(settings, terminal, async (transport) => {
    const given = { settings, config: read.config, fallback: undefined }
    const prepared = await prepare(files, given, terminal)
    const watch = new SpikeWatch(spike)
    const screen = new BottomWindow({ write: (text) => terminal.err(text) })
    const watching = new SpikeOutput(watch, () => {
      const style = terminal.style()
      if (style.live) screen.draw([style.dim(` · ${PHASES[watch.phase]}`)])
    })
    const { id, result } = await searchedRun({
      prepared: { ...prepared, plan: searchPlan(prepared.plan) },
      transport,
      terminal,
      screen,
      outputs: [watching],
      follow: (run) => watching.follow(run),
      onInterrupt: () => {},
    })
    const { by, base, peak, lengthSec } = spike
    const seen = watch.result
    const broken = brokenBy(result)
    const found: SpikeResult = {
      schema: 'onrush.spike/1',
      search: {
        ...searchFacts(result, reproducing(files, flags, prepared.plan.seed)),
        ...{ by, base, peak, lengthSec },
      },
      verdict:
        broken !== null
          ? { passed: false, ...broken }
          : seen.metastable
            ? { passed: false, reason: 'the target did not recover', exitCode: EXIT.failed }
            : { passed: true, reason: '', exitCode: EXIT.passed },
      ...seen,
    }
    const style = terminal.style()
    writeFound(id, found, places, terminal, (path) => spikeLines(found, path, style))
    return found.verdict.exitCode
  })
}

const PHASES = {
  before: 'the base load, to know what is normal',
  during: 'the spike',
  after: 'the base load again, until the target has recovered',
}

/** Ends the run when enough was seen. */
class SpikeOutput implements Output {
  readonly name = 'spike'
  readonly #watch: SpikeWatch
  readonly #onSecond: () => void
  #run: RunHandle | undefined
  #last = -1

  constructor(watch: SpikeWatch, onSecond: () => void) {
    this.#watch = watch
    this.#onSecond = onSecond
  }

  follow(run: RunHandle): void {
    this.#run = run
  }

  onWindow(window: Parameters<SpikeWatch['add']>[0]): void {
    if (this.#run?.state !== 'running' || window.window <= this.#last) return
    this.#last = window.window
    if (this.#watch.add(window)) this.#run.stop('finished')
    this.#onSecond()
  }
}

function loadText(spike: SpikeOptions): string {
  const unit = spike.by === 'users' ? '' : '/s'
  const { base, peak, lengthSec } = spike
  const after = SpikeWatch.afterSec(spike)
  return `${base}${unit} for ${BEFORE_SEC}s, spike to ${peak}${unit} for ${lengthSec}s, hold ${after}s`
}
