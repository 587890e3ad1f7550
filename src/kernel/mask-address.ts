/**
 * Addresses without their secrets: THE one place that knows where those stand, for settings, problems, labels and what libraries say.
 * Nothing here needs a valid address: what somebody mistyped holds a secret as well.
 */
const MASK = '•••'
const SECRET_KEYS = /^(token|p|password|passwd|secret|api[-_]?key|key|access[-_]?token|auth)$/i

/** Whether the value of this key of a query is a secret. */
export const isSecretKey = (key: string): boolean => SECRET_KEYS.test(key)

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
    isSecretKey(key) && value !== '' ? `${before}${key}=${MASK}` : all,
  )
}

/** The message of `error` in one line, with nothing in it of `url` that could be secret. */
export function withoutAddress(error: unknown, url: string): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  const { password } = URL.canParse(url) ? new URL(url) : { password: '' }
  const secrets = [url, password, decoded(password)].filter((each) => each !== '')
  return hidden(text, secrets).split('\n')[0]!
}

/** `text` with every one of `secrets` hidden. */
export function hidden(text: string, secrets: readonly string[]): string {
  return secrets.reduce((said, each) => said.replaceAll(each, MASK), text)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return '' // no encoding that anybody could have decoded
  }
}
