// HOT: one read per response goes through `onRead`; no allocation.
/**
 * Sockets with an owner instead of closures: all share the same five listeners and, unless read as a stream, one read buffer
 * per process, so an open connection costs what `net.Socket` costs and little more. The owner is the dial first and the
 * connection afterwards. Also the two ways to write: see `write`.
 */
import { connect as connectTcp, Socket, type TcpNetConnectOpts } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

export interface SocketOwner {
  /** `bytes[0 … count)`, valid during the call. */
  onSocketRead(bytes: Uint8Array, count: number): void
  /** TCP is connected, TLS is not. */
  onSocketConnect(): void
  onSocketSecure(): void
  /** The peer's FIN; ours follows by itself. */
  onSocketEnd(): void
  /** `onSocketClose` follows. */
  onSocketError(error: NodeJS.ErrnoException): void
  onSocketClose(): void
  /** A TLS session that a later connection may resume. */
  onSocketSession(session: Buffer): void
}

export interface OwnedSocket extends Socket {
  owner: SocketOwner
  alpnProtocol?: string | false | null
}

const READ_BUFFER_BYTES = 65_536
// Reading is synchronous with its callback, so one buffer serves every socket of the process.
const INTO_SHARED_BUFFER = {
  buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
  callback(this: OwnedSocket, count: number, bytes: Uint8Array): boolean {
    this.owner.onSocketRead(bytes, count)
    return true
  },
}

/** `streams`: bytes come as `data` events, for `node:http2` and for tunnels; else they go to `owner.onSocketRead`. */
export function openTcp(
  options: TcpNetConnectOpts | { readonly path: string },
  owner: SocketOwner,
  streams: boolean,
): OwnedSocket {
  const shared = streams ? {} : { onread: INTO_SHARED_BUFFER }
  // Node passes the socket as `this`, which its types do not say.
  const socket = connectTcp({
    ...options,
    ...shared,
    noDelay: true,
  } as unknown as TcpNetConnectOpts)
  return own(socket, owner, 'connect')
}

/** TLS from the first byte, or over `options.socket`, which reads as a stream whatever `streams` says. */
export function openTls(
  options: ConnectionOptions,
  owner: SocketOwner,
  streams: boolean,
): OwnedSocket {
  const shared = streams || options.socket !== undefined ? {} : { onread: INTO_SHARED_BUFFER }
  const socket = connectTls({ ...options, ...shared } as unknown as ConnectionOptions)
  socket.once('secureConnect', onSecure)
  socket.on('session', onSession)
  return own(socket, owner, 'connect')
}

function own(socket: Socket, owner: SocketOwner, connected: 'connect'): OwnedSocket {
  const owned = socket as OwnedSocket
  owned.owner = owner
  owned.once(connected, onConnect)
  owned.on('end', onEnd)
  owned.on('error', onError)
  owned.on('close', onClose)
  return owned
}

/** The socket is somebody else's now: no call reaches the owner any more. */
export function disown(socket: OwnedSocket): void {
  socket.off('secureConnect', onSecure)
  socket.off('session', onSession)
  socket.off('connect', onConnect)
  socket.off('end', onEnd)
  socket.off('error', onError)
  socket.off('close', onClose)
  socket.off('data', onData)
}

/** For a socket that reads as a stream: its data goes to the owner after all. */
export function readToOwner(socket: OwnedSocket): void {
  socket.on('data', onData)
}

function onData(this: OwnedSocket, bytes: Buffer): void {
  this.owner.onSocketRead(bytes, bytes.length)
}
function onConnect(this: OwnedSocket): void {
  this.owner.onSocketConnect()
}
function onSecure(this: OwnedSocket): void {
  this.owner.onSocketSecure()
}
function onEnd(this: OwnedSocket): void {
  this.owner.onSocketEnd()
}
function onError(this: OwnedSocket, error: Error): void {
  this.owner.onSocketError(error)
}
function onClose(this: OwnedSocket): void {
  this.owner.onSocketClose()
}
function onSession(this: OwnedSocket, session: Buffer): void {
  this.owner.onSocketSession(session)
}

type Written = (error?: Error | null) => void
type DirectWrite = (
  this: Socket,
  writev: false,
  data: string | Uint8Array,
  encoding: string,
  done: Written,
) => unknown

// Not public: what `net.Socket` does below its Writable half. It saves the state machine of streams (about a tenth of all a request
// costs) and keeps an EPIPE from destroying the socket before the response that explains it is read. Should a release of Node
// change it, the public `write` takes over, and nothing but speed is lost.
const directWrite = (Socket.prototype as unknown as { _writeGeneric?: unknown })._writeGeneric
const direct: DirectWrite | undefined =
  typeof directWrite === 'function' && directWrite.length === 4
    ? (directWrite as DirectWrite)
    : undefined

/**
 * Hands `data` (a string is latin1) to the kernel; `done` comes once, at once when the kernel took all of it. Only one write
 * at a time per socket, and never by `socket.write` as well.
 */
export function write(socket: Socket, data: string | Uint8Array, done: Written): void {
  const encoding = typeof data === 'string' ? 'latin1' : 'buffer'
  if (direct !== undefined) direct.call(socket, false, data, encoding, done)
  else if (typeof data === 'string') socket.write(data, 'latin1', done)
  else socket.write(data, done)
}
