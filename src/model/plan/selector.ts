/**
 * What a rule is about, in its parentheses: `http`, `POST /cart`, and tags behind it, `http, tag:region=eu, scenario:browse`. Tags are
 * taken off from the end, so a name may hold commas and colons; one that ends like a tag is put in quotes.
 *
 *     selector = [ text ] { [ "," ] tag } ;      tag = "tag:" key "=" value | "scenario:" value ;      (* value: quotes optional *)
 */
import type { Tags } from '../../contracts/measure.ts'
import type { SeriesSelector } from '../../contracts/plan.ts'
import { SCENARIO_TAG } from '../metrics/tags.ts'

const TAG =
  /(?:^|,)\s*(?:tag:([A-Za-z][A-Za-z0-9_.-]*)=|scenario:)("[^"]+"|'[^']+'|[^\s"',](?:[^"',]*[^\s"',])?)\s*$/
const PLAIN_VALUE = /^[^\s"',](?:[^"',]*[^\s"',])?$/

/** The selector, or what is wrong with it. */
export function parseSelector(text: string): SeriesSelector | string {
  const tags: Record<string, string> = {}
  let rest = text.trim()
  for (let found = TAG.exec(rest); found !== null; found = TAG.exec(rest)) {
    const [, key = SCENARIO_TAG, value = ''] = found
    if (Object.hasOwn(tags, key)) return `"${key}" is said twice`
    tags[key] = unquoted(value)
    rest = rest.slice(0, found.index).trim()
  }
  if (/^(tag|scenario):/.test(rest)) {
    return `"${rest}" is not a tag: write tag:region=eu or scenario:browse, or put a name in quotes`
  }
  const series = unquoted(rest)
  return Object.keys(tags).length === 0 ? { series } : { series, tags }
}

/** In parentheses, '' for everything; the plainest form that is read as the same again. */
export function printSelector({ series, tags }: SeriesSelector): string {
  if (series === '' && tags === undefined) return ''
  const all = tags === undefined ? [] : printTags(tags)
  const forms = [series, `"${series}"`, `'${series}'`].map((name) =>
    [...(name === '' ? [] : [name]), ...all].join(', '),
  )
  const wanted = JSON.stringify([series, all])
  const isSame = (form: string): boolean => {
    const parsed = parseSelector(form)
    if (typeof parsed === 'string') return false
    const { series: name, tags: own } = parsed
    return JSON.stringify([name, own === undefined ? [] : printTags(own)]) === wanted
  }
  return `(${forms.find(isSame) ?? forms[1]})`
}

/** The scenario first, then by key. */
function printTags(tags: Tags): string[] {
  const { [SCENARIO_TAG]: scenario, ...others } = tags
  const texts = Object.keys(others)
    .sort()
    .map((key) => `tag:${key}=${printValue(others[key]!)}`)
  return scenario === undefined ? texts : [`scenario:${printValue(scenario)}`, ...texts]
}

function printValue(value: string): string {
  if (PLAIN_VALUE.test(value)) return value
  return value.includes('"') ? `'${value}'` : `"${value}"`
}

/** Quotes around the whole keep the blanks within them. */
export function unquoted(text: string): string {
  return /^(['"])(.*)\1$/s.exec(text)?.[2] ?? text
}
