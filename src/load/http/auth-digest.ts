/**
 * Digest access authentication (RFC 7616): MD5 and SHA-256, their `-sess` forms, `auth` and `auth-int`. A challenge is kept per
 * user and reused with a rising count, so that only the first request costs an extra round trip. The client nonce
 * is derived from user and count, not random: runs repeat, and a load test protects nobody's replay.
 */
import { createHash } from 'node:crypto'

export interface Challenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  readonly algorithm: string
  readonly hash: 'md5' | 'sha256'
  readonly session: boolean
  /** '' when the server knows no quality of protection (RFC 2069). */
  readonly qop: '' | 'auth' | 'auth-int'
  readonly stale: boolean
  /** Uses so far. */
  count: number
}

export interface DigestRequest {
  readonly method: string
  readonly path: string
  readonly user: string
  readonly password: string
  /** Bytes of the body when known: needed for `auth-int` only. */
  readonly body: string | Uint8Array
  readonly cnonce: string
}

/** The strongest challenge we can answer among all WWW-Authenticate values; `undefined` for none. */
export function readChallenge(values: readonly string[]): Challenge | undefined {
  const challenges = splitChallenges(values)
    .map(parse)
    .filter((each) => each !== undefined)
  return challenges.find((each) => each.hash === 'sha256') ?? challenges[0]
}

/** Value of the Authorization field; counts the challenge up. */
export function answerChallenge(challenge: Challenge, request: DigestRequest): string {
  const { realm, nonce, qop, hash } = challenge
  const digest = (text: string) => createHash(hash).update(text, 'utf8').digest('hex')
  challenge.count++
  const count = challenge.count.toString(16).padStart(8, '0')
  const secret = digest(`${request.user}:${realm}:${request.password}`)
  const ha1 = challenge.session ? digest(`${secret}:${nonce}:${request.cnonce}`) : secret
  const content =
    qop === 'auth-int' ? `:${createHash(hash).update(request.body).digest('hex')}` : ''
  const ha2 = digest(`${request.method}:${request.path}${content}`)
  const protection = qop === '' ? '' : `${count}:${request.cnonce}:${qop}:`
  const response = digest(`${ha1}:${nonce}:${protection}${ha2}`)
  const parts = [
    `username="${quoted(request.user)}"`,
    `realm="${quoted(realm)}"`,
    `nonce="${quoted(nonce)}"`,
    `uri="${request.path}"`,
    `algorithm=${challenge.algorithm}`,
    `response="${response}"`,
  ]
  if (qop !== '') parts.push(`qop=${qop}`, `nc=${count}`, `cnonce="${request.cnonce}"`)
  if (challenge.opaque !== undefined) parts.push(`opaque="${quoted(challenge.opaque)}"`)
  return `Digest ${parts.join(', ')}`
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&')
}

/** One text per challenge, `Scheme params`; several may share a field. */
function splitChallenges(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(/,?\s*(?=\b[A-Za-z-]+ +[A-Za-z-]+ *=)/))
}

const PARAMETER = /([A-Za-z-]+) *= *(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g

function parse(text: string): Challenge | undefined {
  if (!/^\s*digest\s/i.test(text)) return undefined
  const parameters = new Map<string, string>()
  for (const [, name, quoted, plain] of text.matchAll(PARAMETER)) {
    parameters.set(name!.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '')
  }
  const algorithm = parameters.get('algorithm') ?? 'MD5'
  const upper = algorithm.toUpperCase()
  const hash = upper.startsWith('SHA-256') ? 'sha256' : upper.startsWith('MD5') ? 'md5' : undefined
  const nonce = parameters.get('nonce')
  if (hash === undefined || nonce === undefined) return undefined
  const offered =
    parameters
      .get('qop')
      ?.toLowerCase()
      .split(/[\s,]+/) ?? []
  const qop = offered.includes('auth') ? 'auth' : offered.includes('auth-int') ? 'auth-int' : ''
  if (offered.length > 0 && qop === '') return undefined
  return {
    realm: parameters.get('realm') ?? '',
    nonce,
    opaque: parameters.get('opaque'),
    algorithm,
    hash,
    session: upper.endsWith('-SESS'),
    qop,
    stale: parameters.get('stale')?.toLowerCase() === 'true',
    count: 0,
  }
}
