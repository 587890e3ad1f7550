/**
 * Packages that onrush does not bring along and people install where they need them: looked for beside the script first, then beside
 * onrush. They are not part of the bundle, so they must be there wherever a worker runs, as the files of feeders are.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** How to load from the place where `name` is installed; `undefined` when it is at neither. `folder`: absolute, of the script. */
export function requireFrom(folder: string, name: string): NodeJS.Require | undefined {
  for (const place of [join(folder, 'script.js'), import.meta.url]) {
    const require = createRequire(place)
    try {
      require.resolve(name)
      return require
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return undefined
}
