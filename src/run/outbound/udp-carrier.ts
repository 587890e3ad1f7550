/**
 * Sends lines as datagrams to one address, as many lines in each as fit a usual network. Nobody says whether they arrive; a name that
 * does not resolve, and on this machine a port without listener, are noticed.
 */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Carrier } from './outbox.ts'

/** Ethernet, less the headers of IPv6 and UDP. */
const DATAGRAM_BYTES_MAX = 1_432
const NEWLINE = 10

export class UdpCarrier implements Carrier {
  readonly #host: string
  readonly #port: number
  #socket: Promise<Socket> | undefined
  /** A refusal comes back after its datagram was sent; the next message is told. */
  #trouble: Error | undefined

  constructor(host: string, port: number) {
    this.#host = host.replace(/^\[(.*)\]$/, '$1')
    this.#port = port
  }

  async carry(message: Uint8Array): Promise<void> {
    this.#socket ??= connect(this.#host, this.#port, (error) => {
      this.#trouble = error
    })
    try {
      const socket = await this.#socket
      if (this.#trouble !== undefined) throw this.#trouble
      for (const datagram of datagrams(message)) await send(socket, datagram)
    } catch (error) {
      this.close()
      throw error
    }
  }

  close(): void {
    const nothing = (): void => undefined
    // One that could not be connected has closed itself, and whoever wanted it was told.
    void this.#socket?.then((socket) => socket.close(), nothing)
    this.#socket = undefined
    this.#trouble = undefined
  }
}

function connect(host: string, port: number, onTrouble: (error: Error) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    socket.unref()
    socket.on('error', onTrouble)
    socket.connect(port, host, (error?: Error) => {
      if (error === undefined || error === null) return resolve(socket)
      socket.close()
      reject(error)
    })
  })
}

function send(socket: Socket, datagram: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(datagram, (error) => (error === null ? resolve() : reject(error)))
  })
}

/** Whole lines only; one that is longer than a datagram goes alone. */
export function datagrams(message: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  let start = 0
  let end = 0
  for (let next = 0; next < message.length; ) {
    const newline = message.indexOf(NEWLINE, next)
    next = newline === -1 ? message.length : newline + 1
    if (next - start > DATAGRAM_BYTES_MAX && end > start) {
      parts.push(message.subarray(start, end))
      start = end
    }
    end = next
  }
  if (end > start) parts.push(message.subarray(start, end))
  return parts
}
