/**
 * The built command line as a process of its own, in a folder of its own, and a target that knows which worker asked.
 * Scripts are written as text beside the facts they show. `HEADER` makes a script tell its process id with each
 * request, so that a test finds the workers without looking at the system.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunResult } from '../../src/contracts/result.ts'

const BIN = fileURLToPath(new URL('../../bin/onrush.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}
export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

export class CliFolder {
  readonly #children = new Set<ChildProcess>()
  readonly path = mkdtempSync(join(tmpdir(), 'onrush-e2e-'))

  /** Writes `text` as `name` and returns the name. */
  write(name: string, text: string): string {
    writeFileSync(join(this.path, name), text)
    return name
  }

  /** Starts `onrush …args` without a terminal. `shell` runs before it in the same shell, such as `ulimit -n 100`. */
  start(args: readonly string[], shell?: string): Started {
    const words = shell === undefined ? [BIN, ...args] : ['-c', `${shell}; exec "$@"`, 'sh']
    if (shell !== undefined) words.push(process.execPath, BIN, ...args)
    const child = spawn(shell === undefined ? process.execPath : 'sh', words, {
      cwd: this.path,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#children.add(child)
    child.once('close', () => this.#children.delete(child))
    const said = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.err += text
    })
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => resolve({ code, ...said }))
    })
    return { child, ended }
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.start(args).ended
  }

  /** A run of `name` with this text, its result from standard output. */
  async result(
    name: string,
    text: string,
    ...args: readonly string[]
  ): Promise<Ended & { result: RunResult }> {
    const ended = await this.run(this.write(name, text), '--json', '-', ...args)
    return { ...ended, result: resultOf(ended) }
  }

  /** Ids of the runs that were kept. */
  runs(): string[] {
    const runs = join(this.path, '.onrush', 'runs')
    return existsSync(runs) ? readdirSync(runs).sort() : []
  }

  /** What the last run left in .onrush/runs. */
  saved(): RunResult {
    const path = join(this.path, '.onrush', 'runs', this.runs().at(-1)!, 'result.json')
    return JSON.parse(readFileSync(path, 'utf8'))
  }

  /** Also ends what a failed test left running. */
  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL')
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** Where a started command serves its page, once it says so. */
export function pageOf({ child, ended }: Started): Promise<string> {
  let said = ''
  return new Promise((resolve, reject) => {
    child.stderr!.on('data', (text: string) => {
      said += text
      const found = /page {2}(\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found.replace('localhost', '127.0.0.1'))
    })
    void ended.then(() => reject(new Error(`no page: ${said}`)))
  })
}

/** Throws with what was said on standard error when standard output is no result. */
export function resultOf({ out, err, code }: Ended): RunResult {
  try {
    return JSON.parse(out) as RunResult
  } catch (cause) {
    throw new Error(`exit ${code}, no JSON on standard output: ${out}\n${err}`, { cause })
  }
}

/** Text of a script with one user class that says its process id with each request. */
export function scriptOf(body: string, host?: string): string {
  return `import { HttpUser, task, constant, StopUser } from 'onrush'
const headers = { 'x-pid': String(process.pid) }
export class Shopper extends HttpUser {
  ${host === undefined ? '' : `static host = ${JSON.stringify(host)}`}
  waitTime = constant(0.02)
  ${body}
}
`
}
/** The plainest user. */
export const GET = "@task() async look() { await this.client.get('/', { headers }) }"

/** A target on a free port that remembers who asked. */
export class Target {
  requests = 0
  readonly pids = new Set<number>()
  readonly #server: Server
  readonly #waiting = new Set<{ met: () => boolean; resolve: () => void }>()

  constructor(answer: RequestListener = (_, response) => response.end('ok')) {
    this.#server = createServer((request, response) => {
      this.requests++
      if (request.headers['x-pid'] !== undefined) this.pids.add(Number(request.headers['x-pid']))
      answer(request, response)
      this.#look()
    })
    this.#server.on('connection', (socket) => {
      // A killed load resets its connections; that is what some tests are about.
      socket.on('error', () => undefined)
      socket.once('close', () => this.#look())
    })
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Resolves when `met()` holds, looked at after each request and each closed connection. */
  async until(met: () => boolean): Promise<void> {
    if (met()) return
    await new Promise<void>((resolve) => this.#waiting.add({ met, resolve }))
  }
  /** Resolves when nobody is connected. */
  untilLeft(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        this.#server.getConnections((_, count) => {
          if (count === 0) resolve()
        })
      }
      this.#waiting.add({
        met: () => {
          look()
          return false
        },
        resolve,
      })
      look()
    })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #look(): void {
    for (const each of this.#waiting) {
      if (!each.met()) continue
      this.#waiting.delete(each)
      each.resolve()
    }
  }
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const target = await new Target().open()
  const { port } = target
  await target.close()
  return port
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
