/**
 * Where an output sends to, as people write it: an address that may hold secrets. They are taken out of it at once and travel in
 * headers; `label` and `masked` are all that a message may show. `user:password@` becomes Basic, `token=…` in the query an
 * Authorization of the scheme the system wants.
 */
import { hidden, isSecretKey, maskAddress } from '../../kernel/mask-address.ts'

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
    const inQuery = [...url.searchParams].filter(([key]) => isSecretKey(key))
    this.#secrets = [password, url.password, ...inQuery.map(([, value]) => value)].filter(Boolean)
    url.username = ''
    url.password = ''
    url.searchParams.delete('token')
    this.url = url
    this.headers = headers
  }

  /** `text` without any secret of this address, such as an answer that repeats what it was asked. */
  masked(text: string): string {
    return hidden(text, this.#secrets)
  }
}
