/**
 * `onrush capacity`: one unbroken run whose load a search decides, and what it found on the screen, in `.onrush/capacity` and as JSON. One run
 * and not one per trial, so that connections and the target stay warm and nothing is paid twice. Whatever ends it, what
 * was found until then is told and kept.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { CapacityResult } from '../../contracts/capacity.ts'
import type { Output } from '../../contracts/output.ts'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { RunResult } from '../../contracts/result.ts'
import { SystemClock } from '../../kernel/clock.ts'
import { EXIT, OnrushError } from '../../kernel/errors.ts'
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
import { mark } from '../../plugins/outputs/console/style.ts'
import { CapacityPilot } from '../../run/coordinator/capacity-pilot.ts'
import { startRun } from '../../run/coordinator/start-run.ts'
import { type CapacityOptions, capacityOptions, searchSettings } from './capacity-options.ts'
import { checkTargets } from './check-targets.ts'
import { withSetup } from './life-cycle.ts'
import { localPorts } from './local-ports.ts'
import { packageVersion } from './package-version.ts'
import { knownHosts, type Prepared, prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { notWritable } from './reports.ts'
import { onSignals } from './signals.ts'
import type { Terminal } from './terminal.ts'
import { type Workers, withWorkers } from './workers.ts'

export async function capacityCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const options = capacityOptions(flags)
  const { users: _, ...others } = flags
  const read = await readSettings(others, terminal)
  const settings = searchSettings(read.settings, options)
  return withWorkers(settings, terminal, async (workers) => {
    const given = { settings, config: read.config, fallback: undefined }
    const prepared = await prepare(files, given, terminal)
    const searched = { ...prepared, plan: searchPlan(prepared.plan) }
    const { problems, allowedHosts } = await checkTargets(searched, terminal)
    if (problems.length > 0) throw new OnrushError(problems)
    const places = placesOf(settings.text('json'), terminal)
    const reproduce = `onrush capacity ${files.join(' ')} ${reproducing(options, prepared.plan)}`
    const result = await search(searched, options, { allowedHosts, workers, terminal, reproduce })
    write(result, places, terminal)
    return result.verdict.exitCode
  })
}

/** Without an end, and without what would judge or end the run beside the search. */
function searchPlan({ warmupMs: _, warmupAuto: __, ...plan }: LoadPlan): LoadPlan {
  const scenarios = plan.scenarios.map((each) => ({
    ...each,
    startAfterMs: 0,
    load: { ...each.load, durationMs: null } as typeof each.load,
  }))
  return { ...plan, thresholds: [], scenarios }
}

interface World {
  readonly allowedHosts: readonly string[]
  readonly workers: Workers
  readonly terminal: Terminal
  readonly reproduce: string
}

