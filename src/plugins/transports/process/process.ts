/**
 * Workers as child processes: own heap, own file descriptors, own thread pool, and a crash takes down one of them
 * only. Messages go over Node's channel in the `advanced` form (typed arrays stay bytes). The child's own output lines become
 * `log` reports. Nothing is inherited by accident: `execArgv` is explicit (an `--inspect` of the parent would
 * collide), source maps stay off (stacks are mapped where they are shown; Node's own mapping slows each `.stack`).
 *
 * Ending: disconnect, which a worker takes as "stop at once"; whoever is still there after `KILL_AFTER_MS` gets
 * SIGKILL, which also ends a stopped (SIGSTOP) process.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Channel, ChannelEnd, Command, Report, Transport } from '../../../contracts/wire.ts'
import { asReport } from '../../../run/wire/messages.ts'
import { forwardLines } from './log-lines.ts'

/** From disconnect to SIGKILL. */
const KILL_AFTER_MS = 2_000
/** A process that exited may have left messages in the pipe; this long they are waited for. */
const DRAIN_MS = 500

export interface ProcessOptions {
  /** A real file with a stable name that calls `serveWorker`. */
  readonly entry: URL
  /** Node options of the children; nothing else is inherited. */
  readonly execArgv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Processor to pin worker `index` to is the entry's business; it gets its index as first argument. */
  readonly args?: readonly string[]
}

export interface ProcessTransport extends Transport {
  /** Starts the processes now; `start` then only connects them. What they do before is up to the entry. */
  launch(count: number): void
  /** Process ids by worker index, for people and tests. */
  readonly pids: readonly (number | undefined)[]
}

export function processTransport(options: ProcessOptions): ProcessTransport {
  const channels: ProcessChannel[] = []
  const launch = (index: number): void => {
    const child = fork(fileURLToPath(options.entry), [String(index), ...(options.args ?? [])], {
      serialization: 'advanced',
      execArgv: [...options.execArgv],
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    channels.push(new ProcessChannel(child))
  }
  return {
    name: 'process',
    get pids() {
      return channels.map((channel) => channel.pid)
    },
    launch(count) {
      while (channels.length < count) launch(channels.length)
    },
    async start(count, onWorker) {
      this.launch(count)
      for (const [index, channel] of channels.slice(0, count).entries()) onWorker(channel, index)
    },
    async close() {
      for (const channel of channels) channel.close()
      await Promise.all(channels.map((channel) => channel.exited))
    },
  }
}

class ProcessChannel implements Channel<Report, Command> {
  backlog = 0
  readonly pid: number | undefined
  /** When a message is known not to have been a report of ours: a script that calls `process.send`. */
  foreignMessages = 0
  readonly closed: Promise<ChannelEnd>
  readonly exited: Promise<void>
  readonly #child: ChildProcess
  readonly #sent: (error: Error | null) => void
  #handle: ((message: Report) => void) | undefined
  #early: Report[] = []
  #killTimer: NodeJS.Timeout | undefined
  #closing = false

  constructor(child: ChildProcess) {
    this.#child = child
    this.pid = child.pid
    // An error here (EPIPE, channel closed) means the process is going or gone: its exit tells the story.
    this.#sent = () => {
      this.backlog--
    }
    this.exited = new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => {
        if (child.pid === undefined) resolve()
      })
    })
    this.closed = new Promise((resolve) => this.#watchEnd(resolve))
    child.on('message', (value) => this.#receive(value))
    const report = (level: 'info' | 'warn', text: string): void =>
      this.#deliver({ type: 'log', level, text })
    if (child.stdout) forwardLines(child.stdout, (text) => report('info', text))
    if (child.stderr) forwardLines(child.stderr, (text) => report('warn', text))
  }

  send(message: Command): void {
    if (!this.#child.connected) return
    this.backlog++
    this.#child.send(message, this.#sent)
  }

  onMessage(handle: (message: Report) => void): void {
    this.#handle = handle
    const early = this.#early
    this.#early = []
    for (const message of early) handle(message)
  }

  close(): void {
    if (this.#closing) return
    this.#closing = true
    // Nobody ever listened to it, so it has no load to end.
    if (this.#handle === undefined) this.#child.kill('SIGKILL')
    if (this.#child.connected) this.#child.disconnect()
    this.#killLater()
  }

  #killLater(): void {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#killTimer ??= setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS)
  }

  #receive(value: unknown): void {
    const report = asReport(value)
    if (report === undefined) this.foreignMessages++
    else this.#deliver(report)
  }

  #deliver(report: Report): void {
    if (this.#handle === undefined) this.#early.push(report)
    else this.#handle(report)
  }

  /** Closed means: nothing more will come. `exit` may overtake messages still in the pipe, `disconnect` does not. */
  #watchEnd(resolve: (end: ChannelEnd) => void): void {
    const child = this.#child
    let end: ChannelEnd | undefined
    let drainTimer: NodeJS.Timeout | undefined
    const finish = (): void => {
      if (end === undefined) return
      clearTimeout(drainTimer)
      resolve(end)
    }
    child.once('error', (error) => {
      if (child.pid !== undefined) return
      resolve({ clean: false, detail: `could not be started: ${error.message}` })
    })
    child.once('exit', (code, signal) => {
      clearTimeout(this.#killTimer)
      end = { clean: code === 0, detail: describeExit(code, signal, this.#closing) }
      if (!child.connected) finish()
      else drainTimer = setTimeout(finish, DRAIN_MS)
    })
    child.once('disconnect', () => {
      if (end !== undefined) finish()
      else this.#killLater()
    })
  }
}

function describeExit(code: number | null, signal: string | null, closing: boolean): string {
  if (signal !== null) return closing ? `ended by ${signal}` : `killed by ${signal}`
  return `exited with code ${code}`
}
