/**
 * HTTP proxies: the URL people give, and the CONNECT that turns a connection to the proxy into one to an https origin.
 * Plain http origins need no tunnel: the session writes the absolute form. Proxies that themselves speak TLS are not supported.
 */
import type { Socket } from 'node:net'
import type { FailureKind } from '../../contracts/measure.ts'
import type { Origin } from './origin.ts'
import { type ParserLimits, ResponseParser, type ResponseSink } from './response-parser.ts'

export interface HttpProxy {
  readonly host: string
  readonly port: number
  /** Value of Proxy-Authorization, '' for none. */
  readonly authorization: string
}

/** Throws a TypeError that says what is wrong with it. */
export function parseProxy(text: string): HttpProxy {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.protocol !== 'http:' || url.hostname === '') {
    throw new TypeError(
      `proxy "${text}" is not usable: give a URL such as http://proxy.example:3128`,
    )
  }
  const { username, password } = url
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    authorization: username === '' ? '' : `Basic ${Buffer.from(user).toString('base64')}`,
  }
}

/** Asks the proxy for a tunnel over `socket`, which must be in flowing-capable mode; calls back once: '' or what went wrong. */
export function openTunnel(
  socket: Socket,
  proxy: HttpProxy,
  origin: Origin,
  limits: ParserLimits,
  done: (problem: string) => void,
): void {
  new TunnelRequest(socket, limits, done).send(proxy, origin)
}

class TunnelRequest implements ResponseSink {
  readonly #socket: Socket
  readonly #parser: ResponseParser
  readonly #done: (problem: string) => void
  #problem: string | undefined = undefined

  constructor(socket: Socket, limits: ParserLimits, done: (problem: string) => void) {
    this.#socket = socket
    this.#done = done
    this.#parser = new ResponseParser(this, limits)
  }

  send(proxy: HttpProxy, origin: Origin): void {
    const host = origin.host.includes(':') ? `[${origin.host}]` : origin.host
    const authority = `${host}:${origin.port}`
    const credentials =
      proxy.authorization === '' ? '' : `Proxy-Authorization: ${proxy.authorization}\r\n`
    this.#parser.begin('CONNECT', false, false)
    this.#socket.on('data', this.#onData)
    this.#socket.on('end', this.#onEnd)
    this.#socket.write(
      `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`,
      'latin1',
    )
  }

  onInformational(): void {}
  onBody(): void {}

  onHead(parser: ResponseParser): void {
    const { status } = parser
    if (status >= 200 && status < 300) this.#problem = ''
    else if (status === 407) this.#problem = 'the proxy wants other credentials (407)'
    else this.#problem = `the proxy answered CONNECT with status ${status}`
  }

  onComplete(): void {}

  onError(_kind: FailureKind, when: string, message: string): void {
    this.#problem ??= `the proxy's answer to CONNECT is not HTTP: ${when}, ${message}`
  }

  readonly #onData = (bytes: Buffer): void => {
    const end = this.#parser.execute(bytes, 0, bytes.length)
    if (this.#problem === undefined) return
    // A TLS server never speaks first: bytes behind the head are not from the origin.
    if (this.#problem === '' && end < bytes.length)
      this.#problem = 'the proxy sent bytes behind its answer to CONNECT'
    this.#finish(this.#problem)
  }

  readonly #onEnd = (): void =>
    this.#finish('the proxy closed the connection instead of answering CONNECT')

  #finish(problem: string): void {
    this.#socket.off('data', this.#onData)
    this.#socket.off('end', this.#onEnd)
    this.#socket.pause()
    this.#done(problem)
  }
}
