/** Where the result of a search goes: `.onrush/capacity/<id>.json`, and what `--json` names. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { OnrushError } from '../../kernel/errors.ts'
import { mark } from '../../plugins/outputs/console/style.ts'
import { notWritable } from './reports.ts'
import type { Terminal } from './terminal.ts'

export interface Places {
  readonly kept: string
  readonly json: string | undefined
}

/** Found out before any load: what was measured must not be lost to a folder that cannot be written. Throws `OnrushError`. */
export function placesOf(json: string | undefined, { folder }: Terminal): Places {
  const kept = join(folder, '.onrush', 'capacity')
  const file = json === undefined || json === '-' ? undefined : resolve(folder, json)
  const problems = [kept, ...(file === undefined ? [] : [dirname(file)])].flatMap((path) => {
    try {
      mkdirSync(path, { recursive: true })
      return []
    } catch (error) {
      return [notWritable(path, error)]
    }
  })
  if (problems.length > 0) throw new OnrushError(problems)
  return { kept, json }
}

/** `linesOf` gets the path that the result is kept under. */
export function writeFound(
  id: string,
  found: object,
  { kept, json }: Places,
  terminal: Terminal,
  linesOf: (path: string) => readonly string[],
): void {
  const text = `${JSON.stringify(found, null, 2)}\n`
  const path = join(kept, `${id}.json`)
  terminal.err(`${linesOf(relative(terminal.folder, path)).join('\n')}\n`)
  const file = json === undefined || json === '-' ? [] : [resolve(terminal.folder, json)]
  for (const each of [path, ...file]) {
    try {
      writeFileSync(`${each}.partial`, text)
      renameSync(`${each}.partial`, each)
    } catch (error) {
      const failed = mark(terminal.style(), 'fail')
      terminal.err(` ${failed} ${each} was not written: ${(error as Error).message}\n`)
    }
  }
  if (json === '-') terminal.out(text)
}