async function search(
  prepared: Prepared,
  options: CapacityOptions,
  { allowedHosts, workers: transport, terminal, reproduce }: World,
): Promise<CapacityResult> {
  const { plan, bundle, script } = prepared
  const { by, objectives } = options
  const clock = new SystemClock()
  const startedAt = new Date(clock.epochMs()).toISOString()
  const id = `${startedAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${randomBytes(2).toString('hex')}`
  const workers = await transport.ready()
  const screen = new BottomWindow({ write: (text) => terminal.err(text) })
  const conductor = new Conductor({
    by,
    settings: options.settings,
    objectives,
    judgeGenerator,
    onTrial: (trial) => screen.print([trialLine(trial, conductor.trials.length, terminal.style())]),
  })
  const pilot = new CapacityPilot(conductor, (load) =>
    by === 'users' ? { users: load } : { arrivals: `${load}/s` },
  )
  const shown: Output = {
    name: 'console',
    onWindow: () => {
      const style = terminal.style()
      if (style.live) screen.draw([progressLine(by, conductor.load, conductor.measuredSec, style)])
    },
    onEvent: ({ level, text }) => {
      if (level !== 'info') screen.print([` ${mark(terminal.style(), 'warn')} ${text}`])
    },
  }
  screen.print([trialHeading(by, terminal.style())])
  const result = await withSetup(prepared.lifeCycle, terminal, async (shared) => {
    const run = startRun({
      runId: id,
      plan,
      bundle,
      allowedHosts,
      shared,
      transport,
      workers,
      outputs: [pilot, shown],
      clock,
      strictGenerator: false,
      judgeGenerator,
      openMonitors: async () => {
        const { openMonitors } = await import('./watch.ts')
        const { watching } = prepared
        const ports = watching.findsTarget ? localPorts(knownHosts(prepared)) : []
        const { folder } = terminal
        return openMonitors(watching, ports, { nowMs: () => clock.nowMs(), folder })
      },
      facts: {
        script,
        scriptHash: bundle.hash,
        startedAt,
        version: packageVersion(),
        node: process.versions.node,
        git: Promise.resolve(null),
      },
    })
    pilot.fly(run)
    const signals = onSignals((reason, exitCode) => {
      conductor.search.stop('interrupted')
      run.stop(reason, exitCode)
    })
    try {
      return await run.finished
    } finally {
      signals.dispose()
      screen.close()
    }
  })
  return capacityResult({
    search: {
      id,
      script,
      scriptHash: bundle.hash,
      host: result.run.host,
      startedAt,
      durationMs: result.run.durationMs,
      seed: plan.seed,
      workers,
      version: result.run.version,
      node: result.run.node,
      by,
      objectives: objectives.map((each) => each.rule),
      settings: options.settings,
      reproduce,
    },
    answer: conductor.search.answer,
    trials: conductor.trials,
    requests: result.totals.requests,
    expectedPeak: options.expectedPeak,
    required: options.required,
    broken: brokenBy(result, conductor.search.answer.ended === 'aborted' ? pilot.endedBecause : ''),
  })
}

/** The run's own verdict is about thresholds it does not have; only what kept it from going on counts. */
function brokenBy({ verdict }: RunResult, abortedBecause: string) {
  const ends: readonly number[] = [
    EXIT.script,
    EXIT.bug,
    EXIT.target,
    EXIT.interrupted,
    EXIT.terminated,
  ]
  if (ends.includes(verdict.exitCode)) return { reason: verdict.reason, exitCode: verdict.exitCode }
  return abortedBecause === '' ? null : { reason: abortedBecause, exitCode: EXIT.target }
}

function reproducing({ by, settings, objectives }: CapacityOptions, { seed }: LoadPlan): string {
  const load = (value: number): string => (by === 'users' ? `${value}` : `${value}/s`)
  return [
    ...objectives.map(({ rule }) => `--slo '${rule}'`),
    ...(by === 'users' ? ['--users'] : []),
    `--start ${load(settings.start)} --max ${load(settings.max)} --trial ${settings.trialSec}s --seed ${seed}`,
  ].join(' ')
}

interface Places {
  readonly kept: string
  readonly json: string | undefined
}

/** Found out before any load: what was measured must not be lost to a folder that cannot be written. */
function placesOf(json: string | undefined, { folder }: Terminal): Places {
  const kept = join(folder, '.onrush', 'capacity')
  const paths = [
    kept,
    ...(json === undefined || json === '-' ? [] : [dirname(resolve(folder, json))]),
  ]
  const problems = paths.flatMap((path) => {
    try {
      mkdirSync(path, { recursive: true })
      return []
    } catch (error) {
      return [notWritable(path, error)]
    }
  })
  if (problems.length > 0) throw new OnrushError(problems)
  return { kept, json }
}

function write(result: CapacityResult, { kept, json }: Places, terminal: Terminal): void {
  const text = `${JSON.stringify(result, null, 2)}\n`
  const path = join(kept, `${result.search.id}.json`)
  const style = terminal.style()
  const lines = answerLines(result, relative(terminal.folder, path), style)
  terminal.err(`${lines.join('\n')}\n`)
  for (const each of [
    path,
    ...(json === undefined || json === '-' ? [] : [resolve(terminal.folder, json)]),
  ]) {
    try {
      writeFileSync(`${each}.partial`, text)
      renameSync(`${each}.partial`, each)
    } catch (error) {
      terminal.err(` ${mark(style, 'fail')} ${each} was not written: ${(error as Error).message}\n`)
    }
  }
  if (json === '-') terminal.out(text)
}
