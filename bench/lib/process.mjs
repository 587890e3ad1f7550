// Child processes for benchmarks: pinned to cores where `taskset` exists, with their CPU time.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

export const has = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
const canPin = has('taskset') && cpus().length > 1

/** The same command on one core. Without `taskset`, or on one core, unpinned; the header says which. */
export const pinned = (core, command) =>
  canPin && core !== undefined ? ['taskset', '-c', String(core), ...command] : command

/** Runs to the end: `{ code, stdout, stderr, cpuSec, wallMs }`. CPU counts waited-for children too. */
export function run(command, { core, env, cwd, timeoutMs = 180_000 } = {}) {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const timed = [
      'bash',
      '-c',
      'TIMEFORMAT="@cpu %U %S"; time "$@"',
      'bash',
      ...pinned(core, command),
    ]
    const child = spawn(timed[0], timed.slice(1), {
      env: { ...process.env, ...env },
      cwd,
      detached: true,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), timeoutMs)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      const cpu = stderr.match(/@cpu ([\d.]+) ([\d.]+)/)
      resolve({
        code,
        stdout,
        stderr,
        cpuSec: cpu ? Number(cpu[1]) + Number(cpu[2]) : NaN,
        wallMs: performance.now() - started,
      })
    })
  })
}

/** A long-running child; `stop()` interrupts it and waits. */
export function start(command, { core, env } = {}) {
  const [file, ...args] = pinned(core, command)
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const closed = new Promise((resolve) => child.on('close', resolve))
  return {
    pid: child.pid,
    output,
    closed,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
      await closed
    },
  }
}

/** The process and all its descendants. */
export function tree(pid) {
  const children = spawnSync('ps', ['-eo', 'pid=,ppid='])
    .stdout.toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const found = [pid]
  for (const parent of found)
    for (const [id, ppid] of children) if (ppid === parent && !found.includes(id)) found.push(id)
  return found
}

/** Resident bytes of a process tree, shared pages counted once (PSS). */
export function residentBytes(pid) {
  let total = 0
  for (const id of tree(pid)) {
    try {
      total +=
        Number(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m)?.[1] ?? 0) *
        1024
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error // it ended between the two looks
    }
  }
  return total
}
