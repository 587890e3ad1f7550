/**
 * How long runs are kept: `history: { keep: '90d', maxSize: '2GB' }` in onrush.config.ts, either of them 'forever' or 'any' for
 * no limit, which is the default where the history is shared. Baselines are always kept, and so is the run that just ended.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '../../contracts/problem.ts'
import type { PruneRules, RunRecord } from '../../contracts/store.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import type { ConfigFile } from '../cli/config-file.ts'
import type { HistoryPlace } from './open-history.ts'

export interface Retention {
  /** Infinity: for ever. */
  readonly keepMs: number
  /** Of the whole history; Infinity: any. */
  readonly sizeBytesMax: number
  /** As the user has it, for messages. */
  readonly said: { readonly keep: string; readonly maxSize: string }
}

const DEFAULTS = { keep: '90d', maxSize: '2GB' }
/** What others have kept is not one's own to delete without a word. */
const SHARED = { keep: 'forever', maxSize: 'any' }
const DAY_MS = 86_400_000
const KEEP_UNITS: Readonly<Record<string, number>> = { h: DAY_MS / 24, d: DAY_MS, w: 7 * DAY_MS }
const SIZE_UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 }

/** Throws `OnrushError` with everything that is wrong. */
export function retentionOf(
  config: ConfigFile | undefined,
  { url }: Pick<HistoryPlace, 'url'>,
): Retention {
  const defaults = url === undefined ? DEFAULTS : SHARED
  const rules = rulesOf(config)
  const problems: Problem[] = []
  const report = (key: string, what: string, fix: string): void => {
    const why = 'runs might be deleted that you want to keep'
    problems.push(problem('E_CONFIG', `${config?.path ?? ''} history.${key}`, what, why, fix))
  }
  const amount = (key: 'keep' | 'maxSize', units: typeof KEEP_UNITS, none: string): number => {
    const given = rules[key] ?? defaults[key]
    if (given === none) return Number.POSITIVE_INFINITY
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(String(given)) ?? []
    const scale = units[unit]
    if (scale !== undefined) return Number(number) * scale
    const example = `'${DEFAULTS[key]}' or '${none}'; units are ${Object.keys(units).join(', ')}`
    report(key, `${JSON.stringify(given)} is no ${key === 'keep' ? 'time' : 'size'}`, example)
    return Number.NaN
  }
  for (const key of Object.keys(rules).filter((each) => !(each in DEFAULTS))) {
    report(key, `there is no setting "${key}"`, `there are ${Object.keys(DEFAULTS).join(' and ')}`)
  }
  const retention = {
    keepMs: amount('keep', KEEP_UNITS, 'forever'),
    sizeBytesMax: amount('maxSize', SIZE_UNITS, 'any'),
    said: { ...defaults, ...rules },
  }
  if (problems.length > 0) throw new OnrushError(problems)
  return retention
}

export function pruneRules({ keepMs, sizeBytesMax }: Retention, nowEpochMs: number): PruneRules {
  return {
    ...(keepMs !== Number.POSITIVE_INFINITY && { beforeEpochMs: nowEpochMs - keepMs }),
    ...(sizeBytesMax !== Number.POSITIVE_INFINITY && { sizeBytesMax }),
  }
}

/** One line about what `prune` removed. */
export function prunedText(removed: readonly RunRecord[], { said }: Retention): string {
  const oldest = removed[0]!.id
  const runs = removed.length === 1 ? `run ${oldest}` : `${removed.length} runs from ${oldest} on`
  return ` history  ${runs} deleted: it keeps ${said.keep} and ${said.maxSize}, see \`history\` in onrush.config.ts`
}

/** What other files there are of these runs, below `folder`. */
export function removeRunFolders(folder: string, ids: readonly string[]): void {
  for (const id of ids.filter(isRunId)) {
    rmSync(join(folder, '.onrush', 'runs', id), { recursive: true, force: true })
  }
}

/** Names a folder, so it may not lead out of one. */
export const isRunId = (id: string): boolean => /^[\w-]{1,100}$/.test(id)

function rulesOf(config: ConfigFile | undefined): Readonly<Record<string, string>> {
  const rules = config?.values['history']
  // Only whether to keep runs at all.
  return typeof rules === 'object' && rules !== null ? (rules as Record<string, string>) : {}
}
