/** A real sshd on a free port of loopback with keys of its own, and a configuration for `ssh` that reaches it by any of some names. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closedPort } from './e2e/cli.test-kit.ts'

/** sshd starts itself anew for each session, and therefore wants its whole path. */
const SSHD = '/usr/sbin/sshd'

/** Tests say so when they are left out: scripts/bootstrap.mjs installs it where it can. */
export const hasSshServer = existsSync(SSHD) && spawnSync('ssh', ['-V']).status === 0

export class SshServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'onrush-ssh-'))
  #child: ChildProcess | undefined

  /** For `ssh -F`. */
  get configFile(): string {
    return this.#file('config')
  }

  /** Resolves when it listens; `names` are what it can be called. */
  async start(names: readonly string[]): Promise<this> {
    for (const key of ['host', 'user']) {
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', this.#file(key)])
    }
    // Where sshd puts aside its privileges; root's alone to make.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    const port = await closedPort()
    writeFileSync(
      this.#file('sshd_config'),
      [
        `ListenAddress 127.0.0.1:${port}`,
        `HostKey ${this.#file('host')}`,
        `AuthorizedKeysFile ${this.#file('user.pub')}`,
        'PidFile none',
        'StrictModes no',
        'UsePAM no',
        'PasswordAuthentication no',
        'PermitRootLogin prohibit-password',
      ].join('\n'),
    )
    const hostKey = readFileSync(this.#file('host.pub'), 'utf8')
    writeFileSync(this.#file('known'), `onrush-test ${hostKey}`)
    writeFileSync(
      this.configFile,
      `Host ${names.join(' ')}
  HostName 127.0.0.1
  Port ${port}
  HostKeyAlias onrush-test
  UserKnownHostsFile ${this.#file('known')}
  IdentityFile ${this.#file('user')}
  IdentitiesOnly yes
`,
    )
    await this.#listen()
    return this
  }

  async remove(): Promise<void> {
    const child = this.#child
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await gone
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #listen(): Promise<void> {
    const child = spawn(SSHD, ['-D', '-e', '-f', this.#file('sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    process.once('exit', () => child.kill('SIGKILL'))
    let said = ''
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes('listening on')) resolve()
      })
      child.once('exit', () => reject(new Error(`sshd ended: ${said}`)))
    })
  }

  #file(name: string): string {
    return join(this.#folder, name)
  }
}
