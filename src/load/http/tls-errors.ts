/**
 * Why TLS failed, in a sentence that says what to do. Node reports certificate problems by OpenSSL's verify codes and
 * protocol problems as `ERR_SSL_…`; anything else is not a matter of TLS.
 */

const CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'the certificate is self-signed: give it as tls.ca, or set tls.insecure',
  SELF_SIGNED_CERT_IN_CHAIN:
    'the chain ends in a self-signed authority that is not trusted here: give it as tls.ca',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet: check the clocks',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'unknown certificate authority, or the server does not send its intermediate certificates: give the authority as tls.ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown certificate authority: give it as tls.ca',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown certificate authority: give it as tls.ca',
  CERT_UNTRUSTED: 'the certificate is not trusted for this purpose',
  CERT_REVOKED: 'the certificate is revoked',
  INVALID_CA: 'a certificate of the chain must not sign others',
  CERT_SIGNATURE_FAILURE: 'the signature of the certificate is wrong',
}

const PROTOCOL: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER:
    'the server does not speak TLS on this port: is it http instead of https?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG:
    'the server does not speak TLS on this port: is it http instead of https?',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION:
    'no common protocol version: see tls.minVersion and tls.maxVersion',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'no common protocol version: see tls.minVersion and tls.maxVersion',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'tls.minVersion and tls.maxVersion leave no protocol version',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    'the server refused the handshake: no common cipher, or it wants a client certificate',
  ERR_SSL_NO_CIPHERS_AVAILABLE: 'tls.ciphers leaves no cipher',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'the server wants a client certificate: give tls.cert and tls.key',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA:
    'the server does not know the authority of the client certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the server refused the client certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    'the server says that the client certificate has expired',
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'the server has no certificate for this name (SNI)',
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: 'no common application protocol (ALPN)',
}

interface NameMismatch {
  readonly host?: string
  readonly cert?: { readonly subjectaltname?: string }
}

/** Undefined when the error is not about TLS. */
export function tlsReason(error: NodeJS.ErrnoException): string | undefined {
  const code = error.code ?? ''
  const known = CERTIFICATE[code] ?? PROTOCOL[code]
  if (known !== undefined) return `${known} (${code})`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const { host, cert } = error as NameMismatch
    return `the certificate is not for ${host ?? 'this host'} but for ${cert?.subjectaltname ?? 'no name at all'} (${code})`
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('ERR_OSSL_')) {
    return `${reasonOf(error)} (${code})`
  }
  // Verify results without an entry above, such as HOSTNAME_MISMATCH, carry OpenSSL's own words.
  if (/^(CERT_|CRL_|UNABLE_TO_|INVALID_PURPOSE|PATH_LENGTH)/.test(code))
    return `${error.message} (${code})`
  return undefined
}

function reasonOf(error: NodeJS.ErrnoException): string {
  const { reason } = error as { reason?: unknown }
  return typeof reason === 'string' ? reason : error.message
}
