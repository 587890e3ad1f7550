/**
 * For tests: frames as a server makes them, byte by byte, and a server on node:http that plays a part. It shares no code with the client,
 * so that a mistake cannot cancel itself out. Not part of the product.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** `first`: the first byte as it goes out: FIN, reserved bits and opcode. */
export function rawFrame(
  first: number,
  payload: string | Uint8Array = '',
  length?: number,
): Buffer {
  const bytes = Buffer.from(payload as string)
  const size = length ?? bytes.length
  const head =
    size < 126
      ? Buffer.from([first, size])
      : size < 65_536
        ? Buffer.from([first, 126, size >> 8, size & 255])
        : Buffer.from([
            first,
            127,
            0,
            0,
            0,
            0,
            size >>> 24,
            (size >> 16) & 255,
            (size >> 8) & 255,
            size & 255,
          ])
  return Buffer.concat([head, bytes])
}
export const textFrame = (text: string): Buffer => rawFrame(0x81, text)
export const closeFrame = (code: number, reason = ''): Buffer =>
  rawFrame(0x88, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]))

export interface ClientFrame {
  readonly opcode: number
  readonly last: boolean
  readonly masked: boolean
  readonly payload: Buffer
}

/** All whole frames at the beginning of `bytes`, unmasked, and what is left. */
export function readClientFrames(bytes: Buffer): { frames: ClientFrame[]; rest: Buffer } {
  const frames: ClientFrame[] = []
  let rest = bytes
  for (;;) {
    if (rest.length < 2) return { frames, rest }
    const masked = rest[1]! > 127
    const short = rest[1]! % 128
    const extra = short === 127 ? 8 : short === 126 ? 2 : 0
    const start = 2 + extra + (masked ? 4 : 0)
    if (rest.length < start) return { frames, rest }
    const size =
      extra === 8 ? Number(rest.readBigUInt64BE(2)) : extra === 2 ? rest.readUInt16BE(2) : short
    if (rest.length < start + size) return { frames, rest }
    const payload = Buffer.from(rest.subarray(start, start + size))
    if (masked) {
      const key = rest.subarray(start - 4, start)
      payload.forEach((byte, i) => {
        payload[i] = byte ^ key[i % 4]!
      })
    }
    frames.push({ opcode: rest[0]! % 16, last: rest[0]! > 127, masked, payload })
    rest = rest.subarray(start + size)
  }
}

/** One client as the server sees it. */
export interface Guest {
  readonly socket: Duplex
  readonly request: IncomingMessage
  readonly frames: ClientFrame[]
  send(...frames: readonly Buffer[]): void
  readonly gone: Promise<void>
}

export interface Part {
  /** Status line and fields instead of the right 101. */
  answer?(request: IncomingMessage, accept: string): string
  /** Sent in one piece with the answer. */
  readonly greeting?: readonly Buffer[]
  /** Default: echoes text and bytes, and answers Close with Close and the end of the connection. */
  onFrame?(frame: ClientFrame, guest: Guest): void
}

export class PlayServer {
  readonly guests: Guest[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #part: Part
  readonly #secure: boolean
  #waiting: (() => void)[] = []

  constructor(part: Part = {}, tls?: { readonly key: string; readonly cert: string }) {
    this.#part = part
    this.#secure = tls !== undefined
    const plain = (
      _: IncomingMessage,
      response: { writeHead(s: number): { end(): void } },
    ): void => {
      response.writeHead(426).end()
    }
    this.#server = tls === undefined ? createServer(plain) : createTlsServer(tls, plain)
    this.#server.on(this.#secure ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        this.#sockets.delete(socket)
        this.#look()
      })
    })
    this.#server.on('upgrade', (request, socket, head) => this.#welcome(request, socket, head))
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }
  get url(): string {
    return `${this.#secure ? 'https' : 'http'}://127.0.0.1:${this.port}`
  }
  /** Messages received, of all guests. */
  get messages(): string[] {
    return this.guests.flatMap((each) =>
      each.frames.filter(({ opcode }) => opcode < 8).map(({ payload }) => payload.toString()),
    )
  }
  get connections(): number {
    return this.#sockets.size
  }
  /** Resolves when `met()` holds; looked at after each frame and each end of a connection. */
  async until(met: () => boolean): Promise<void> {
    while (!met()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #welcome(request: IncomingMessage, socket: Duplex, early: Buffer): void {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    const answer =
      this.#part.answer?.(request, accept) ??
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
    const guest: Guest = {
      socket,
      request,
      frames: [],
      send: (...frames) => {
        socket.write(Buffer.concat(frames))
      },
      gone: new Promise((resolve) => socket.once('close', () => resolve())),
    }
    socket.write(Buffer.concat([Buffer.from(answer, 'latin1'), ...(this.#part.greeting ?? [])]))
    let rest: Buffer = early
    const read = (bytes: Buffer): void => {
      const all = readClientFrames(Buffer.concat([rest, bytes]))
      rest = all.rest
      for (const frame of all.frames) {
        guest.frames.push(frame)
        ;(this.#part.onFrame ?? echo)(frame, guest)
      }
      this.#look()
    }
    socket.on('data', read)
    socket.once('end', () => socket.end())
    this.guests.push(guest)
    read(Buffer.alloc(0))
  }

  #look(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}

export function echo(frame: ClientFrame, guest: Guest): void {
  if (frame.opcode === 1 || frame.opcode === 2)
    guest.send(rawFrame(0x80 + frame.opcode, frame.payload))
  if (frame.opcode === 8) guest.socket.end(rawFrame(0x88, frame.payload))
}
