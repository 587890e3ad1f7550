/**
 * Where the page is. All that is worth sharing is in the URL: screen, tab, range, filter, order. Steps that a person would want to
 * take back make an entry in the history; typing in a filter does not.
 */
import { createSignal } from 'solid-js'

const [url, setUrl] = createSignal(new URL(location.href))
addEventListener('popstate', () => setUrl(new URL(location.href)))

export type Screen =
  | { readonly name: 'new' | 'runs' | 'capacity' | 'compare' | 'trend' | 'lost' }
  | { readonly name: 'run' | 'search'; readonly id: string }

export const path = (): string => url().pathname
export const query = (name: string): string | null => url().searchParams.get(name)
export const queries = (name: string): string[] => url().searchParams.getAll(name)

export function screenOf(pathname: string): Screen {
  const [first, second, ...more] = pathname.split('/').filter((part) => part !== '')
  if (first === undefined) return { name: 'new' }
  if ((first === 'compare' || first === 'trend') && second === undefined) return { name: first }
  if ((first !== 'runs' && first !== 'capacity') || more.length > 0) return { name: 'lost' }
  if (second === undefined) return { name: first }
  try {
    return { name: first === 'runs' ? 'run' : 'search', id: decodeURIComponent(second) }
  } catch {
    return { name: 'lost' }
  }
}

/** Of the run that is looked at; '' on other screens. */
export const runId = (): string => {
  const screen = screenOf(path())
  return screen.name === 'run' ? screen.id : ''
}

export const searchUrl = (id: string): string => `/capacity/${encodeURIComponent(id)}`
export const runUrl = (id: string): string => `/runs/${encodeURIComponent(id)}`
export const trendUrl = (name: string): string => `/trend?name=${encodeURIComponent(name)}`
export const compareUrl = (base: string, runs: readonly string[]): string =>
  `/compare?${[`base=${encodeURIComponent(base)}`, ...runs.map((id) => `run=${encodeURIComponent(id)}`)].join('&')}`

export function go(to: string): void {
  history.pushState(null, '', to)
  setUrl(new URL(location.href))
  scrollTo(0, 0)
}

/** `null` takes a parameter away. */
export function setQuery(
  changes: Readonly<Record<string, string | null>>,
  entry: 'push' | 'replace' = 'push',
): void {
  const next = urlWith(changes)
  if (next === location.pathname + location.search) return
  history[entry === 'push' ? 'pushState' : 'replaceState'](null, '', next)
  setUrl(new URL(location.href))
}

/** This page with other parameters, for links. */
export function urlWith(changes: Readonly<Record<string, string | null>>): string {
  const next = new URL(url())
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') next.searchParams.delete(name)
    else next.searchParams.set(name, value)
  }
  return next.pathname + next.search
}

export interface Range {
  readonly fromMs: number
  readonly toMs: number
}

/** The part of the run that all charts and tables show; undefined: all of it. */
export function range(): Range | undefined {
  const [from, to] = [query('from'), query('to')]
  if (from === null || to === null) return undefined
  const [fromMs, toMs] = [Number(from), Number(to)]
  return fromMs >= 0 && toMs > fromMs ? { fromMs, toMs } : undefined
}

export function setRange(next: Range | undefined): void {
  setQuery({
    from: next === undefined ? null : `${Math.max(0, Math.round(next.fromMs))}`,
    to: next === undefined ? null : `${Math.round(next.toMs)}`,
  })
}
