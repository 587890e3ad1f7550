/** What a database said, with nothing in it of the address that could be secret. */

/** The message of `error` in one line. */
export function withoutAddress(error: unknown, url: string): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  const { password } = URL.canParse(url) ? new URL(url) : { password: '' }
  const secrets = [url, password, decoded(password)].filter((each) => each !== '')
  return secrets.reduce((said, each) => said.replaceAll(each, '•••'), text).split('\n')[0]!
}

/** The address as it may be shown. */
export function shownAddress(url: string): string {
  return url.replace(/\/\/([^/@]*?):[^/@]*@/, '//$1:•••@')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return '' // no encoding that anybody could have decoded
  }
}
