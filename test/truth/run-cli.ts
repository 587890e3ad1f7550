/** Runs the built CLI on a script given as text, the way a person would, and reads its JSON. */
import { type ChildProcess, execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunResult } from '../../src/contracts/result.ts'

const bin = fileURLToPath(new URL('../../bin/onrush.js', import.meta.url))

/**
 * Of a test that holds clocks of several processes against each other: what the machine did in between is part of it, and
 * a machine that others use too is calm only now and then. A wrong number is wrong in every attempt.
 */
export const CALM_ONCE = { retry: 2 }

export interface Ended {
  readonly code: number | null
  readonly result: RunResult
  readonly stderr: string
}

/** One request per task, nothing else. */
export const ONE = `
import { HttpUser, task } from 'onrush'
export class One extends HttpUser {
  @task async get() { await this.client.get('/') }
}`

/**
 * `args` as one line. `onStarted` gets the process while it runs. `core` pins it and its workers from the start on. Rejects when there is
 * no result to read.
 */
export async function runCli(
  source: string,
  args: string,
  onStarted: (child: ChildProcess) => void = () => {},
  core?: number,
): Promise<Ended> {
  const cwd = mkdtempSync(join(tmpdir(), 'onrush-truth-'))
  writeFileSync(join(cwd, 'script.ts'), source)
  const pin = core === undefined ? [] : ['taskset', '-c', String(core)]
  const [file, ...words] = [
    ...pin,
    process.execPath,
    bin,
    'run',
    'script.ts',
    ...args.trim().split(/\s+/),
  ] as [string, ...string[]]
  words.push('--headless', '--no-preflight', '--json', '-')
  try {
    return await new Promise((resolve, reject) => {
      const options = { cwd, maxBuffer: 64 << 20 }
      const child = execFile(file, words, options, (_error, stdout, stderr) => {
        if (!stdout.startsWith('{')) reject(new Error(`no result: ${stderr}`))
        else resolve({ code: child.exitCode, result: JSON.parse(stdout) as RunResult, stderr })
      })
      onStarted(child)
    })
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}
