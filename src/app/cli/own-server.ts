/**
 * `--join local`: a NATS server of our own for as long as `use` takes, when `nats-server` is installed. It listens on a free port (or
 * `local:4222`) with JetStream on and two new passwords, one for runs and one for workers (`roles.ts`); its files lie in a temporary
 * folder and go with it. No TLS: that needs certificates, and a server of one's own. A version with known security holes is not
 * shown to other machines: it listens on the loopback alone, as `connect.ts` would refuse it elsewhere.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { poolUsers } from '../../plugins/transports/nats/roles.ts'
import { hasKnownHoles } from '../../plugins/transports/nats/server-version.ts'
import type { Terminal } from './terminal.ts'

const READY_MS = 10_000
const KILL_AFTER_MS = 3_000
/** Where packages put servers, which is not always in the path of people. */
const MORE_PLACES = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/opt/homebrew/bin']
/** A server whose starter is gone, even by SIGKILL, ends as well, and its files go: then the standard input ends. */
const WATCHED = [
  'exec 3<&0',
  'nats-server -c "$0" 3<&- & server=$!',
  '{ cat <&3 >/dev/null; kill $server; } &',
  'wait $server',
  'rm -rf "$1"',
].join('\n')

/** Gives `use` the address to dial from this machine. Throws `OnrushError` when there is no server to start. */
export async function withOwnServer<T>(
  address: string,
  { environment, err }: Terminal,
  use: (url: string) => Promise<T>,
  morePlaces: readonly string[] = MORE_PLACES,
): Promise<T> {
  const env = { ...environment, PATH: [environment['PATH'], ...morePlaces].join(delimiter) }
  const version = versionOf(env)
  const isSafe = !hasKnownHoles(version, '0.0.0.0')
  const passwords = { coordinator: newPassword(), worker: newPassword() }
  const folder = mkdtempSync(join(tmpdir(), 'onrush-nats-'))
  const file = join(folder, 'server.conf')
  const [, port = '-1'] = address.split(':')
  const listen = `${isSafe ? '0.0.0.0' : '127.0.0.1'}:${port}`
  const config = [
    `listen: "${listen}"`,
    poolUsers(passwords),
    `jetstream { store_dir: ${JSON.stringify(join(folder, 'store'))} }`,
  ]
  writeFileSync(file, `${config.join('\n')}\n`, { mode: 0o600 })
  const child = startServer(folder, file, env)
  try {
    const taken = await portOf(child)
    const here = isSafe ? hostname() : '127.0.0.1'
    const addressOf = (user: keyof typeof passwords, host: string): string =>
      `nats://${user}:${passwords[user]}@${host}:${taken}`
    err(` nats-server ${version} listens.\n`)
    err(` workers     onrush worker --join ${addressOf('worker', here)}\n`)
    err(` other runs  onrush run FILE --join ${addressOf('coordinator', here)}\n`)
    if (!isSafe)
      err(
        ' Other machines cannot reach it: this version has known security holes; 2.11.16 or newer is good\n',
      )
    return await use(addressOf('coordinator', '127.0.0.1'))
  } finally {
    await endOf(child)
    rmSync(folder, { recursive: true, force: true })
  }
}

const newPassword = (): string => randomBytes(16).toString('hex')

function startServer(
  folder: string,
  file: string,
  env: Record<string, string | undefined>,
): ChildProcess {
  const stdio = ['pipe', 'ignore', 'pipe'] as const
  // Detached: Ctrl-C in the terminal is for us, and the server has to outlive the last messages.
  return process.platform === 'win32'
    ? spawn('nats-server', ['-c', file], { env, stdio: [...stdio] })
    : spawn('sh', ['-c', WATCHED, file, folder], { env, stdio: [...stdio], detached: true })
}

function versionOf(env: Record<string, string | undefined>): string {
  try {
    const said = execFileSync('nats-server', ['--version'], {
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    return /\d+\.\d+\.\d+\S*/.exec(said)?.[0] ?? ''
  } catch (cause) {
    const fix =
      'take it from https://nats.io/download or your package manager (brew, apt and apk have it), or name a server that runs: --join nats://loadbox:4222'
    const missing = problem(
      'E_JOIN',
      '--join local',
      'there is no nats-server to start',
      'it is not in the PATH',
      fix,
    )
    throw new OnrushError([missing], { cause })
  }
}

/** Resolves when it listens. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = (why: string): void =>
      reject(
        new OnrushError([
          problem(
            'E_JOIN',
            '--join local',
            'nats-server could not be started',
            why,
            'try --join local:PORT with a port that is free',
          ),
        ]),
      )
    const timer = setTimeout(() => fail(`it was not ready within ${READY_MS / 1_000} s`), READY_MS)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000)
      const port = /Listening for client connections on \S+:(\d+)/.exec(said)?.[1]
      if (port === undefined || !said.includes('Server is ready')) return
      clearTimeout(timer)
      // What it says later is its own business, and must not fill the pipe.
      child.stderr?.removeAllListeners('data').resume()
      resolve(Number(port))
    })
    child.once('error', (error) => fail(error.message))
    child.once('exit', () => {
      clearTimeout(timer)
      fail(/\[FTL\] (.*)/.exec(said)?.[1] ?? (said.trim().split('\n').at(-1) || 'it ended at once'))
    })
  })
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
  if (process.platform === 'win32') child.kill()
  else child.stdin?.end()
  await gone
  clearTimeout(timer)
}
