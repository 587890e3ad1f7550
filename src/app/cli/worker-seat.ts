/** One place for a worker process: filled again whenever the process ends, until it is closed. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Problem } from '../../contracts/problem.ts'
import type { JoinNews, JoinOrder } from '../entry/joined-worker.ts'

/** After a process that ended without having served: the server is away, or the script took everything down. */
const RETRY_MS = 1_000
/** A worker that takes its leave may take so long. */
const KILL_AFTER_MS = 4_000

export class WorkerSeat {
  /** The first attempt to join: problems, or none. */
  readonly joined: Promise<readonly Problem[]>
  readonly #order: JoinOrder
  readonly #environment: Readonly<Record<string, string | undefined>>
  readonly #say: (text: string) => void
  #resolveJoined: (problems: readonly Problem[]) => void = () => undefined
  #child: ChildProcess | undefined
  #exited: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined
  #closed = false
  #said = ''

  constructor(
    order: JoinOrder,
    environment: Readonly<Record<string, string | undefined>>,
    say: (text: string) => void,
  ) {
    this.#order = order
    this.#environment = environment
    this.#say = say
    this.joined = new Promise((resolve) => {
      this.#resolveJoined = resolve
    })
    this.#fill()
  }

  /** Its worker says goodbye; after a while it is killed. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    const child = this.#child
    if (child?.connected) child.disconnect()
    const timer = setTimeout(() => child?.kill('SIGKILL'), KILL_AFTER_MS)
    await this.#exited
    clearTimeout(timer)
  }

  #fill(): void {
    // Credentials go over the channel: arguments and environment are read by others and by scripts.
    const child = fork(fileURLToPath(new URL('../entry/joined-worker.js', import.meta.url)), [], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...this.#environment, ONRUSH_JOIN: undefined },
      // What scripts print is news, not results.
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    let served = false
    this.#child = child
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()))
    child.on('message', (news: JoinNews) => {
      served ||= news.type === 'taken'
      this.#hear(news)
    })
    child.once('exit', (code, signal) => {
      if (this.#closed) return
      if (signal !== null || code !== 0) this.#say(`its process ended with ${signal ?? code}`)
      if (served) this.#fill()
      else this.#retry = setTimeout(() => this.#fill(), RETRY_MS)
    })
    child.send(this.#order)
  }

  #hear(news: JoinNews): void {
    switch (news.type) {
      case 'joined':
        this.#resolveJoined([])
        this.#sayOnce('waits for a run')
        break
      case 'taken':
        this.#sayOnce(`serves a run of ${news.by}`)
        break
      case 'served':
        this.#sayOnce(
          news.end === 'done'
            ? 'has served'
            : 'stopped its load: its coordinator is silent or gone',
        )
        break
      case 'trouble':
        this.#sayOnce(news.text)
        break
      case 'failed':
        this.#resolveJoined(news.problems)
        this.#sayOnce(news.problems.map((each) => `${each.what} (${each.why})`).join('; '))
        break
    }
  }

  #sayOnce(text: string): void {
    if (text !== this.#said && !this.#closed) this.#say(text)
    this.#said = text
  }
}
