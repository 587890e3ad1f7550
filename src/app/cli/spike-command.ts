/**
 * `onrush capacity --spike base,peak,length`: the base load, the peak for so long, and the base again until the target has recovered. Exit code 1
 * when it does not within ten times the length of the spike. With `--ramp`, a second run reaches the same peak slowly: after the
 * spike, so that nothing is warm that a sudden load would find cold.
 */
import type { LoadUnit } from '../../contracts/capacity.ts'
import type { Output } from '../../contracts/output.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { SpikeResult } from '../../contracts/spike.ts'
import { EXIT } from '../../kernel/errors.ts'
import { spikeVersusRamp } from '../../model/capacity/fluid.ts'
import { BEFORE_SEC, type SpikeLoad, SpikeWatch } from '../../model/capacity/spike-watch.ts'
import { BottomWindow } from '../../plugins/outputs/console/bottom-window.ts'
import { spikeLines } from '../../plugins/outputs/console/spike-view.ts'
import type { RunHandle } from '../../run/coordinator/run-handle.ts'
import { keepUntilThen, placesOf, writeFound } from './capacity-files.ts'
import { searchSettings, spikeOptions } from './capacity-options.ts'
import { prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { brokenBy, reproducing, searchedRun, searchFacts, searchPlan } from './searched-run.ts'
import type { Terminal } from './terminal.ts'
import { withWorkers } from './workers.ts'

interface Attempt {
  readonly run: RunResult
  readonly watch: SpikeWatch
}

export async function spikeCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { by, base, peak, lengthSec, rampSec } = spikeOptions(flags)
  const { users: _, ...others } = flags
  const read = await readSettings(others, terminal)
  const places = placesOf(read.settings, terminal)
  const attempt = (load: SpikeLoad): Promise<Attempt> => {
    const settings = searchSettings(read.settings, by, loadText(by, load), '--spike')
    return withWorkers(settings, terminal, async (transport) => {
      const given = { settings, config: read.config, fallback: undefined }
      const prepared = await prepare(files, given, terminal)
      const watch = new SpikeWatch(load)
      const screen = new BottomWindow({ write: (text) => terminal.err(text) })
      const watching = new SpikeOutput(watch, () => {
        const style = terminal.style()
        if (style.live) screen.draw([style.dim(` · ${PHASES[watch.phase]}`)])
      })
      const run = await searchedRun({
        prepared: { ...prepared, plan: searchPlan(prepared.plan) },
        transport,
        terminal,
        screen,
        outputs: [watching],
        follow: (handle) => watching.follow(handle),
        onInterrupt: () => {},
      })
      return { run, watch }
    })
  }
  const spike = await attempt({ base, peak, lengthSec })
  const foundWith = (ramp?: Attempt): SpikeResult => ({
    schema: 'onrush.spike/1',
    search: {
      ...searchFacts(spike.run, reproducing(files, flags, spike.run.run.seed)),
      ...{ by, base, peak, lengthSec },
    },
    verdict: verdictOf(ramp === undefined ? [spike] : [spike, ramp]),
    ...spike.watch.result,
    ...versus(spike.watch, ramp?.watch, rampSec ?? 0),
  })
  let found = foundWith()
  // One that is kept down, or a run that was stopped, leaves nothing to compare with.
  if (rampSec !== null && found.verdict.passed) {
    keepUntilThen(found, terminal)
    found = foundWith(await attempt({ base, peak, lengthSec, riseSec: rampSec }))
  }
  const style = terminal.style()
  await writeFound(found, places, terminal, (path) => spikeLines(found, path, style))
  return found.verdict.exitCode
}

function verdictOf(attempts: readonly Attempt[]): SpikeResult['verdict'] {
  for (const [index, { run, watch }] of attempts.entries()) {
    const broken = brokenBy(run)
    if (broken !== null) return { passed: false, ...broken }
    const reason = `the target did not recover from the ${index === 0 ? 'spike' : 'ramp'}`
    if (watch.result.metastable) return { passed: false, reason, exitCode: EXIT.failed }
  }
  return { passed: true, reason: '', exitCode: EXIT.passed }
}

function versus(
  spike: SpikeWatch,
  ramp: SpikeWatch | undefined,
  riseSec: number,
): Pick<SpikeResult, 'ramp' | 'versusRamp'> {
  if (ramp === undefined) return { ramp: null, versusRamp: null }
  const taken = ramp.result
  const best = taken.during.goodPerSec
  const { ratio, finding: suffers } = spikeVersusRamp(spike.result.during.goodPerSec, best)
  return {
    ramp: { riseSec, rise: ramp.rise, ...taken },
    versusRamp: best === 0 ? null : { ratio, suffers },
  }
}

const PHASES = {
  before: 'the base load, to know what is normal',
  rise: 'slowly up to the peak',
  during: 'the peak',
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

function loadText(by: LoadUnit, load: SpikeLoad): string {
  const unit = by === 'users' ? '' : '/s'
  const { base, peak, lengthSec, riseSec } = load
  const after = SpikeWatch.afterSec(load)
  const up =
    riseSec === undefined
      ? `spike to ${peak}${unit} for ${lengthSec}s`
      : `${peak}${unit} over ${riseSec}s, hold ${lengthSec}s, jump to ${base}${unit}`
  return `${base}${unit} for ${BEFORE_SEC}s, ${up}, hold ${after}s`
}
