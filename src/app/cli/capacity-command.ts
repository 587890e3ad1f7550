/**
 * `onrush capacity`: a search for the limit, what it found on the screen, in `.onrush/capacity` and as JSON; on request the limit is held for long,
 * and checked with more workers. Whatever ends it, what was found until then is told and kept.
 */
import type { CapacityResult, GeneratorCheck } from '../../contracts/capacity.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { GivenLoads, generatorCheck, loadsToCheck } from '../../model/capacity/generator-check.ts'
import { SearchThenHold } from '../../model/capacity/hold.ts'
import { capacityResult, driftOf } from '../../model/capacity/result.ts'
import { CapacitySearch, readableLoad } from '../../model/capacity/search.ts'
import { answerLines } from '../../plugins/outputs/console/capacity-view.ts'
import { keepUntilThen, placesOf, writeFound } from './capacity-files.ts'
import { capacityOptions, searchSettings } from './capacity-options.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { type RunEnd, reproducing, searchFacts } from './searched-run.ts'
import { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'
import { type Tried, type Trying, tryLoads } from './tried-loads.ts'
import { workerCount } from './workers.ts'

export async function capacityCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  if (flags['spike'] !== undefined)
    return (await import('./spike-command.ts')).spikeCommand(files, flags, terminal)
  const options = capacityOptions(flags)
  const { by, settings: search, objectives, expectedPeak, required } = options
  const { users: _, ...others } = flags
  const read = await readSettings(others, terminal)
  const settings = searchSettings(read.settings, by, search.start, '--start')
  const more = options.verifyGenerator ? twiceTheWorkers(settings) : undefined
  const places = placesOf(settings, terminal)

  const trying: Trying = { files, settings, config: read.config, by, search, objectives }
  const round = readableLoad(by)
  const searching = new CapacitySearch(search, round)
  const { holdSec = 0, trialSec, max } = search
  const leastStep = by === 'users' ? 1 : 0.001
  const holding = new SearchThenHold(searching, { holdSec, trialSec, max, round, leastStep })
  const tried = await tryLoads(trying, holding, terminal)

  const { answer } = searching
  const foundWith = (checked?: Checked): CapacityResult =>
    capacityResult({
      search: {
        ...searchFacts(tried.run, reproducing(files, flags, tried.run.run.seed)),
        by,
        objectives: objectives.map((each) => each.rule),
        settings: search,
      },
      answer,
      trials: tried.trials,
      requests: tried.run.totals.requests,
      expectedPeak,
      required,
      broken: tried.broken ?? checked?.broken ?? null,
      hold: holding.result,
      generatorCheck: checked?.check ?? null,
    })
  let found = foundWith()
  if (more !== undefined && tried.broken === null) {
    keepUntilThen(found, terminal)
    found = foundWith(await tryAgain(tried, { ...trying, settings: more }, answer, terminal))
  }
  const style = terminal.style()
  await writeFound(found, places, terminal, (path) => answerLines(found, path, style))
  return found.verdict.exitCode
}

interface Checked {
  readonly check: GeneratorCheck
  readonly broken: RunEnd | null
}

/** With the workers of `trying`. Undefined: there was nothing to try. */
async function tryAgain(
  before: Tried,
  trying: Trying,
  answer: CapacitySearch['answer'],
  terminal: Terminal,
): Promise<Checked | undefined> {
  const { settings, by, search } = trying
  const loads = loadsToCheck(answer, before.trials, Math.max(search.soakSec, search.trialSec))
  if (loads.length === 0) return undefined
  terminal.err(`${terminal.style().dim(' the same with twice the workers')}\n`)
  const first = searchSettings(settings, by, loads[0]!.load, '--verify-generator')
  const again = await tryLoads(
    { ...trying, settings: first },
    new GivenLoads(loads),
    terminal,
  ).catch(problemsOf)
  if (again instanceof OnrushError) {
    // The answer stands, whatever is wrong by now.
    const why = again.problems[0]?.what ?? again.message
    const workers = Number(settings.text('workers'))
    return { check: { workers, verdict: 'not-known', why, trials: [] }, broken: null }
  }
  const { workers } = again.run.run
  const check = generatorCheck(
    answer,
    {
      trials: before.trials,
      windows: before.run.windows,
      drifted: driftOf(before.trials)?.drifted === true,
    },
    { trials: again.trials, windows: again.run.windows },
    workers,
  )
  return { check, broken: again.broken }
}

/** Rejects with what is no problem of a user. */
function problemsOf(error: unknown): OnrushError {
  if (error instanceof OnrushError) return error
  throw error
}

/** Throws `OnrushError` where there cannot be more. */
function twiceTheWorkers(settings: Settings): Settings {
  if (settings.text('join') !== undefined) {
    const why = 'workers of other machines cannot be started from here'
    const fix = 'leave it out, and search again with --workers twice as many'
    const what = '--verify-generator does not go with --join'
    throw new OnrushError([problem('E_USAGE', '--verify-generator', what, why, fix)])
  }
  const workers = String(2 * workerCount(settings.text('workers'), WORKERS_MAX / 2))
  const place = '--verify-generator'
  return new Settings(
    new Map([...settings.chosen, ['workers', { value: workers, origin: 'flag', place }]]),
  )
}

/** Of one machine. */
const WORKERS_MAX = 256
