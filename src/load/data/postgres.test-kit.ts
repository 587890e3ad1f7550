/**
 * For tests: a PostgreSQL of their own in a temporary folder, reached by a socket file in it, so that no port is taken. Needs the server's
 * programs on this machine (on Debian: apt install postgresql); `postgresFolder` says whether they are there. Not part of the product.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const DEBIAN = '/usr/lib/postgresql'
export const PASSWORD = 'pa55word/geheim'

/** Where `initdb` and `postgres` are; undefined where they are not. */
export const postgresFolder: string | undefined = [
  ...(existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : []),
  ...(process.env['PATH'] ?? '').split(delimiter),
].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))

export class Postgres {
  readonly #folder = mkdtempSync(join(tmpdir(), 'onrush-pg-'))
  readonly #start: () => ChildProcess
  #server: ChildProcess
  #ended: Promise<unknown>

  /** `more`: settings of the server, such as `work_mem=1MB`. */
  constructor(more: readonly string[] = []) {
    // It refuses to run as root; nobody is somebody else.
    const owner = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const password = join(this.#folder, 'password')
    writeFileSync(password, PASSWORD)
    if (owner.uid !== undefined) {
      for (const path of [this.#folder, password]) chownSync(path, owner.uid, owner.gid)
    }
    chmodSync(this.#folder, 0o700)
    const data = join(this.#folder, 'data')
    const program = (name: string) => join(postgresFolder!, name)
    const init = ['-D', data, '-U', 'app', '-A', 'scram-sha-256', '--pwfile', password, '-N']
    execFileSync(program('initdb'), init, { ...owner, stdio: 'ignore', cwd: this.#folder })
    const settings = ['listen_addresses=', 'fsync=off', `unix_socket_directories=${this.#folder}`]
    const words = ['-D', data, ...[...settings, ...more].flatMap((each) => ['-c', each])]
    this.#start = () =>
      spawn(program('postgres'), words, {
        ...owner,
        cwd: this.#folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
    this.#server = this.#start()
    this.#ended = once(this.#server, 'close')
  }

  /** Resolves when it answers. */
  ready(): Promise<this> {
    return new Promise((resolve, reject) => {
      let said = ''
      this.#server.stderr!.setEncoding('utf8').on('data', (part: string) => {
        said += part
        if (said.includes('ready to accept connections')) resolve(this)
      })
      this.#server.once('close', () => reject(new Error(`PostgreSQL did not start:\n${said}`)))
    })
  }

  /** All of its processes end at once, as if the machine had. */
  async crash(): Promise<void> {
    this.#server.kill('SIGQUIT')
    await this.#ended
  }

  /** After `crash`, at the same address with what was written. Resolves when it answers. */
  restart(): Promise<this> {
    this.#server = this.#start()
    this.#ended = once(this.#server, 'close')
    return this.ready()
  }

  url(password: string = PASSWORD): string {
    const secret = encodeURIComponent(password)
    return `postgres://app:${secret}@${encodeURIComponent(this.#folder)}/postgres`
  }

  async close(): Promise<void> {
    this.#server.kill('SIGINT')
    await this.#ended
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
