/**
 * Where an output sends to, as people write it: an address that may hold secrets. They are taken out of it at once and travel in
 * headers; `label` and `masked` are all that a message may show. `user:password@` becomes Basic, `token=…` in the query an
 * Authorization of the scheme the system wants.
 */
const MASK = '•••'
const SECRET_KEYS = /^(token|p|password|passwd|secret|api[-_]?key|key|access[-_]?token|auth)$/i

export class Address {
  /** Without credentials. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** For people. */
  readonly label: string
  readonly #secrets: readonly string[]

  /** Throws `TypeError` when `text` is no URL. `scheme`: such as `Bearer`, for a token in the query. */
  constructor(text: string, scheme: string) {
    const url = new URL(text)
    const headers: Record<string, string> = {}
    this.label = maskAddress(text)
    const user = decodeURIComponent(url.username)
    const password = decodeURIComponent(url.password)
    const token = url.searchParams.get('token')
    if (user !== '' || password !== '') {
      const pair = Buffer.from(`${user}:${password}`).toString('base64')
      headers['authorization'] = `Basic ${pair}`
    }
    if (token !== null) headers['authorization'] = `${scheme} ${token}`
    const inQuery = [...url.searchParams].filter(([key]) => SECRET_KEYS.test(key))
    this.#secrets = [password, url.password, ...inQuery.map(([, value]) => value)].filter(Boolean)
    url.username = ''
    url.password = ''
    url.searchParams.delete('token')
    this.url = url
    this.headers = headers
  }

  /** `text` without any secret of this address, such as an answer that repeats what it was asked. */
  masked(text: string): string {
    return this.#secrets.reduce((left, secret) => left.replaceAll(secret, MASK), text)
  }
}

/**
 * Passwords and tokens of anything that looks like an address, hidden, also with a kind before it (`influx=http://…`). Of what is no valid
 * URL everything up to the last @ is hidden: a password with a / or a ? in it makes parts of itself look like path and query.
 */
export function maskAddress(text: string): string {
  const scheme = /[a-z][a-z0-9+.-]*:\/\//i.exec(text)
  const start = scheme === null ? 0 : scheme.index + scheme[0].length
  const last = text.lastIndexOf('@')
  const query = text.search(/[?#]/)
  const isUrl = scheme !== null && URL.canParse(text.slice(scheme.index))
  const isInQuery = isUrl && query !== -1 && text.slice(query, last).includes('=')
  const user = isInQuery ? text.lastIndexOf('@', query) : last
  const isShown = scheme === null || user < start
  const shown = isShown ? text : `${text.slice(0, start)}${MASK}${text.slice(user)}`
  return shown.replace(/([?&;])([^=&#;\s]+)=([^&#;\s]*)/g, (all, before, key, value) =>
    SECRET_KEYS.test(key) && value !== '' ? `${before}${key}=${MASK}` : all,
  )
}
