/**
 * A raw TCP server that plays the steps of a corpus case, byte for byte, and keeps what it saw: every request, its body, and who
 * closed. It understands just enough of requests to know where one ends.
 */

import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type Step, stepBytes } from '../fixtures/http1/load.ts'

export interface SeenRequest {
  readonly origin: string
  readonly connection: number
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [lower: string, value: string])[]
  body: string
  whole: boolean
  /** Body bytes that had come when the server first wrote on this connection after the head. */
  bodyBeforeFirstByte: number
  finBeforeResponse: boolean
}

/** One accepted connection: what has come, and waiting for more. */
export class Peer {
  readonly socket: Socket
  readonly origin: string
  readonly index: number
  readonly #onRequest: (request: SeenRequest) => void
  readonly requests: SeenRequest[] = []
  readonly closed: Promise<void>
  ended = false
  bytesReceived = 0
  bytesSent = 0
  #text = ''
  #wake: (() => void)[] = []
  /** Requests and heads given to steps so far. */
  #taken = 0

  constructor(
    socket: Socket,
    origin: string,
    index: number,
    onRequest: (request: SeenRequest) => void,
  ) {
    this.socket = socket
    this.origin = origin
    this.index = index
    this.#onRequest = onRequest
    const gone = later()
    this.closed = gone.promise
    this.socket.on('data', (bytes: Buffer) => {
      this.bytesReceived += bytes.length
      this.#text += bytes.toString('latin1')
      this.#parse()
      this.#stir()
    })
    this.socket.on('end', () => {
      this.ended = true
      gone.resolve()
      this.#stir()
    })
    this.socket.on('error', () => {}) // a reset is an end like another here
    this.socket.on('close', () => {
      this.ended = true
      gone.resolve()
      this.#stir()
    })
  }

  /** The next request that no step has waited for; its head, or all of it. */
  async next(part: 'head' | 'request'): Promise<SeenRequest | undefined> {
    const place = this.#taken++
    await this.until(() => {
      const request = this.requests[place]
      return request !== undefined && (part === 'head' || request.whole)
    })
    return this.requests[place]
  }

  async body(): Promise<void> {
    await this.until(() => this.requests[this.#taken - 1]?.whole === true)
  }

  async until(met: () => boolean): Promise<void> {
    while (!met() && !this.ended) await new Promise<void>((resolve) => this.#wake.push(resolve))
  }

  async write(bytes: Buffer): Promise<void> {
    const current = this.requests.at(-1)
    if (current !== undefined && current.bodyBeforeFirstByte < 0) {
      current.bodyBeforeFirstByte = current.body.length
      current.finBeforeResponse = this.ended
    }
    if (bytes.length === 0 || this.socket.destroyed) return
    this.bytesSent += bytes.length
    await new Promise<void>((resolve) => this.socket.write(bytes, () => resolve()))
  }

  #stir(): void {
    const wake = this.#wake
    this.#wake = []
    for (const each of wake) each()
  }

  #parse(): void {
    for (;;) {
      const current = this.requests.at(-1)
      if (current !== undefined && !current.whole) {
        if (!this.#takeBody(current)) return
        continue
      }
      const end = this.#text.indexOf('\r\n\r\n')
      if (end < 0) return
      this.#begin(this.#text.slice(0, end))
      this.#text = this.#text.slice(end + 4)
    }
  }

  #begin(head: string): void {
    const [line = '', ...fields] = head.split('\r\n')
    const [method = '', path = ''] = line.split(' ')
    const headers = fields.map((each): [string, string] => {
      const colon = each.indexOf(':')
      return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()]
    })
    const request = {
      origin: this.origin,
      connection: this.index,
      method,
      path,
      headers,
      body: '',
      whole: false,
      bodyBeforeFirstByte: -1,
      finBeforeResponse: false,
    }
    this.requests.push(request)
    this.#onRequest(request)
  }

  #takeBody(request: SeenRequest): boolean {
    const of = (name: string) => request.headers.find(([lower]) => lower === name)?.[1]
    if (of('transfer-encoding') === 'chunked') return this.#takeChunk(request)
    const length = Number(of('content-length') ?? 0)
    const part = this.#text.slice(0, length - request.body.length)
    request.body += part
    this.#text = this.#text.slice(part.length)
    request.whole = request.body.length === length
    return request.whole
  }

  #takeChunk(request: SeenRequest): boolean {
    const line = this.#text.indexOf('\r\n')
    if (line < 0) return false
    const size = Number.parseInt(this.#text.slice(0, line), 16)
    if (this.#text.length < line + 2 + size + 2) return false
    request.body += this.#text.slice(line + 2, line + 2 + size)
    this.#text = this.#text.slice(line + 2 + size + 2)
    request.whole = size === 0
    return true
  }
}

function later(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve: () => resolve() }
}

/** Plays steps on one connection. `cut`: split the bytes of the first writing step there, some ms apart. */
export async function play(
  peer: Peer,
  steps: readonly Step[],
  first: Step['await'] = 'request',
  cut = 0,
): Promise<void> {
  let begun = false
  for (const [index, step] of steps.entries()) {
    const wait = step.await ?? (index === 0 ? first : undefined)
    if (wait === 'head' || wait === 'request') await peer.next(wait)
    else if (wait === 'body') await peer.body()
    else if (wait === 'fin') await peer.closed
    else if (wait === 'pause-reading') {
      peer.socket.pause()
      await delay(500)
      peer.socket.resume()
    }
    const bytes = stepBytes(step)
    if (step.dripBytes !== undefined) {
      for (let at = 0; at < bytes.length && !peer.ended; at += step.dripBytes) {
        if (at > 0) await delay(step.delayMs ?? 0)
        await peer.write(bytes.subarray(at, at + step.dripBytes))
      }
    } else {
      if (step.delayMs !== undefined) await delay(step.delayMs)
      if (cut > 0 && !begun && bytes.length > cut) {
        await peer.write(bytes.subarray(0, cut))
        await delay(5)
        await peer.write(bytes.subarray(cut))
      } else await peer.write(bytes)
    }
    begun ||= bytes.length > 0
    if (step.close === 'fin') peer.socket.end()
    if (step.close === 'rst') {
      if (step.delayMs === undefined) await delay(30)
      peer.socket.resetAndDestroy()
    }
  }
}

/** Listeners of one case. */
export class CorpusServer {
  readonly peers: Peer[] = []
  /** All requests in order of arrival. */
  readonly requests: SeenRequest[] = []
  readonly #servers: Server[] = []

  async listen(
    origin: string,
    serve: (peer: Peer, index: number) => Promise<void>,
  ): Promise<number> {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      const peer = new Peer(socket, origin, this.peers.length, (request) =>
        this.requests.push(request),
      )
      const index = this.peers.filter((each) => each.origin === origin).length
      this.peers.push(peer)
      void serve(peer, index)
    })
    this.#servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    for (const peer of this.peers) peer.socket.destroy()
    for (const server of this.#servers) await new Promise((resolve) => server.close(resolve))
  }
}
