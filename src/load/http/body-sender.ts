/**
 * Sends the body of one request behind its head: large bodies in slices, streams piece by piece, both only as fast as the
 * kernel takes them, so that sending can stop when an early response arrives and a stalled peer is noticed. Small bodies never
 * come here; the connection writes them with the head. A failed write is not reported: the read side knows why.
 */
import type { Socket } from 'node:net'
import { CHUNKED, type Exchange } from './exchange.ts'
import { write } from './owned-socket.ts'

const SLICE_BYTES = 65_536

export interface SenderListener {
  /** The kernel took some more; `bytes` of plain HTTP so far not reported. */
  onSendProgress(bytes: number): void
  onSent(): void
  /** The script's stream failed or broke its promise of length. */
  onSendFailed(message: string): void
}

export class BodySender {
  readonly #socket: Socket
  readonly #listener: SenderListener
  #stopped = false

  constructor(socket: Socket, listener: SenderListener) {
    this.#socket = socket
    this.#listener = listener
  }

  start(exchange: Exchange): void {
    const { body } = exchange
    if (body === undefined) this.#listener.onSent()
    else if (typeof body === 'string') this.#sendSlices(Buffer.from(body, 'latin1'), 0)
    else if (body instanceof Uint8Array) this.#sendSlices(body, 0)
    else void this.#sendStream(body, exchange.bodyLength)
  }

  /** Nothing is written or reported any more. A stream is told to release what it holds. */
  stop(): void {
    this.#stopped = true
  }

  #sendSlices(bytes: Uint8Array, from: number): void {
    let at = from
    // A write usually ends before it returns; then the loop goes on, instead of recursing.
    for (let inTurn = true; inTurn && !this.#stopped; ) {
      if (at >= bytes.length) {
        this.#listener.onSent()
        return
      }
      const slice = bytes.subarray(at, at + SLICE_BYTES)
      at += slice.length
      const next = at
      let returned = false
      inTurn = false
      write(this.#socket, slice, (error) => {
        if (this.#stopped || error) return
        this.#listener.onSendProgress(slice.length)
        if (returned) this.#sendSlices(bytes, next)
        else inTurn = true
      })
      returned = true
    }
  }

  async #sendStream(body: AsyncIterable<Uint8Array>, length: number): Promise<void> {
    const chunked = length === CHUNKED
    let sentBytes = 0
    try {
      for await (const piece of body) {
        if (this.#stopped) return
        if (piece.length === 0) continue
        sentBytes += piece.length
        if (!chunked && sentBytes > length) break
        if (!(await this.#send(chunked ? framed(piece) : piece))) return
      }
    } catch (error) {
      if (!this.#stopped) {
        this.#listener.onSendFailed(
          `the body's stream failed: ${error instanceof Error ? error.message : String(error)}`,
        )
      }
      return
    }
    if (this.#stopped) return
    if (!chunked && sentBytes !== length) {
      this.#listener.onSendFailed(
        `the body's stream gave ${sentBytes > length ? 'more' : 'fewer'} bytes than its Content-Length says`,
      )
      return
    }
    if (chunked && !(await this.#send(LAST_CHUNK))) return
    this.#listener.onSent()
  }

  /** Resolves when the kernel has it: false when sending is over. */
  #send(bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      write(this.#socket, bytes, (error) => {
        if (this.#stopped || error) {
          resolve(false)
          return
        }
        this.#listener.onSendProgress(bytes.length)
        resolve(!this.#stopped)
      })
    })
  }
}

const LAST_CHUNK = Buffer.from('0\r\n\r\n', 'latin1')

function framed(piece: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`, 'latin1'), piece, CRLF])
}

const CRLF = Buffer.from('\r\n', 'latin1')
