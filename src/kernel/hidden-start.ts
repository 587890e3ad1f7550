/**
 * The beginning of a text without any of the secrets in it, for all that shows what was sent or received. Secrets are found by value, in the
 * forms in which they travel: as they are, in a URL, a form, JSON, HTML or base64. One that the end would cut in two is hidden as well.
 * Cost: one search of the beginning per form.
 */
const MASK = '•••'

/** Every form of `values` in which they are searched for; empty ones are no secrets. */
export function formsOf(values: Iterable<string>): string[] {
  const forms = new Set<string>()
  for (const value of values) {
    if (value === '') continue
    const inUrl = inUri(value)
    forms.add(value)
    forms.add(inUrl)
    forms.add(inUrl.replaceAll('%20', '+'))
    forms.add(new URLSearchParams([['', value]]).toString().slice(1))
    const inJson = JSON.stringify(value).slice(1, -1)
    forms.add(inJson)
    // Sent as JSON, and told back as a string of another one.
    forms.add(JSON.stringify(inJson).slice(1, -1))
    forms.add(inHtml(value))
    forms.add(base64(value))
    forms.add(base64(value).replace(/=+$/, ''))
  }
  return [...forms]
}

/** At most `charsMax` characters of `text`, not counting masks. `forms` as `formsOf` makes them. */
export function hiddenStart(text: string, charsMax: number, forms: readonly string[]): string {
  const end = Math.min(text.length, charsMax)
  if (forms.length === 0) return text.slice(0, end)
  const longest = forms.reduce((most, { length }) => Math.max(most, length), 0)
  const searched = text.slice(0, end + longest)
  let shown = ''
  let at = 0
  for (const [from, to] of covered(searched, forms)) {
    if (from >= end) break
    shown += searched.slice(at, from) + MASK
    at = to
  }
  return at < end ? shown + searched.slice(at, end) : shown
}

/** Where secrets stand, in order; those that overlap or touch as one. */
function covered(text: string, forms: readonly string[]): [from: number, to: number][] {
  const found: [number, number][] = []
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
      found.push([at, at + form.length])
    }
  }
  found.sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const [from, to] of found) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

function inUri(value: string): string {
  try {
    return encodeURIComponent(value)
  } catch {
    return value // half a surrogate pair: no URL could carry it
  }
}

const inHtml = (value: string): string =>
  value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

function base64(value: string): string {
  const bytes = new TextEncoder().encode(value)
  return btoa(String.fromCharCode(...bytes))
}
