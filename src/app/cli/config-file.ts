/**
 * onrush.config.ts: found in the folder of the command or above it (up to the nearest package.json), compiled like a
 * script, default export taken. It may be a function of nothing; it may not be missing a default export.
 */
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OnrushError, problem } from '../../kernel/errors.ts'

const NAMES = ['onrush.config.ts', 'onrush.config.mts', 'onrush.config.js', 'onrush.config.mjs']

export interface ConfigFile {
  /** Name as shown to people. */
  readonly path: string
  readonly values: Readonly<Record<string, unknown>>
}

/** Undefined when there is none. Throws `OnrushError` when it cannot be read or is no object. */
export async function readConfigFile(folder: string): Promise<ConfigFile | undefined> {
  const path = findConfig(folder)
  if (path === undefined) return undefined
  // Only now: most folders have no configuration, and esbuild takes its time.
  const [{ bundleScript }, { loadBundle }] = await Promise.all([
    import('../../load/script/bundle.ts'),
    import('../../load/script/load.ts'),
  ])
  const bundle = await bundleScript([path], dirname(path))
  if (Array.isArray(bundle)) throw new OnrushError(bundle)
  const exported = (await loadBundle(bundle))['default']
  const values: unknown = typeof exported === 'function' ? await exported() : exported
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new OnrushError([
      problem(
        'E_CONFIG',
        path,
        'the configuration exports no object',
        'an object of settings must be its default export',
        'write `export default { users: 10 }`',
      ),
    ])
  }
  return { path: basename(path), values: values as Record<string, unknown> }
}

function findConfig(folder: string): string | undefined {
  const found = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path))
  if (found !== undefined) return found
  const parent = dirname(folder)
  return parent === folder || existsSync(join(folder, 'package.json'))
    ? undefined
    : findConfig(parent)
}
