/**
 * What to watch, from `--watch`, the configuration and `watch: […]` in the script's plan: each source as people write it, with a name that
 * its figures carry. Reads and refuses, opens nothing: a source that is down is no mistake. Secrets stay in `text`, which
 * never reaches a result.
 *
 *     source = [ name "=" ] ( "pid:" number | "host" | "http://…/metrics" [ "#" series ] | "redis://…" | "postgres://…" |
 *                              "docker:" container | "cmd:" command )
 */
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import type { Settings } from './settings.ts'

export interface WatchSource {
  readonly kind: WatchKind
  /** Before the figures: `redis` in `redis.memory`. */
  readonly name: string
  /** Without its name. */
  readonly text: string
  /** The same without secrets. */
  readonly shown: string
}

/** What begins like this is of that kind, and has its name unless it is given one. */
const KINDS = [
  { kind: 'process', pattern: /^pid:[1-9]\d{0,9}$/ },
  { kind: 'host', pattern: /^host$/ },
  { kind: 'metrics', pattern: /^https?:\/\// },
  { kind: 'redis', pattern: /^rediss?:\/\// },
  { kind: 'postgres', pattern: /^postgres(ql)?:\/\// },
  { kind: 'docker', pattern: /^docker:[\w][\w.-]*$/ },
  { kind: 'command', pattern: /^cmd:\s*\S/ },
] as const
export type WatchKind = (typeof KINDS)[number]['kind']

/** Found by itself where it listens on this machine, unless a source is given that name. */
export const TARGET = 'target'

const NAMED = /^([A-Za-z][\w-]{0,30})=(?=pid:|host$|https?:|rediss?:|postgres(?:ql)?:|docker:|cmd:)/

export interface Watching {
  readonly sources: readonly WatchSource[]
  /** Is a target on this machine looked for? */
  readonly findsTarget: boolean
}

/** `plan` is what the script exports under that name; `folder` that of the script. */
export async function watchingOf(
  settings: Settings,
  plan: unknown,
  problems: Problem[],
  folder: string,
): Promise<Watching> {
  const texts = settings.list('watch')
  if (settings.chosen.has('watch') && texts.length === 0) return { sources: [], findsTarget: false }
  const sources: WatchSource[] = []
  const add = (text: unknown, place: string): void => {
    const source = parseSource(
      text,
      place,
      sources.map(({ name }) => name),
    )
    if ('code' in source) problems.push(source)
    else sources.push(source)
  }
  for (const text of texts) add(text, settings.place('watch'))
  const own = (plan as { readonly watch?: unknown } | undefined)?.watch ?? []
  if (Array.isArray(own))
    own.forEach((text, index) => {
      add(text, `plan.watch[${index}]`)
    })
  else add(own, 'plan.watch')
  problems.push(...(await wrongChoices(sources)), ...(await missingPackages(sources, folder)))
  return { sources, findsTarget: sources.every(({ name }) => name !== TARGET) }
}

/** What stands behind the # of an endpoint can be read by its monitor only, which is loaded for that. */
async function wrongChoices(sources: readonly WatchSource[]): Promise<Problem[]> {
  const choosing = sources.filter(({ kind, text }) => kind === 'metrics' && text.includes('#'))
  if (choosing.length === 0) return []
  const { choiceOf, parseChoices } = await import('../../plugins/monitors/prometheus/choice.ts')
  return choosing.flatMap(({ text, shown }) => {
    try {
      parseChoices(choiceOf(text))
      return []
    } catch (error) {
      return refuse('--watch', shown, (error as Error).message)
    }
  })
}

async function missingPackages(
  sources: readonly WatchSource[],
  folder: string,
): Promise<Problem[]> {
  const found = sources.find(({ kind }) => kind === 'postgres')
  if (found === undefined) return []
  const { requireFrom } = await import('../../load/data/peer-package.ts')
  if (requireFrom(folder, 'pg') !== undefined) return []
  const why = 'it speaks to PostgreSQL, and onrush does not bring it along'
  return [problem('E_WATCH', found.shown, 'the package pg is not installed', why, 'npm install pg')]
}

/** `taken`: names of others. */
export function parseSource(
  input: unknown,
  place: string,
  taken: readonly string[],
): WatchSource | Problem {
  if (typeof input !== 'string') return refuse(place, String(input), 'a source is a text')
  const given = NAMED.exec(input)?.[1]
  const text = given === undefined ? input : input.slice(given.length + 1)
  const kind = KINDS.find(({ pattern }) => pattern.test(text))?.kind
  const shown = withoutSecrets(text)
  if (kind === undefined || (text.includes('://') && kind !== 'command' && !URL.canParse(text)))
    return refuse(place, text, 'it is none of these')
  if (given !== undefined && taken.includes(given)) {
    return refuse(place, input, `another source has the name ${given} already`)
  }
  return { kind, name: given ?? freeName(kind, taken), text, shown }
}

function freeName(kind: string, taken: readonly string[]): string {
  let name = kind
  for (let next = 2; taken.includes(name); next++) name = `${kind}${next}`
  return name
}

/** Of an address that cannot be read, everything before the last @ may be one. */
function withoutSecrets(text: string): string {
  if (!text.includes('://') || text.startsWith('cmd:')) return text
  if (!URL.canParse(text)) return text.replace(/:\/\/.*@/s, '://').replace(/\?.*/s, '')
  const url = new URL(text)
  url.password = ''
  url.username = ''
  url.search = ''
  return url.href.replace(/%(?:2[02]|7[BbDd])/g, (each) => decodeURIComponent(each))
}

function refuse(place: string, text: string, why: string): Problem {
  return problem(
    'E_WATCH',
    place,
    `"${withoutSecrets(text).slice(0, 100)}" cannot be watched`,
    why,
    'pid:1234, host, http://localhost:9100/metrics, redis://localhost:6379, postgres://localhost/shop, docker:web or cmd:./numbers.sh, each with a name before it if you like: cache=redis://…',
  )
}
