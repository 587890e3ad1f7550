/**
 * Two kept runs, wherever they are, and what comes of comparing them. A run is named as everywhere (an id, a part of it, `last`), as
 * `baseline` for the newest that is marked as one, or by the file it was exported to. Windows are read one at a time, and of
 * long runs in the stretches that are kept merged.
 */
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CompareTolerance, Comparison } from '../../contracts/compare.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { Store } from '../../contracts/store.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { BlockTable } from '../../model/compare/block-table.ts'
import { compareRuns, pairRuns, withoutFigures } from '../../model/compare/compare-runs.ts'
import type { Span } from '../../model/compare/span.ts'
import { findRun } from './find-run.ts'
import { resultOfRun } from './result-of.ts'

export interface KeptSide {
  readonly store: Store
  readonly result: RunResult
}

export interface CompareOptions {
  readonly tolerance: CompareTolerance
  /** Also when nothing follows from it. */
  readonly anyway: boolean
}

/** `folder`: what paths count from. Throws `OnrushError`. */
export async function findSide(
  history: Store | undefined,
  named: string,
  folder: string,
): Promise<KeptSide> {
  const path = resolve(folder, named)
  if (existsSync(path) && statSync(path).isFile()) return readSide(path, named)
  const { id } =
    named === 'baseline' ? await newestBaseline(history) : await findRun(history, named)
  return sideOf(history!, id)
}

export async function compareKept(
  a: KeptSide,
  b: KeptSide,
  { tolerance, anyway }: CompareOptions,
): Promise<Comparison> {
  const pairing = pairRuns(a.result, b.result)
  const isWanted = pairing.notComparable.length === 0 || anyway
  if (!isWanted || !pairing.canBeMeasured) return withoutFigures(pairing)
  const tableA = await tableOf(a, pairing.span)
  const tableB = await tableOf(b, pairing.span)
  return compareRuns(pairing, tableA, tableB, tolerance)
}

export async function sideOf(store: Store, id: string): Promise<KeptSide> {
  const run = await store.read(id)
  if (run === undefined) throw new Error(`run ${id} is not in the history`)
  return { store, result: await resultOfRun(store, run) }
}

async function readSide(path: string, named: string): Promise<KeptSide> {
  const { MemoryStore } = await import('../../plugins/stores/memory/memory-store.ts')
  const { importFile } = await import('./import-file.ts')
  const store = new MemoryStore(Date.now)
  try {
    return await sideOf(store, await importFile(store, path))
  } catch (error) {
    const why = (error as Error).message
    const fix = '`onrush runs export ID FILE` writes such files'
    throw new OnrushError([problem('E_RUN_FILE', named, 'no run can be read from it', why, fix)], {
      cause: error,
    })
  }
}

async function newestBaseline(history: Store | undefined): Promise<{ readonly id: string }> {
  const [newest] = (await history?.list({ onlyBaselines: true, limit: 1 })) ?? []
  if (newest !== undefined) return newest
  throw new OnrushError([
    problem(
      'E_RUN',
      'baseline',
      'there is no baseline',
      'no kept run is marked as one',
      '`onrush runs baseline ID` marks a run',
    ),
  ])
}

async function tableOf({ store, result }: KeptSide, span: Span): Promise<BlockTable> {
  const table = new BlockTable()
  for (let fromMs = span.fromMs; fromMs < span.toMs; fromMs += span.blockMs) {
    const block = { fromMs, toMs: fromMs + span.blockMs, detail: 'series' } as const
    for await (const window of store.merged(result.run.id, block)) table.add(window)
    table.endBlock()
  }
  return table
}
