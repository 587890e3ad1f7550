/** A real nats-server on a free port of loopback, its files in a temporary folder; can be killed and come back with both. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PATH = `${process.env['PATH']}:/usr/sbin:/sbin`

/** Tests say so when they are left out: scripts/bootstrap.mjs installs it where it can. */
export const hasNatsServer =
  spawnSync('nats-server', ['--version'], { env: { ...process.env, PATH } }).status === 0

export class NatsServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'onrush-nats-'))
  readonly #config: string
  readonly #jetStream: string
  #child: ChildProcess | undefined
  port = -1

  /** `config` is added to its configuration file, `jetStream` to the part about that. */
  constructor(config = '', jetStream = '') {
    this.#config = config
    this.#jetStream = jetStream
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`
  }

  /** On a free port the first time, on the same one afterwards. Resolves when it listens. */
  async start(): Promise<this> {
    const file = join(this.#folder, 'server.conf')
    const store = join(this.#folder, 'store')
    writeFileSync(
      file,
      `listen: "127.0.0.1:${this.port}"\njetstream { store_dir: "${store}", ${this.#jetStream} }\n${this.#config}\n`,
    )
    const child = spawn('nats-server', ['-c', file], {
      env: { ...process.env, PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    // A test that failed leaves nothing running.
    process.once('exit', () => child.kill('SIGKILL'))
    let said = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes('Server is ready')) resolve()
      })
      child.once('exit', () => reject(new Error(`nats-server ended: ${said}`)))
    })
    this.port = Number(/Listening for client connections on [\d.]+:(\d+)/.exec(said)![1])
    return this
  }

  /** As if the power was cut. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
