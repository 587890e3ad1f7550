/**
 * The socket of a connection that stopped speaking HTTP (101, CONNECT), handed to whoever asked for it. It still reads into
 * the shared buffer, so views must be copied; closing it is the taker's duty. What comes before `start` is kept, up to a bound:
 * over TLS more can be read in the same turn of the loop, before the promise that hands the tunnel over has resolved.
 */
import { TUNNEL_EARLY_BYTES_MAX } from '../../kernel/limits.ts'
import type { Tunnel } from './exchange.ts'
import type { Network } from './network.ts'
import type { OwnedSocket, SocketOwner } from './owned-socket.ts'

export class SocketTunnel implements Tunnel, SocketOwner {
  readonly rest: Uint8Array
  readonly #socket: OwnedSocket
  readonly #network: Network
  #onBytes: ((bytes: Uint8Array) => void) | undefined = undefined
  #onClose: ((error: NodeJS.ErrnoException | undefined) => void) | undefined = undefined
  #error: NodeJS.ErrnoException | undefined = undefined
  #early: Uint8Array[] = []
  #earlyBytes = 0
  #closed = false

  constructor(socket: OwnedSocket, rest: Uint8Array, network: Network) {
    // `rest` may be a view of the shared buffer, which the next read overwrites.
    this.rest = new Uint8Array(rest)
    this.#socket = socket
    this.#network = network
    socket.owner = this
  }

  start(
    onBytes: (bytes: Uint8Array) => void,
    onClose: (error: NodeJS.ErrnoException | undefined) => void,
  ): void {
    this.#onBytes = onBytes
    this.#onClose = onClose
    const early = this.#early
    this.#early = []
    for (const bytes of early) onBytes(bytes)
    if (this.#closed) onClose(this.#error)
  }

  write(bytes: Uint8Array | string, onSent?: () => void): void {
    if (this.#closed) return
    if (onSent === undefined) this.#socket.write(bytes)
    else this.#socket.write(bytes, (error) => (error ? undefined : onSent()))
  }

  destroy(): void {
    this.#socket.destroy()
  }

  onSocketRead(bytes: Uint8Array, count: number): void {
    if (this.#onBytes !== undefined) {
      this.#onBytes(bytes.subarray(0, count))
      return
    }
    this.#early.push(new Uint8Array(bytes.subarray(0, count)))
    this.#earlyBytes += count
    // Nobody takes it: an end that its taker sees, instead of memory that only grows.
    if (this.#earlyBytes > TUNNEL_EARLY_BYTES_MAX) this.#socket.destroy()
  }

  onSocketConnect(): void {}
  onSocketSecure(): void {}
  onSocketSession(): void {}
  onSocketEnd(): void {}
  onSocketError(error: NodeJS.ErrnoException): void {
    this.#error = error
  }

  onSocketClose(): void {
    this.#closed = true
    this.#network.openSockets--
    this.#onClose?.(this.#error)
  }
}
