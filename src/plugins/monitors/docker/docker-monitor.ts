/**
 * A container by the account of Docker (or what speaks like it), over its socket on this machine: CPU, memory of its limit, throttling,
 * processes, network and disks. One request per reading on a connection that is kept; Docker itself is what costs, some
 * milliseconds for each.
 */
import { Agent, get, type IncomingMessage } from 'node:http'
import type { Monitor, MonitorFigure } from '../../../contracts/monitor.ts'
import { CounterRates } from '../../../kernel/counter-rates.ts'
import { METRICS_BYTES_MAX } from '../../../kernel/limits.ts'
import { type ContainerStats, figuresOf } from './container-stats.ts'

export interface DockerOptions {
  readonly name: string
  /** Name or id. */
  readonly container: string
  readonly source: string
  readonly socketPath: string
  nowMs(): number
}

export class DockerMonitor implements Monitor {
  readonly name: string
  readonly source: string
  readonly #options: DockerOptions
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #rates = new CounterRates()

  constructor(options: DockerOptions) {
    this.name = options.name
    this.source = options.source
    this.#options = options
  }

  async read(signal: AbortSignal): Promise<readonly MonitorFigure[]> {
    const stats = await this.#ask(signal)
    this.#rates.begin(this.#options.nowMs())
    const figures = figuresOf(stats, this.#rates)
    if (figures.length === 0) throw new Error('the container does not run')
    return figures
  }

  close(): void {
    this.#agent.destroy()
  }

  #ask(signal: AbortSignal): Promise<ContainerStats> {
    const { container, socketPath } = this.#options
    // Without one-shot Docker waits a second for a second look, which we take ourselves.
    const path = `/containers/${encodeURIComponent(container)}/stats?stream=false&one-shot=true`
    return new Promise((resolve, reject) => {
      get(
        { socketPath, path, agent: this.#agent, signal, headers: { host: 'docker' } },
        (response) => {
          readJson(response).then(resolve, reject)
        },
      ).once('error', reject)
    })
  }
}

async function readJson(response: IncomingMessage): Promise<ContainerStats> {
  let text = ''
  for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) {
    text += part
    if (text.length > METRICS_BYTES_MAX) throw new Error('Docker does not come to an end')
  }
  const { statusCode } = response
  if (statusCode === 404) throw new Error('there is no such container')
  if (statusCode !== 200) throw new Error(`Docker answers with status ${statusCode}`)
  try {
    return JSON.parse(text) as ContainerStats
  } catch (error) {
    throw new Error('what answers there is no Docker', { cause: error })
  }
}
