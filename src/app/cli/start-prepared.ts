/** What every run of a prepared script has in common, whether `run`, the page or a search began it. */
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import type { Clock } from '../../contracts/clock.ts'
import { judgeGenerator } from '../../plugins/insights/generator/generator.ts'
import type { RunHandle, RunOptions } from '../../run/coordinator/run-handle.ts'
import type { RunFacts } from '../../run/coordinator/run-result.ts'
import { startRun } from '../../run/coordinator/start-run.ts'
import { gitState } from './git-state.ts'
import { packageVersion } from './package-version.ts'
import type { Prepared } from './prepare.ts'
import type { Terminal } from './terminal.ts'

/** What the caller decides. */
export type Begun = Pick<
  RunOptions,
  | 'runId'
  | 'allowedHosts'
  | 'shared'
  | 'transport'
  | 'workers'
  | 'outputs'
  | 'clock'
  | 'strictGenerator'
  | 'facts'
>

export function startPrepared(prepared: Prepared, terminal: Terminal, begun: Begun): RunHandle {
  return startRun({
    ...begun,
    plan: prepared.plan,
    bundle: prepared.bundle,
    judgeGenerator,
    findKnee: async (windows) => {
      const { rampKnee } = await import('../../model/capacity/ramp-knee.ts')
      return rampKnee(windows)
    },
    loadInsights: async () => (await import('../insights.ts')).INSIGHTS,
    openMonitors: async () => {
      const { openWatch } = await import('./watch.ts')
      return openWatch(prepared, terminal, begun.clock)
    },
  })
}

/** Of a run that begins now. */
export function factsOf({ script, bundle }: Prepared, clock: Clock): RunFacts {
  return {
    script,
    scriptHash: bundle.hash,
    startedAt: new Date(clock.epochMs()).toISOString(),
    version: packageVersion(),
    node: process.versions.node,
    git: gitState(dirname(bundle.entry)),
  }
}

/** 20261121-145501-3fa9: sorts by time, and two at one second differ. */
export function newRunId(epochMs: number): string {
  const [day, time] = new Date(epochMs).toISOString().split('T') as [string, string]
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(2).toString('hex')}`
}
