/** Runs that never happened, kept as those that did are, in a folder where the command line finds them. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { RunResult } from '../../src/contracts/result.ts'
import type { KeptRun } from '../../src/contracts/store.ts'
import {
  resultOfSimulated,
  SHOP,
  type Simulated,
  simulate,
} from '../../src/model/compare/simulated-run.test-kit.ts'
import { toSeriesResults } from '../../src/model/metrics/summary.ts'
import { RunTotals, WINDOW_MS } from '../../src/model/metrics/window.ts'
import { openSqliteStore } from '../../src/plugins/stores/sqlite/sqlite-store.ts'
import { keptRun } from '../contracts/store.test-kit.ts'

export const MINUTE: Simulated = { ...SHOP, seconds: 60, wander: 0.02 }

export interface KeptSimulated {
  readonly id: string
  readonly run: Simulated
  readonly seed: number
  /** After noon. */
  readonly atSec: number
  readonly info?: Partial<KeptRun>
  readonly result?: Partial<RunResult>
}

/** `folder`: where the command line is going to run. */
export async function keepSimulated(folder: string, runs: readonly KeptSimulated[]): Promise<void> {
  mkdirSync(join(folder, '.onrush'), { recursive: true })
  let epochMs = 0
  const store = await openSqliteStore(join(folder, '.onrush', 'history.db'), {
    epochMs: () => epochMs,
    onError: (text) => expect.fail(text),
  })
  for (const { id, run, seed, atSec, info, result } of runs) {
    epochMs = Date.UTC(2026, 10, 21, 12, 0, atSec)
    const kept = keptRun(id, { ...info, startedAtEpochMs: epochMs })
    const { startedAtEpochMs, plan } = kept
    const startedAt = new Date(startedAtEpochMs).toISOString()
    const writer = await store.begin(kept)
    const sum = new RunTotals()
    for (const window of simulate(run, seed)) {
      writer.window(window)
      sum.add(window)
    }
    await writer.finish({
      ...resultOfSimulated(run, { id, git: kept.git, plan, name: plan.name, startedAt }),
      ...toSeriesResults(sum.series, run.seconds * WINDOW_MS),
      ...result,
    })
  }
  await store.close()
}
