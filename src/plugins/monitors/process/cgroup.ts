/**
 * The control group (version 2) of a process, where it has one of its own: how often its CPU limit stopped it, and how full its memory
 * limit is. A container under load may look idle from outside while it stands still every tenth of a second; only this tells.
 */
import { readText } from './proc-file.ts'

export interface CgroupFigures {
  /** Periods in which it could run, and those in which it was stopped for having used up its share. */
  readonly periods: number
  readonly throttled: number
  readonly memoryBytes: number
  /** Infinite without a limit. */
  readonly memoryLimitBytes: number
}

/** Undefined without a group, or with one that limits nothing. `root`: where the groups are mounted. */
export function readCgroup(proc: string, root: string, pid: number): CgroupFigures | undefined {
  const path = /^0::(\/.*)$/m.exec(readText(`${proc}/${pid}/cgroup`) ?? '')?.[1]
  if (path === undefined) return undefined
  const file = (name: string): string | undefined => readText(`${root}${path}/${name}`)
  const quota = file('cpu.max')?.split(' ')[0] ?? 'max'
  const memoryLimitBytes = limitOf(file('memory.max'))
  if (quota === 'max' && memoryLimitBytes === Number.POSITIVE_INFINITY) return undefined
  const stat = file('cpu.stat') ?? ''
  return {
    periods: quota === 'max' ? 0 : countOf(stat, 'nr_periods'),
    throttled: countOf(stat, 'nr_throttled'),
    // Caches that can be dropped at once fill a limit without harm.
    memoryBytes:
      Number(file('memory.current')) - countOf(file('memory.stat') ?? '', 'inactive_file'),
    memoryLimitBytes,
  }
}

function limitOf(text: string | undefined): number {
  return text === undefined || text.startsWith('max') ? Number.POSITIVE_INFINITY : Number(text)
}

function countOf(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
}
