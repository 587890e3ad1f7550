/** A real Prometheus on a free port, with data in a temporary folder. On Debian: apt install prometheus. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Is it installed on this machine? */
export const hasPrometheus = (process.env['PATH'] ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'prometheus')))

export interface Vector {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [time: number, value: string]
}

export class Prometheus {
  readonly #folder = mkdtempSync(join(tmpdir(), 'onrush-prometheus-'))
  readonly #server: ChildProcess
  readonly #ended: Promise<unknown>
  #said = ''
  url = ''

  /** `scrape`: an address that it looks at five times a second. */
  constructor(scrape?: string) {
    const config = join(this.#folder, 'prometheus.yml')
    const jobs =
      scrape === undefined
        ? ''
        : `scrape_configs: [{ job_name: onrush, static_configs: [{ targets: ['${scrape}'] }] }]\n`
    writeFileSync(config, `global: { scrape_interval: 200ms, scrape_timeout: 200ms }\n${jobs}`)
    this.#server = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(this.#folder, 'data')}`,
        '--web.listen-address=127.0.0.1:0',
        '--web.enable-remote-write-receiver',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    this.#ended = new Promise((resolve) => this.#server.once('close', resolve))
  }

  /** Resolves when it takes requests. */
  async open(): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.#server.stderr!.setEncoding('utf8').on('data', (part: string) => {
        this.#said += part
        const address = /msg="Listening on" address=(\S+)/.exec(this.#said)?.[1]
        if (address !== undefined) this.url = `http://${address}`
        if (this.url !== '' && this.#said.includes('Server is ready')) resolve()
      })
      this.#server.once('error', reject)
      this.#server.once('close', () => reject(new Error(`it did not start:\n${this.#said}`)))
    })
    return this
  }

  /** Throws when the expression cannot be read. `at`: seconds since 1970; now when absent. */
  async query(expression: string, at?: number): Promise<readonly Vector[]> {
    const time = at === undefined ? '' : `&time=${at}`
    const path = `/api/v1/query?query=${encodeURIComponent(expression)}${time}`
    const answer = (await (await fetch(this.url + path)).json()) as {
      status: string
      error?: string
      data: { result: readonly Vector[] }
    }
    if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error}`)
    return answer.data.result
  }

  async close(): Promise<void> {
    this.#server.kill('SIGTERM')
    await this.#ended
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
