/**
 * What Linux tells of a process in /proc. Read synchronously: nothing there waits for a disk, and 10–20 µs in this process is less
 * than handing the call to a thread. Every reader answers undefined for a process that is gone or belongs to somebody else.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'

export interface ProcessStat {
  /** CPU of the process and of its children that have ended, s: what a child used moves here when it ends, so a tree's sum only grows. */
  readonly cpuSec: number
  readonly threads: number
  readonly memoryBytes: number
  /** With the id it names a process for ever; ids alone are used again. */
  readonly startedAtTicks: number
}

/** `proc`: where /proc is. Undefined also for one that has ended and was not waited for. */
export function readStat(proc: string, pid: number): ProcessStat | undefined {
  const text = readText(`${proc}/${pid}/stat`)
  if (text === undefined) return undefined
  // The name may hold anything, blanks and brackets too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const at = (field: number): number => Number(fields[field - 3])
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  const { ticksPerSec, pageBytes } = kernelFacts()
  return {
    cpuSec: (at(14) + at(15) + at(16) + at(17)) / ticksPerSec,
    threads: at(20),
    startedAtTicks: at(22),
    memoryBytes: at(24) * pageBytes,
  }
}

/** Ids of the processes that it started. `thorough`: also those that another thread than the first one started. */
export function readChildren(proc: string, pid: number, thorough: boolean): number[] {
  const tasks = thorough ? (readNames(`${proc}/${pid}/task`) ?? []) : [`${pid}`]
  return tasks.flatMap((task) => {
    const text = readText(`${proc}/${pid}/task/${task}/children`) ?? ''
    return text.split(' ').filter(Boolean).map(Number)
  })
}

/** Open file descriptors, and how many there may be. */
export function readDescriptors(
  proc: string,
  pid: number,
): { open: number; limit: number } | undefined {
  const open = countDescriptors(`${proc}/${pid}/fd`)
  const limit = /^Max open files\s+(\d+)/m.exec(readText(`${proc}/${pid}/limits`) ?? '')?.[1]
  return open === undefined ? undefined : { open, limit: Number(limit ?? Number.NaN) }
}

/** Bytes that went to and came from disks, not from caches. */
export function readDiskBytes(
  proc: string,
  pid: number,
): { read: number; written: number } | undefined {
  const text = readText(`${proc}/${pid}/io`)
  const [, read, written] = /^read_bytes: (\d+)\nwrite_bytes: (\d+)/m.exec(text ?? '') ?? []
  return read === undefined ? undefined : { read: Number(read), written: Number(written) }
}

export function readText(path: string): string | undefined {
  return whileThere(() => readShort(path))
}

const PAGE = Buffer.allocUnsafe(65_536)

/** Less than what `readFileSync` costs for files that say they are empty: no size is asked for, no buffer is made. */
function readShort(path: string): string {
  const file = openSync(path, 'r')
  try {
    let text = ''
    for (;;) {
      const length = readSync(file, PAGE, 0, PAGE.length, null)
      if (length === 0) return text
      text += PAGE.toString('latin1', 0, length)
    }
  } finally {
    closeSync(file)
  }
}

export function readNames(path: string): string[] | undefined {
  return whileThere(() => readdirSync(path))
}

/** Newer kernels say the number as the size of the folder; else it is counted. */
function countDescriptors(path: string): number | undefined {
  const size = whileThere(() => statSync(path).size)
  return size !== undefined && size > 0 ? size : readNames(path)?.length
}

const GONE = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR']

/** Processes end, and change hands, between any two calls: that is an answer and no failure. */
export function whileThere<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (GONE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

let facts: { readonly ticksPerSec: number; readonly pageBytes: number } | undefined

/** From the vector that the kernel gives every program (auxv(3)): pairs of words, a tag and its value. */
function kernelFacts(): { readonly ticksPerSec: number; readonly pageBytes: number } {
  if (facts !== undefined) return facts
  const found = { ticksPerSec: 100, pageBytes: 4_096 }
  const words = whileThere(() => readFileSync('/proc/self/auxv'))
  for (let at = 0; words !== undefined && at + 16 <= words.length; at += 16) {
    const tag = words.readBigUInt64LE(at)
    if (tag === 6n) found.pageBytes = Number(words.readBigUInt64LE(at + 8))
    if (tag === 17n) found.ticksPerSec = Number(words.readBigUInt64LE(at + 8))
  }
  facts = found
  return found
}
