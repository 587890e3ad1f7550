/** Runs that never happened, kept as those that did are, in a folder where the command line finds them. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { RunResult, WindowResult } from '../../src/contracts/result.ts'
import type { KeptRun } from '../../src/contracts/store.ts'
import type { Window } from '../../src/contracts/window.ts'
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
    const { name, tags } = plan
    const told = { id, git: kept.git, plan, name, tags, startedAt }
    const writer = await store.begin(kept)
    const sum = new RunTotals()
    const windows: WindowResult[] = []
    for (const window of simulate(run, seed)) {
      writer.window(window)
      sum.add(window)
      windows.push(secondOf(window))
    }
    await writer.finish({
      ...resultOfSimulated(run, told),
      ...toSeriesResults(sum.series, run.seconds * WINDOW_MS),
      windows,
      ...result,
    })
  }
  await store.close()
}

/** As the result of a run has it. */
function secondOf(window: Window): WindowResult {
  const sum = new RunTotals()
  sum.add(window)
  const { requests, failures, responseMs } = toSeriesResults(sum.series, WINDOW_MS).totals
  const { p50, p95, p99 } = responseMs
  const measured = { requests, failures, p50Ms: p50, p95Ms: p95, p99Ms: p99 }
  return { atMs: window.startMs, users: 1, ...measured, bytesIn: 0, bytesOut: 0 }
}
