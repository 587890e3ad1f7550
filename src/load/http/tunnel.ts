/**
 * The socket of a connection that stopped speaking HTTP (101, CONNECT), handed to whoever asked for it. It still reads into
 * the shared buffer, so views must be copied; closing it is the taker's duty.
 */
import type { Tunnel } from './exchange.ts'
import type { Network } from './network.ts'
import type { OwnedSocket, SocketOwner } from './owned-socket.ts'

export class SocketTunnel implements Tunnel, SocketOwner {
  readonly rest: Uint8Array
  readonly #socket: OwnedSocket
  readonly #network: Network
  #onBytes: ((bytes: Uint8Array) => void) | undefined = undefined
  #onClose: (() => void) | undefined = undefined
  #closed = false

  constructor(socket: OwnedSocket, rest: Uint8Array, network: Network) {
    this.rest = rest
    this.#socket = socket
    this.#network = network
    socket.owner = this
  }

  start(onBytes: (bytes: Uint8Array) => void, onClose: () => void): void {
    this.#onBytes = onBytes
    this.#onClose = onClose
    if (this.#closed) onClose()
  }

  write(bytes: Uint8Array | string): void {
    if (!this.#closed) this.#socket.write(bytes)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  onSocketRead(bytes: Uint8Array, count: number): void {
    // Bytes before `start` have nobody to go to; takers start in the callback that gives them the tunnel.
    this.#onBytes?.(bytes.subarray(0, count))
  }

  onSocketConnect(): void {}
  onSocketSecure(): void {}
  onSocketSession(): void {}
  onSocketEnd(): void {}
  onSocketError(): void {}

  onSocketClose(): void {
    this.#closed = true
    this.#network.openSockets--
    this.#onClose?.()
  }
}
