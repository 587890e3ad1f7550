/**
 * A command that prints numbers, one per line: `name value`, with a unit behind the value where it has one (`83%`, `12MB`, `5/s`, `4ms`). It is
 * run once per reading in a shell and has to end within it; what it prints that is no such line makes the reading fail,
 * because a number that silently is not there looks like a target that is fine. Costs the start of a process, some 2 ms.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Monitor, MonitorFigure } from '../../../contracts/monitor.ts'
import { COMMAND_BYTES_MAX } from '../../../kernel/limits.ts'
import { parseNumbers } from './numbers.ts'

export interface CommandOptions {
  readonly name: string
  /** For the shell. */
  readonly command: string
  readonly source: string
  /** Where it is run. */
  readonly folder: string
}

export class CommandMonitor implements Monitor {
  readonly name: string
  readonly source: string
  readonly #command: string
  readonly #folder: string
  #child: ChildProcess | undefined

  constructor({ name, command, source, folder }: CommandOptions) {
    this.name = name
    this.source = source
    this.#command = command
    this.#folder = folder
  }

  async read(signal: AbortSignal): Promise<readonly MonitorFigure[]> {
    const stop = (): void => this.close()
    signal.addEventListener('abort', stop, { once: true })
    try {
      return parseNumbers(await this.#run())
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** The whole group: a shell does not take its children with it. */
  close(): void {
    const pid = this.#child?.pid
    this.#child = undefined
    if (pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch (error) {
      // It has ended by itself meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  #run(): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.#command, {
        shell: true,
        detached: true,
        cwd: this.#folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      this.#child = child
      const printed = { out: '', err: '' }
      const keep = (where: 'out' | 'err') => (text: string) => {
        printed[where] += text
        if (printed[where].length <= COMMAND_BYTES_MAX) return
        this.close()
        reject(new Error(`it printed more than ${COMMAND_BYTES_MAX} bytes`))
      }
      child.stdout.setEncoding('utf8').on('data', keep('out'))
      child.stderr.setEncoding('utf8').on('data', keep('err'))
      child.once('error', reject)
      child.once('close', (code) => {
        if (this.#child === child) this.#child = undefined
        const lastWords = printed.err.trim().split('\n').at(-1) ?? ''
        if (code === 0) resolve(printed.out)
        else if (code === null) reject(new Error('it did not end in time'))
        else reject(new Error(`it ended with ${code}${lastWords === '' ? '' : `: ${lastWords}`}`))
      })
    })
  }
}
