/** A far end for outputs that POST: remembers what it got, or answers nothing at all. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from './output.ts'

export interface Posted {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export class HttpSink {
  readonly posted: Posted[] = []
  readonly #server: Server

  /** `status`: what it answers; null: nothing. A function is asked for each message. */
  constructor(
    status: number | null | ((posted: Posted) => { status: number; text: string }) = 204,
  ) {
    this.#server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const { url: path = '', headers } = request
      const posted = { path, headers, body: Buffer.concat(parts) }
      this.posted.push(posted)
      if (typeof status === 'number') response.writeHead(status).end()
      else if (status !== null) {
        const answer = status(posted)
        response.writeHead(answer.status).end(answer.text)
      }
    })
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  reached(count: number): Promise<void> {
    return until(() => this.posted.length >= count)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
