/** What Redis answers to INFO: lines of `name:value` in sections; and the little of its protocol (RESP) that is needed to ask. Pure. */

/** One command as an array of strings, each with its length in bytes. */
export function encodeCommand(...words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`)
  return `*${words.length}\r\n${parts.join('')}`
}

export type Reply =
  | { readonly kind: 'text'; readonly text: string; readonly end: number }
  | { readonly kind: 'error'; readonly text: string; readonly end: number }

/** The reply that begins at the start of `bytes`; undefined while it is not all there. Throws on what is no Redis. */
export function decodeReply(bytes: Buffer): Reply | undefined {
  if (bytes.length === 0) return undefined
  const type = String.fromCharCode(bytes[0]!)
  if (!'+-:$'.includes(type)) throw new Error('what answers there is no Redis')
  const lineEnd = bytes.indexOf('\r\n')
  if (lineEnd < 0) return undefined
  const line = bytes.toString('utf8', 1, lineEnd)
  const from = lineEnd + 2
  if (type !== '$') return { kind: type === '-' ? 'error' : 'text', text: line, end: from }
  const size = Number(line)
  if (size < 0) return { kind: 'text', text: '', end: from }
  const end = from + size + 2
  if (bytes.length < end) return undefined
  return { kind: 'text', text: bytes.toString('utf8', from, from + size), end }
}

/** Only what is a number. */
export function parseInfo(text: string): Map<string, number> {
  const figures = new Map<string, number>()
  for (const line of text.split('\r\n')) {
    const [, name, value] = /^(\w+):(-?\d+(?:\.\d+)?)$/.exec(line) ?? []
    if (name !== undefined) figures.set(name, Number(value))
  }
  return figures
}
