/**
 * `--output prometheus=:9464`: an endpoint that Prometheus scrapes while the run goes on. It answers `GET /metrics` and nothing else, from
 * this machine only unless another address is given. The text is made when somebody asks and kept until the next window, so that
 * asking often costs little. It ends with the run: what happened after the last scrape is told by remote write, not by this.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Output, RunInfo } from '../../../contracts/output.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { Window } from '../../../contracts/window.ts'
import { RunMeter } from '../../../model/export/run-meter.ts'
import { EXPOSITION_TYPE, exposition } from './exposition.ts'

const REQUEST_MS_MAX = 10_000
const CONNECTIONS_MAX = 100
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

export class PrometheusOutput implements Output {
  readonly name = 'prometheus'
  readonly #server: Server
  /** Listens to this machine only: then no page may reach it under a name of its own that points here. */
  readonly #isPrivate: boolean
  #meter: RunMeter | undefined
  #text: string | undefined

  private constructor(host: string, say: (text: string) => void) {
    this.#isPrivate = LOOPBACK.has(host)
    this.#server = createServer((request, response) => this.#answer(request, response))
    this.#server.maxConnections = CONNECTIONS_MAX
    this.#server.requestTimeout = REQUEST_MS_MAX
    let isSaid = false
    // Such as connections that cannot be accepted any more.
    this.#server.on('error', (error) => {
      if (!isSaid && this.#server.listening) say(`output prometheus: ${error.message}`)
      isSaid = true
    })
    // Whoever keeps a connection must not keep the process after the run.
    this.#server.on('connection', (socket) => socket.unref())
  }

  /** Listens. Rejects when the port is taken; port 0 takes a free one. */
  static open(host: string, port: number, say: (text: string) => void): Promise<PrometheusOutput> {
    const output = new PrometheusOutput(host, say)
    return new Promise((resolve, reject) => {
      output.#server.once('error', reject)
      output.#server.listen(port, host, () => resolve(output))
    })
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  start(run: RunInfo): void {
    this.#meter = new RunMeter(run)
  }

  onWindow(window: Window, thresholds: readonly ThresholdResult[]): void {
    this.#meter?.add(window, thresholds)
    this.#text = undefined
  }

  stop(): void {
    this.close()
  }

  /** Idempotent; answers that are under way are still sent. */
  close(): void {
    this.#server.close()
    this.#server.closeIdleConnections()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isPrivate && !LOOPBACK.has(nameOf(request.headers.host ?? ''))) {
      response
        .writeHead(403, { 'content-type': 'text/plain' })
        .end('this server has another name\n')
      return
    }
    const path = request.url?.split('?')[0]
    if (path !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('the metrics are at /metrics\n')
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
      return
    }
    this.#text ??= this.#meter === undefined ? '\n' : exposition(this.#meter.families())
    response.writeHead(200, { 'content-type': EXPOSITION_TYPE }).end(this.#text)
  }
}

/** Of a `Host`: without the port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
}
