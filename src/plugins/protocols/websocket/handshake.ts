/** The opening handshake of RFC 6455 §4: the header fields that ask, and what is wrong with an answer that is not the right one. */
import { createHash } from 'node:crypto'
import type { HttpResponse } from '../../../load/http/response.ts'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Fields of the request. Throws a TypeError for a subprotocol that cannot be asked for. */
export function upgradeFields(key: string, protocols: readonly string[]): Record<string, string> {
  for (const each of protocols) {
    if (TOKEN.test(each)) continue
    throw new TypeError(
      `subprotocol ${JSON.stringify(each)} cannot be asked for: names are letters, digits and punctuation without spaces or commas`,
    )
  }
  if (new Set(protocols).size < protocols.length)
    throw new TypeError(`a subprotocol is listed twice: ${protocols.join(', ')}`)
  return {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Version': '13',
    ...(protocols.length > 0 && { 'Sec-WebSocket-Protocol': protocols.join(', ') }),
  }
}

/** `true`, or the sentence that says why a 101 does not open this socket. */
export function judgeUpgrade(
  response: HttpResponse,
  key: string,
  protocols: readonly string[],
): true | string {
  // Of another status there is no more to say than the status.
  if (response.status !== 101) return true
  const { headers } = response
  if (headers.get('upgrade')?.toLowerCase() !== 'websocket')
    return 'the server switched to a protocol that is not WebSocket'
  const connection = headers.get('connection')?.toLowerCase().split(',') ?? []
  if (!connection.some((each) => each.trim() === 'upgrade'))
    return 'the answer 101 has no "Connection: Upgrade"'
  if (headers.get('sec-websocket-accept') !== acceptOf(key))
    return 'Sec-WebSocket-Accept does not belong to the key that was sent'
  if (headers.has('sec-websocket-extensions'))
    return 'the server uses an extension that was not offered'
  const chosen = headers.get('sec-websocket-protocol')
  if (chosen !== null && !protocols.includes(chosen))
    return 'the server chose a subprotocol that was not offered'
  return true
}

/** What a server answers to this key. */
export function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64')
}
