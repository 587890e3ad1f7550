/**
 * Tags that make series of their own: `region=eu` on a request, `scenario=browse` on everything a scenario does. A series with
 * tags is another one than the same name without, and whoever wants both merges their histograms. Not the tags of a run
 * (`--tag`), which are written into its result and divide nothing. Pure; nothing here runs for a request without tags.
 */
import type { Tags } from '../../contracts/measure.ts'
import { NAME_CHARS_MAX, SERIES_TAGS_MAX } from '../../kernel/limits.ts'

/** Given by us, so that a rule can tell scenarios apart. */
export const SCENARIO_TAG = 'scenario'
export const TAG_KEY = /^[A-Za-z][A-Za-z0-9_.-]{0,59}$/
/** What a series has already, under its own name. */
const OWN: readonly string[] = [SCENARIO_TAG, 'name', 'method', 'kind', 'check']

/** Equal for equal tags, whatever their order; '' for none. */
export function tagsKey(tags: Tags | undefined): string {
  return tags === undefined ? '' : Object.keys(tags).sort().map(pairIn(tags, '\0')).join('\0')
}

/** The same by key, as series keep them. */
export function sortedTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** A series' name as people read it: `/cart {region=eu}`. */
export function taggedName(name: string, tags: Tags | undefined): string {
  return tags === undefined ? name : `${name} {${textOf(tags)}}`
}

/** `region=eu, tier=gold`, by key. */
export function textOf(tags: Tags): string {
  return Object.keys(tags).sort().map(pairIn(tags, '=')).join(', ')
}

/** `more` wins; undefined when there are none at all. */
export function mergeTags(tags: Tags | undefined, more: Tags | undefined): Tags | undefined {
  if (tags === undefined) return more
  return more === undefined ? tags : { ...tags, ...more }
}

/** Has `tags` all of `wanted`, with these values? */
export function hasTags(tags: Tags | undefined, wanted: Tags): boolean {
  for (const key in wanted) if (tags?.[key] !== wanted[key]) return false
  return true
}

/** Tags as people give them, checked: texts by key, undefined when there are none; a sentence when one cannot be. */
export function readTags(input: unknown): Tags | undefined | string {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return "tags are an object such as { region: 'eu' }"
  }
  const tags: Record<string, string> = {}
  let count = 0
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue
    if (!TAG_KEY.test(key)) return `the tag ${JSON.stringify(key)} is not a word such as region`
    if (OWN.includes(key)) return `"${key}" is what a series has by itself, not a tag`
    const text = typeof value === 'object' ? '' : String(value).slice(0, NAME_CHARS_MAX)
    if (text.trim() === '') return `the tag "${key}" takes a text, a number, true or false`
    if (++count > SERIES_TAGS_MAX) return `there are more than ${SERIES_TAGS_MAX} tags`
    tags[key] = text
  }
  return count === 0 ? undefined : tags
}

const pairIn = (tags: Tags, between: string) => (key: string) => `${key}${between}${tags[key]}`
