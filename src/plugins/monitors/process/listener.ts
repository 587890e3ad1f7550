/**
 * Who listens on a port of this machine: the kernel's table of sockets names an inode, and the process that has it among its
 * descriptors is the one. Those of other users cannot be seen. Looks at every process once, and lets others run in between.
 */
import { readlinkSync } from 'node:fs'
import { readNames, readText, whileThere } from './proc-file.ts'

const LISTENING = '0A'

/** The processes that accept connections of `port`, without those that one of them has started; none when nobody can be seen. */
export async function findListeners(port: number, proc = '/proc'): Promise<number[]> {
  const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => inodesOf(`${proc}/net/${table}`, port)))
  if (inodes.size === 0) return []
  const holders = new Set<number>()
  for (const name of readNames(proc) ?? []) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    if (holdsAny(`${proc}/${pid}/fd`, inodes)) holders.add(pid)
    await new Promise(setImmediate)
  }
  return [...holders].filter((pid) => !hasAncestorIn(holders, pid, proc)).sort((a, b) => a - b)
}

/** Rows of the table: `sl local remote st … inode`, addresses in hexadecimal. */
function inodesOf(path: string, port: number): string[] {
  const rows = (readText(path) ?? '').split('\n').slice(1)
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return rows.flatMap((row) => {
    const fields = row.trim().split(/\s+/)
    const isIt = fields[3] === LISTENING && fields[1]?.endsWith(`:${wanted}`) === true
    return isIt ? [fields[9]!] : []
  })
}

function holdsAny(folder: string, inodes: ReadonlySet<string>): boolean {
  return (readNames(folder) ?? []).some((name) => {
    const link = whileThere(() => readlinkSync(`${folder}/${name}`))
    const inode = /^socket:\[(\d+)\]$/.exec(link ?? '')?.[1]
    return inode !== undefined && inodes.has(inode)
  })
}

function hasAncestorIn(holders: ReadonlySet<number>, pid: number, proc: string): boolean {
  for (let parent = parentOf(pid, proc); parent > 1; parent = parentOf(parent, proc)) {
    if (holders.has(parent)) return true
  }
  return false
}

function parentOf(pid: number, proc: string): number {
  const text = readText(`${proc}/${pid}/stat`) ?? ''
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}
