/** One machine of a cluster: an `ssh` of the system that holds workers there for as long as its standard input is open. */
import { type ChildProcess, spawn } from 'node:child_process'
import { forwardLines } from '../../plugins/transports/process/log-lines.ts'
import { LEASH_BEAT_MS } from './leash.ts'

/** After its standard input has ended: workers take their leave, `ssh` comes back. */
const KILL_AFTER_MS = 8_000
/** What `onrush worker` says once it has joined. */
const JOINED = /^ joined /

export class ClusterHost {
  /** True when its workers have joined, false when the session ended before. */
  readonly up: Promise<boolean>
  /** With the exit code or signal. */
  readonly ended: Promise<string>
  /** The last line it said, for the reason. */
  lastLine = ''
  readonly #child: ChildProcess
  readonly #beat: NodeJS.Timeout

  /** `joinUrl` goes over standard input only. */
  constructor(ssh: readonly string[], joinUrl: string, say: (line: string) => void) {
    const child = spawn('ssh', ssh, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    let isUp: (up: boolean) => void = () => undefined
    this.up = new Promise((resolve) => {
      isUp = resolve
    })
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        clearInterval(this.#beat)
        isUp(false)
        resolve(how)
      }
      child.once('error', (error) => {
        this.lastLine = error.message
        end('not started')
      })
      child.once('close', (code, signal) => end(`${signal ?? code}`))
    })
    for (const stream of [child.stdout, child.stderr]) {
      forwardLines(stream, (line) => {
        this.lastLine = line.trim()
        say(line.trim())
        if (JOINED.test(line)) isUp(true)
      })
    }
    // A session that is gone already says so by ending.
    child.stdin.on('error', () => undefined)
    child.stdin.write(`${joinUrl}\n`)
    this.#beat = setInterval(() => child.stdin.write('\n'), LEASH_BEAT_MS)
  }

  /** Lets go of the leash; resolves when the session is over. */
  async close(): Promise<void> {
    this.#child.stdin?.end()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS)
    await this.ended
    clearTimeout(timer)
  }
}
