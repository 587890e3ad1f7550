/**
 * From what somebody typed to a link: the client library is loaded only here, so that it need not be installed on one machine.
 * Everything that can be wrong (no package, no server, no right, no JetStream, a server with known holes) is one `Problem`.
 */
import { readFileSync } from 'node:fs'
import type { NodeConnectionOptions } from '@nats-io/transport-node'
import { OnrushError, problem } from '../../../kernel/errors.ts'
import { maskAddress } from '../../../kernel/mask-address.ts'
import { awaitGreeting } from './greeting.ts'
import { Link, type LinkParts } from './link.ts'
import { hasKnownHoles } from './server-version.ts'

export interface Credentials {
  /** Made by `nsc`: a user's JWT and key. */
  readonly credsFile?: string | undefined
  /** Who signed the server's certificate. */
  readonly caFile?: string | undefined
  /** Our own certificate and its key, where the server asks for one. */
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
}

export interface Dial extends Credentials {
  /** `nats://host:4222`, `tls://…`, with `user:password@` or `token@` in front of the host. */
  readonly url: string
  /** For people who look at the server. */
  readonly clientName: string
  /** A server that says nothing for two of these is gone. A coordinator has to know before it takes its workers for lost. */
  readonly pingMs?: number
}

const CONNECT_MS = 4_000
/** An answer of JetStream. */
const API_MS = 5_000
const PING_MS = 5_000
const INSTALL = 'npm install @nats-io/transport-node @nats-io/jetstream @nats-io/obj'

/** Throws `OnrushError` with one problem. */
export async function dial(options: Dial): Promise<Link> {
  const url = asUrl(options.url)
  const { node, jetstream, obj } = await loadPackages()
  let parts: LinkParts
  try {
    await awaitGreeting(url.hostname.replace(/^\[|\]$/g, ''), portOf(url), CONNECT_MS)
    const connection = await node.connect({
      ...credentialsOf(url, options, node.credsAuthenticator),
      name: options.clientName,
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      reconnectJitter: 50,
      pingInterval: options.pingMs ?? PING_MS,
      maxPingOut: 2,
      // One address: what the server says about its cluster may not be reachable from here.
      ignoreClusterUpdates: true,
    })
    const js = jetstream.jetstream(connection, { timeout: API_MS })
    const store = new obj.Objm(js)
    parts = {
      connection,
      js,
      jsm: await jetstream.jetstreamManager(connection, { timeout: API_MS, checkAPI: false }),
      openStore: (name, ttl) => store.create(name, { ttl }),
    }
  } catch (error) {
    throw notConnected(url, error)
  }
  const link = new Link(parts)
  try {
    await refuseUnusable(link, url)
  } catch (error) {
    await link.close()
    throw error
  }
  return link
}

const portOf = (url: URL): number => Number(url.port || 4222)

async function refuseUnusable(link: Link, url: URL): Promise<void> {
  const { version = '' } = link.connection.info ?? {}
  if (hasKnownHoles(version, url.hostname)) {
    throw refused(
      url,
      `the NATS server is version ${version}, which has known security holes`,
      'it can be reached from other machines',
      'run nats-server 2.11.16, 2.12.7, 2.14.0 or newer; older ones are used on this machine only',
    )
  }
  try {
    await link.jsm.getAccountInfo()
  } catch (error) {
    throw refused(
      url,
      'the NATS server keeps no messages for this account: JetStream is off or not permitted',
      textOf(error),
      'start it with `nats-server -js`, or enable JetStream for the account',
    )
  }
}

function asUrl(text: string): URL {
  const full = text.includes('://') ? text : `nats://${text}`
  const url = URL.canParse(full) ? new URL(full) : undefined
  if (url && ['nats:', 'tls:'].includes(url.protocol) && url.hostname !== '') return url
  throw new OnrushError([
    problem(
      'E_JOIN',
      '--join',
      `"${maskAddress(text)}" is not the address of a NATS server`,
      'it begins with nats:// or tls:// and names a host',
      '--join nats://loadbox:4222',
    ),
  ])
}

function credentialsOf(
  url: URL,
  { credsFile, caFile, certFile, keyFile }: Credentials,
  credsAuthenticator: (creds: Uint8Array) => NodeConnectionOptions['authenticator'],
): NodeConnectionOptions {
  const user = decodeURIComponent(url.username)
  const pass = decodeURIComponent(url.password)
  const authenticator = credsFile && credsAuthenticator(readFileSync(credsFile))
  const wantsTls = url.protocol === 'tls:' || caFile !== undefined || certFile !== undefined
  return {
    servers: `${url.hostname}:${portOf(url)}`,
    ...(user !== '' && (pass === '' ? { token: user } : { user, pass })),
    ...(authenticator && { authenticator }),
    ...(wantsTls && {
      tls: {
        // The library hands this on to Node, which else checks the certificate of an address against "localhost".
        ...{ host: url.hostname },
        ...(caFile !== undefined && { caFile }),
        ...(certFile !== undefined && { certFile }),
        ...(keyFile !== undefined && { keyFile }),
      },
    }),
  }
}

async function loadPackages() {
  try {
    return {
      node: await import('@nats-io/transport-node'),
      jetstream: await import('@nats-io/jetstream'),
      obj: await import('@nats-io/obj'),
    }
  } catch (error) {
    throw new OnrushError(
      [
        problem(
          'E_JOIN',
          '--join',
          'the packages that speak to a NATS server are not installed',
          'runs on one machine do not need them, so they do not come with onrush',
          INSTALL,
        ),
      ],
      { cause: error },
    )
  }
}

function notConnected(url: URL, error: unknown): OnrushError {
  const text = textOf(error)
  const where = `${url.hostname}:${portOf(url)}`
  if (/authorization|authentication|permission/i.test(text)) {
    return refused(
      url,
      `the NATS server at ${where} refuses these credentials`,
      text,
      'give user and password in the address (nats://user:password@host) or a file with --nats-creds',
    )
  }
  if (/tls|certificate|ssl|self.signed/i.test(text)) {
    return refused(
      url,
      `no secure connection to the NATS server at ${where}`,
      text,
      'a tls:// address with --nats-ca FILE trusts your own CA; a server without TLS has a nats:// address',
    )
  }
  return refused(
    url,
    `no NATS server answers at ${where}`,
    text,
    'start one with `nats-server -js -p 4222`, and see that its port can be reached from here',
  )
}

const refused = (url: URL, what: string, why: string, fix: string): OnrushError =>
  new OnrushError([problem('E_JOIN', maskAddress(url.href), what, why, fix)])

/** The innermost reason: the library wraps what the socket said. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : textOf(error.cause)
  return cause === '' || error.message.includes(cause)
    ? error.message
    : `${error.message}: ${cause}`
}
