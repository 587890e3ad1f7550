/**
 * The filter of requests: words, and tokens that say where to look. All must hold. Tokens know only what series are kept by: how a
 * request is called, what it answered, and its tags; the scenario is one of them.
 *
 *     cart                 a word, in kind, method or name        name:cart        the name alone
 *     status:503           answered so                            status:5xx       any of them
 *     status:failed        has failures                           kind:websocket   the protocol, or `transaction`
 *     tag:region=eu        has this tag; tag:region: with any value                scenario:browse
 */
import type { SeriesResult } from '../api/types.ts'
import { nameOf } from './series-rows.ts'

const KEYS = ['name', 'status', 'kind', 'tag', 'scenario'] as const
type Key = (typeof KEYS)[number]

export interface FilterToken {
  /** Undefined: a word. */
  readonly key: Key | undefined
  /** Lower case. */
  readonly value: string
  /** As it was written. */
  readonly text: string
}

/** Words and tokens by blanks; quotes keep blanks together. */
export function tokensOf(filter: string): readonly FilterToken[] {
  return (filter.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map((text) => {
    const plain = text.replaceAll('"', '')
    const at = plain.indexOf(':')
    const key = KEYS.find((each) => each === plain.slice(0, at).toLowerCase())
    return { key, value: (key === undefined ? plain : plain.slice(at + 1)).toLowerCase(), text }
  })
}

export const matches = (row: SeriesResult, tokens: readonly FilterToken[]): boolean =>
  tokens.every(({ key, value }) => value === '' || holds(row, key, value))

function holds(row: SeriesResult, key: Key | undefined, value: string): boolean {
  switch (key) {
    case undefined:
      return `${row.kind} ${nameOf(row)}`.toLowerCase().includes(value)
    case 'name':
      return nameOf(row).toLowerCase().includes(value)
    case 'kind':
      return row.kind.toLowerCase() === value
    case 'status':
      return value === 'failed' ? row.failures > 0 : hasStatus(row, value)
    case 'scenario':
      return row.tags?.['scenario']?.toLowerCase() === value
    case 'tag':
      return hasTag(row, value)
  }
}

/** `5xx` is 500 … 599. */
function hasStatus({ statuses }: SeriesResult, value: string): boolean {
  const wanted = value.replaceAll('x', '')
  return Object.entries(statuses).some(
    ([status, times]) => times > 0 && status.length === value.length && status.startsWith(wanted),
  )
}

function hasTag({ tags = {} }: SeriesResult, value: string): boolean {
  const at = value.indexOf('=')
  const [key, wanted] = at < 0 ? [value, undefined] : [value.slice(0, at), value.slice(at + 1)]
  return Object.entries(tags).some(
    ([name, each]) =>
      name.toLowerCase() === key && (wanted === undefined || each.toLowerCase() === wanted),
  )
}

const SUGGESTED_MAX = 40

/** What can be asked of these series, for who begins to write: tokens that find something. */
export function suggestions(series: readonly SeriesResult[]): readonly string[] {
  const found = new Set<string>()
  const quoted = (text: string): string => (/\s/.test(text) ? `"${text}"` : text)
  for (const { kind, statuses, tags = {}, failures } of series) {
    found.add(`kind:${kind}`)
    if (failures > 0) found.add('status:failed')
    for (const status of Object.keys(statuses)) found.add(`status:${status}`)
    for (const [key, value] of Object.entries(tags))
      found.add(quoted(key === 'scenario' ? `scenario:${value}` : `tag:${key}=${value}`))
    if (found.size >= SUGGESTED_MAX) break
  }
  return [...found].slice(0, SUGGESTED_MAX).sort()
}
