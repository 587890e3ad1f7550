/**
 * TLS settings of one worker: verified unless `insecure` is set in so many words. The secure context (keys, authorities,
 * versions) is built once, on first use, since it costs a millisecond and more memory than a connection. Sessions are not kept
 * here but by each origin pool: a user's second connection resumes, another user's first does a full handshake, as with people.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import {
  type ConnectionOptions,
  createSecureContext,
  type SecureContext,
  type SecureVersion,
} from 'node:tls'

/** PEM text or bytes; `ca`, `cert` and `key` also take `{ file }`. */
export type Material = string | Uint8Array | { readonly file: string }

export interface TlsOptions {
  /** Trusted instead of the authorities that come with Node. */
  readonly ca?: Material | readonly Material[]
  readonly cert?: Material
  readonly key?: Material
  readonly pfx?: Exclude<Material, string>
  readonly passphrase?: string
  /** Name to ask for and to verify, when it is not the host's. */
  readonly servername?: string
  readonly minVersion?: SecureVersion
  readonly maxVersion?: SecureVersion
  readonly ciphers?: string
  /** Accept any certificate. Whoever sets it says so in the run's header. */
  readonly insecure?: boolean
  /** Default true. */
  readonly resume?: boolean
}

export class Tls {
  readonly resumes: boolean
  readonly #options: TlsOptions
  #context: SecureContext | undefined = undefined

  constructor(options: TlsOptions) {
    this.#options = options
    this.resumes = options.resume ?? true
  }

  /** Throws what OpenSSL says of wrong material; the caller turns it into a failure of kind `tls`. */
  context(): SecureContext {
    this.#context ??= createSecureContext(contextOptions(this.#options))
    return this.#context
  }

  /** Options for `tls.connect`; `hostname` without brackets. */
  connectOptions(
    hostname: string,
    alpn: readonly string[] | undefined,
    session: Buffer | undefined,
  ): ConnectionOptions {
    const servername = this.#options.servername ?? hostname
    const options: ConnectionOptions = {
      secureContext: this.context(),
      rejectUnauthorized: this.#options.insecure !== true,
      // An address may not be sent as a server name; Node then verifies the certificate against `host`.
      host: hostname,
      servername: isIP(servername) === 0 ? servername : '',
    }
    if (alpn !== undefined) options.ALPNProtocols = [...alpn]
    if (session !== undefined) options.session = session
    return options
  }
}

function contextOptions(options: TlsOptions): Parameters<typeof createSecureContext>[0] {
  const { ca, cert, key, pfx, passphrase, minVersion, maxVersion, ciphers } = options
  return {
    ...(ca !== undefined && { ca: (isList(ca) ? ca : [ca]).map(read) }),
    ...(cert !== undefined && { cert: read(cert) }),
    ...(key !== undefined && { key: read(key) }),
    ...(pfx !== undefined && { pfx: read(pfx) }),
    ...(passphrase !== undefined && { passphrase }),
    ...(minVersion !== undefined && { minVersion }),
    ...(maxVersion !== undefined && { maxVersion }),
    ...(ciphers !== undefined && { ciphers }),
  }
}

function isList(ca: Material | readonly Material[]): ca is readonly Material[] {
  return Array.isArray(ca)
}

function read(material: Material): string | Buffer {
  if (typeof material === 'string') return material
  if (material instanceof Uint8Array) return Buffer.from(material)
  return readFileSync(material.file)
}
