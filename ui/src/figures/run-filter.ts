/**
 * Which runs somebody looks for: words that stand anywhere, and tokens such as `name:shop tag:branch=main verdict:failed git:main`. All must
 * fit; of several verdicts one. Pure.
 */
import type { RunGlance } from '../api/history.ts'
import type { RunRecord } from '../api/types.ts'

const FILTER_KEYS = ['name', 'tag', 'verdict', 'git', 'script'] as const
type FilterKey = (typeof FILTER_KEYS)[number]

export interface RunFilter {
  readonly tokens: readonly { readonly key: FilterKey; readonly value: string }[]
  readonly words: readonly string[]
}

/** Words in quotes may have blanks: `name:"my shop"`. */
export function readFilter(text: string): RunFilter {
  const parts = [...text.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/g)]
  const tokens: { key: FilterKey; value: string }[] = []
  const words: string[] = []
  for (const [whole, name, quoted, plain] of parts) {
    const key = FILTER_KEYS.find((each) => each === name)
    const value = (quoted ?? plain ?? '').toLowerCase()
    if (key !== undefined) tokens.push({ key, value })
    else words.push((name === undefined ? value : whole).toLowerCase())
  }
  return { tokens, words }
}

export const isEmpty = ({ tokens, words }: RunFilter): boolean =>
  tokens.length === 0 && words.length === 0

/** Branches are known of runs that were looked at. */
export const needsGlances = ({ tokens }: RunFilter): boolean =>
  tokens.some(({ key }) => key === 'git')

export function fits(filter: RunFilter, run: RunRecord, glance: RunGlance | undefined): boolean {
  const verdicts = filter.tokens.filter(({ key }) => key === 'verdict')
  const others = filter.tokens.filter(({ key }) => key !== 'verdict')
  const isVerdict = verdicts.length === 0 || verdicts.some(({ value }) => hasVerdict(run, value))
  if (!isVerdict || !others.every(({ key, value }) => hasToken(run, glance, key, value)))
    return false
  const text = [run.name, run.id, run.script, ...tagsOf(run)].join(' ').toLowerCase()
  return filter.words.every((word) => text.includes(word))
}

export const tagsOf = ({ tags }: RunRecord): string[] =>
  Object.entries(tags).map(([key, value]) => `${key}=${value}`)

function hasToken(
  run: RunRecord,
  glance: RunGlance | undefined,
  key: FilterKey,
  value: string,
): boolean {
  if (key === 'name') return run.name.toLowerCase().includes(value)
  if (key === 'script') return run.script.toLowerCase().includes(value)
  if (key === 'tag') return tagsOf(run).some((each) => each.toLowerCase().includes(value))
  const isCommit = run.commit?.startsWith(value) === true
  return isCommit || glance?.branch?.toLowerCase().includes(value) === true
}

function hasVerdict({ state, passed, isBaseline }: RunRecord, value: string): boolean {
  const verdict = state === 'finished' ? (passed ? 'passed' : 'failed') : state
  return verdict.startsWith(value) || (isBaseline && 'baseline'.startsWith(value))
}
