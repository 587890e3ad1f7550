/**
 * The shop's live line, `GET /live`: a WebSocket that sends back every message as it came. Just enough of RFC 6455 to be an honest
 * target: whole frames of at most 64 KiB, ping, close; a client that breaks the rules is cut off. Each handshake and each
 * message is an entry of the ledger.
 */
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Ledger } from './ledger.ts'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const SWITCHED = 101

export class LiveLine {
  readonly #ledger: Ledger
  readonly #sockets = new Set<Socket>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** Takes over a connection that asks for an upgrade. */
  welcome(request: IncomingMessage, socket: Socket, early: Buffer): void {
    socket.on('error', () => socket.destroy())
    const key = request.headers['sec-websocket-key']
    if (request.url?.split('?')[0] !== '/live' || key === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => this.#sockets.delete(socket))
    socket.once('end', () => socket.end())
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    this.#ledger.ended('GET /live', SWITCHED, socket)
    let rest = this.#answer(early, socket)
    socket.on('data', (bytes: Buffer) => {
      rest = this.#answer(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]), socket)
    })
  }

  /** Upgraded connections are no longer the HTTP server's to close. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Answers all whole frames and returns what is left. */
  #answer(bytes: Buffer, socket: Socket): Buffer {
    let at = 0
    while (bytes.length - at >= 2) {
      const opcode = bytes[at]! & 0x0f
      const short = bytes[at + 1]! & 0x7f
      const start = at + (short === 126 ? 8 : 6)
      if ((bytes[at + 1]! & 0x80) === 0 || (bytes[at]! & 0xf0) !== 0x80 || short === 127) {
        socket.destroy()
        return Buffer.alloc(0)
      }
      if (bytes.length < start) break
      const length = short === 126 ? bytes.readUInt16BE(at + 2) : short
      if (bytes.length < start + length) break
      const payload = Buffer.from(bytes.subarray(start, start + length))
      for (let i = 0; i < length; i++) payload[i]! ^= bytes[start - 4 + (i & 3)]!
      at = start + length
      this.#reply(opcode, payload, socket)
    }
    return bytes.subarray(at)
  }

  #reply(opcode: number, payload: Buffer, socket: Socket): void {
    if (opcode === 8) socket.end(frame(8, payload))
    else if (opcode === 9) socket.write(frame(10, payload))
    else if (opcode === 1 || opcode === 2) {
      socket.write(frame(opcode, payload))
      this.#ledger.ended('MESSAGE /live', SWITCHED, socket)
    }
  }
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, length])
      : Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff])
  return Buffer.concat([head, payload])
}
