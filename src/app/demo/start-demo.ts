/**
 * Starts the demo shop in its own process and hands over its address; closing waits until the process is gone.
 * The child ends by itself when this process dies, because its IPC channel closes.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { OnrushError, problem } from '../../kernel/errors.ts'

const CLOSE_MS = 2000

function notStarted(args: readonly string[], code: number | null, said: string): Error {
  const port = args[args.indexOf('--port') + 1]
  if (said.includes('EADDRINUSE')) {
    return new OnrushError([
      problem(
        'E_PORT',
        `--port ${port}`,
        `port ${port} is in use`,
        'another program on this machine listens there already',
        'name another port, or none for a free one',
      ),
    ])
  }
  return new Error(
    `the demo shop did not start (exit code ${code})${said === '' ? '' : `: ${said.trim()}`}`,
  )
}

export interface Demo {
  readonly url: string
  readonly port: number
  /** Idempotent. */
  close(): Promise<void>
}

/** `args` as `shop-process.ts` takes them. Rejects with what the process said when it cannot start. */
export function startDemo(args: readonly string[] = []): Promise<Demo> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const entry = fileURLToPath(new URL(`./shop-process.${extension}`, import.meta.url))
  const child = fork(entry, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4096)
  })
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const hardStop = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS)
    await gone
    clearTimeout(hardStop)
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(notStarted(args, code, said)))
    child.once('message', (message) => {
      const { url, port } = message as { url: string; port: number }
      resolve({ url, port, close })
    })
  })
}
