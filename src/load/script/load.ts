/**
 * From a bundle to values in this process: writes the module into a private temporary folder (a real file, so that
 * breakpoints and stack frames work), points it at the running copy of the package and imports it. The file goes
 * away at once; the module stays. What an error while loading says is mapped back to the script's own lines.
 */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Problem } from '../../contracts/problem.ts'
import type { Bundle } from '../../contracts/wire.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { FILES_EXPORT, RUNTIME_SPECIFIER } from './bundle-format.ts'
import { frameAt, mapStack, placeOf, registerSourceMap } from './code-frame.ts'

/** URL of the running copy for `onrush` or `onrush/…`; the default is this package's own `exports`. */
export type ResolveRuntime = (specifier: string) => string

/**
 * Imports a bundle and returns what its files export, by name; a default export is under its own name as well as
 * `default`. Throws `OnrushError` when the script throws while loading (`E_SCRIPT`) or two files export different
 * things under one name (`E_USER_TWICE`).
 */
export async function loadBundle(
  bundle: Bundle,
  resolveRuntime: ResolveRuntime = (specifier) => import.meta.resolve(specifier),
): Promise<Record<string, unknown>> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'onrush-')))
  const file = join(
    folder,
    `${basename(bundle.entry).replace(/\W+/g, '-')}-${bundle.hash.slice(0, 8)}.mjs`,
  )
  const code = bundle.code.replace(
    new RegExp(`"${RUNTIME_SPECIFIER}([^"]+)"`, 'g'),
    (_, specifier: string) => JSON.stringify(resolveRuntime(specifier)),
  )
  const map = Buffer.from(bundle.map).toString('base64')
  registerSourceMap(file, bundle.map)
  try {
    await writeFile(file, `${code}\n//# sourceMappingURL=data:application/json;base64,${map}\n`, {
      mode: 0o600,
    })
    return exportsOf(await import(/* @vite-ignore */ pathToFileURL(file).href))
  } catch (error) {
    if (error instanceof OnrushError) throw error
    throw new OnrushError([scriptProblem(error, bundle.entry)], { cause: error })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What an exception of the script looks like to a person: its message, the line, five lines around it, and when. */
export function scriptProblem(
  error: unknown,
  entry: string,
  when = 'while the script was loading',
): Problem {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const place = placeOf(stack)
  const where = place ? `${place.file}:${place.line}:${place.column}` : entry
  const frame = place ? frameAt(place) : ''
  const rest = stackLines(mapStack(stack))
  return problem(
    'E_SCRIPT',
    where,
    error instanceof Error
      ? `${error.name}: ${error.message}`
      : `the script threw ${String(error)}`,
    [`it was thrown ${when}`, frame, rest].filter(Boolean).join('\n'),
    'correct the script',
  )
}

/** Callers of the innermost frame, four at most: the frame itself is shown with its source. */
const stackLines = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(1, 5)
    .join('\n')

function exportsOf(module: Record<string, unknown>): Record<string, unknown> {
  const files = module[FILES_EXPORT] as readonly (readonly [string, Record<string, unknown>])[]
  const merged: Record<string, unknown> = {}
  const origin = new Map<string, string>()
  const problems: Problem[] = []
  const add = (name: string, value: unknown, path: string): void => {
    const first = origin.get(name)
    if (first !== undefined && merged[name] !== value) problems.push(twice(name, first, path))
    if (first !== undefined) return
    origin.set(name, path)
    merged[name] = value
  }
  for (const [path, namespace] of files) {
    for (const name of Object.keys(namespace)) {
      if (name === 'default') addDefault(namespace[name], path, namespace)
      else add(name, namespace[name], path)
    }
  }
  if (problems.length > 0) throw new OnrushError(problems)
  return merged

  function addDefault(value: unknown, path: string, namespace: Record<string, unknown>): void {
    const name = nameOf(value)
    const named = Object.keys(namespace).some(
      (key) => key !== 'default' && namespace[key] === value,
    )
    if (!named && name !== '' && name !== 'default') add(name, value, path)
    if (merged['default'] === undefined) merged['default'] = value
  }
}

/** A `scenario()` carries the name it was given; a class its own, which the compiler may have put a `_` before. */
function nameOf(value: unknown): string {
  if (typeof value !== 'function') return ''
  const given = (value as { [NAME]?: unknown })[NAME]
  return typeof given === 'string' ? given : value.name.replace(/^_/, '')
}
const NAME = Symbol.for('onrush.name')

const twice = (name: string, first: string, second: string): Problem =>
  problem(
    'E_USER_TWICE',
    second,
    `"${name}" is exported by ${basename(first)} and by ${basename(second)}`,
    'users are found by their export name, and these two are not the same thing',
    `rename one of them, or give only one of the files`,
  )
