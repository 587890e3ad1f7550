/**
 * Who may be loaded: loopback and private addresses freely, other hosts after a yes that was typed, configured or
 * given as --allow-target. Names are judged as written and not resolved: a public name that points at a private
 * address still needs its yes, because the name is what people mistype. The same rule runs in every worker, for
 * redirects and for URLs a script builds.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname, join } from 'node:path'
import { OnrushError, problem } from '../../kernel/errors.ts'
import type { ConfigFile } from './config-file.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** Undefined: load may go there. Else the sentence that says why not. */
export function refuseHost(hostname: string, allowed: readonly string[]): string | undefined {
  const host = hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '')
  if (isLocal(host) || allowed.some((each) => each.toLowerCase() === host)) return undefined
  return `${host} is not on this machine or a private network, and was not allowed: --allow-target ${host}`
}

/**
 * Makes sure that every host is allowed, asking a person where one is there; returns all allowed hosts. Answers are
 * kept in .onrush/targets.json. Throws `OnrushError` with every host that is not allowed.
 */
export async function confirmTargets(
  hosts: readonly string[],
  settings: Settings,
  config: ConfigFile | undefined,
  terminal: Terminal,
): Promise<string[]> {
  const allowed = [
    ...settings.list('allowTarget'),
    ...configured(config),
    ...remembered(terminal.folder),
  ]
  const open = [...new Set(hosts)].filter((host) => refuseHost(host, allowed) !== undefined)
  const refused: string[] = []
  for (const host of open) {
    const ask = terminal.attended && !settings.on('headless')
    const answer = ask
      ? await terminal.ask(
          ` Load will be sent to ${host}, which is not yours by its address.\n Type its name to go on: `,
        )
      : undefined
    if (answer?.trim().toLowerCase() === host.toLowerCase()) {
      allowed.push(host)
      remember(terminal.folder, host)
    } else refused.push(host)
  }
  if (refused.length > 0) throw new OnrushError(refused.map(notAllowed))
  return allowed
}

function isLocal(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  const version = isIP(host)
  if (version === 4) return isPrivate4(host)
  if (version === 6) {
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(host)?.[1]
    return mapped ? isPrivate4(mapped) : host === '::1' || /^(fc|fd|fe[89ab])/.test(host)
  }
  return false
}

function isPrivate4(address: string): boolean {
  const [a = 0, b = 0] = address.split('.').map(Number)
  if (a === 127 || a === 10 || (a === 192 && b === 168) || (a === 169 && b === 254)) return true
  return a === 172 && b >= 16 && b <= 31
}

/** Throws `OnrushError` for what `targets` says and nobody would heed. */
function configured(config: ConfigFile | undefined): string[] {
  const targets = (config?.values['targets'] ?? {}) as Record<string, { allow?: boolean }>
  const unknown = Object.entries(targets).flatMap(([host, options]) =>
    Object.keys(options ?? {})
      .filter((key) => key !== 'allow')
      .map((key) =>
        problem(
          'E_UNKNOWN_KEY',
          `${config?.path} targets['${host}'].${key}`,
          `"${key}" is not an option of a target`,
          'only `allow` is known so far, and a limit that nobody heeds would be worse than none',
          'remove it',
        ),
      ),
  )
  if (unknown.length > 0) throw new OnrushError(unknown)
  return Object.keys(targets).filter((host) => targets[host]?.allow === true)
}

const memory = (folder: string): string => join(folder, '.onrush', 'targets.json')

function remembered(folder: string): string[] {
  let text: string
  try {
    text = readFileSync(memory(folder), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  const known: unknown = JSON.parse(text)
  return Array.isArray(known) ? known.map(String) : []
}

function remember(folder: string, host: string): void {
  mkdirSync(dirname(memory(folder)), { recursive: true })
  writeFileSync(
    memory(folder),
    `${JSON.stringify([...new Set([...remembered(folder), host])], null, 2)}\n`,
  )
}

const notAllowed = (host: string) =>
  problem(
    'E_TARGET',
    host,
    `load to ${host} is not allowed yet`,
    'it is neither on this machine nor on a private network',
    `if it is yours to load: --allow-target ${host}`,
  )
