/**
 * From what the system says (`code` of a socket's error) to a failure kind and a sentence for people.
 * Sentences hold no ports, addresses of ours or ids, so that equal failures group. TLS reasons are in `tls-errors.ts`.
 */
import type { FailureKind } from '../../contracts/measure.ts'
import { tlsReason } from './tls-errors.ts'

export interface Failure {
  readonly kind: FailureKind
  readonly message: string
}

const RESOURCES: Readonly<Record<string, string>> = {
  EMFILE: 'this process has no file descriptor left: raise `ulimit -n` or use more workers',
  ENFILE: 'this machine has no file descriptor left: raise fs.file-max',
  EADDRNOTAVAIL:
    'no local port is left for this target, or the local address is not of this machine: add localAddresses or widen net.ipv4.ip_local_port_range',
  EADDRINUSE: 'no local port is left: add localAddresses or widen net.ipv4.ip_local_port_range',
  ENOBUFS: 'the system has no buffer space left for sockets',
  ENOMEM: 'the system has no memory left for sockets',
}

/** An error while dialling `target` (host and port, or the path of a socket). */
export function dialFailure(error: NodeJS.ErrnoException, target: string): Failure {
  const code = error.code ?? ''
  const tls = tlsReason(error)
  if (tls !== undefined) return { kind: 'tls', message: tls }
  const resource = RESOURCES[code]
  if (resource !== undefined) return { kind: 'resources', message: resource }
  switch (code) {
    case 'ECONNREFUSED':
      return { kind: 'refused', message: `${target} refused the connection: nothing listens there` }
    case 'ENOENT':
      return { kind: 'refused', message: `there is no socket ${target}` }
    case 'ECONNRESET':
    case 'EPIPE':
      return { kind: 'reset', message: `${target} reset the connection while it was opened` }
    case 'ETIMEDOUT':
      return { kind: 'connect-timeout', message: `${target} did not answer the connection request` }
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { kind: 'refused', message: `there is no route to ${target}` }
    case 'EACCES':
    case 'EPERM':
      return { kind: 'refused', message: `this system does not allow a connection to ${target}` }
    default:
      return { kind: 'other', message: `cannot connect to ${target}: ${code || error.message}` }
  }
}

/** An error on an established connection. */
export function streamFailure(error: NodeJS.ErrnoException): Failure {
  const code = error.code ?? ''
  const tls = tlsReason(error)
  if (tls !== undefined) return { kind: 'tls', message: tls }
  const resource = RESOURCES[code]
  if (resource !== undefined) return { kind: 'resources', message: resource }
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED') {
    return { kind: 'reset', message: 'the server reset the connection' }
  }
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return { kind: 'reset', message: `the connection was lost: ${code}` }
  }
  return { kind: 'other', message: `the connection failed: ${code || error.message}` }
}

/** A name that did not resolve. */
export function dnsFailure(code: string, hostname: string): Failure {
  switch (code) {
    case 'ENOTFOUND':
    case 'ENODATA':
      return { kind: 'dns', message: `the name ${hostname} is unknown (${code})` }
    case 'EAI_AGAIN':
      return { kind: 'dns', message: `the name server did not answer for ${hostname} (${code})` }
    case 'EMFILE':
      return { kind: 'resources', message: RESOURCES['EMFILE']! }
    default:
      return { kind: 'dns', message: `the name ${hostname} did not resolve (${code})` }
  }
}
