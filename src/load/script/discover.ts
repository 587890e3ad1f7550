/**
 * Which script files the command line means: files as they are, folders as all the `*.load.*` files below them
 * or, when there is none, every script directly inside. Looks at names only, but where a page asks what there is; never follows links into
 * `node_modules` or dot folders.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'

/** A folder with more scripts than this is almost surely not meant as one test. */
const FILES_MAX = 200
const SCRIPT = /\.[cm]?[jt]s$/
const LOAD_SCRIPT = /\.load\.[cm]?[jt]s$/
const USES_US = /from ['"]onrush(?:\/\w+)?['"]/
const NOT_A_SCRIPT = /\.(d|test|spec|config)\.[cm]?[jt]s$/

/** Absolute paths without repeats, in the order given; folders in order of names. All missing paths at once. */
export function discoverScripts(paths: readonly string[], folder: string): string[] | Problem[] {
  const files = new Set<string>()
  const problems: Problem[] = []
  for (const path of paths) {
    const full = resolve(folder, path)
    const stat = statSync(full, { throwIfNoEntry: false })
    if (stat === undefined) problems.push(missing(path))
    else if (!stat.isDirectory()) files.add(full)
    else {
      const inside = scriptsIn(full)
      if (inside.length === 0) problems.push(empty(path))
      if (inside.length > FILES_MAX) problems.push(tooMany(path, inside.length))
      for (const file of inside) files.add(file)
    }
  }
  return problems.length > 0 ? problems : [...files]
}

/** Scripts somebody may want to run from `folder`: all `*.load.*` below it, and those directly inside that use the package. */
export function findScripts(folder: string): string[] {
  const named = walk(folder).filter((path) => LOAD_SCRIPT.test(path))
  const plain = plainScriptsIn(folder).filter((path) => USES_US.test(readFileSync(path, 'utf8')))
  return [...new Set([...plain, ...named])].slice(0, FILES_MAX)
}

function scriptsIn(folder: string): string[] {
  const named = walk(folder).filter((path) => LOAD_SCRIPT.test(path))
  return named.length > 0 ? named : plainScriptsIn(folder)
}

function plainScriptsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((each) => each.isFile() && SCRIPT.test(each.name) && !NOT_A_SCRIPT.test(each.name))
    .map((each) => join(folder, each.name))
    .sort()
}

function walk(folder: string): string[] {
  const found: string[] = []
  for (const each of readdirSync(folder, { withFileTypes: true })) {
    if (each.name === 'node_modules' || each.name.startsWith('.')) continue
    const path = join(folder, each.name)
    if (each.isDirectory()) found.push(...walk(path))
    else if (each.isFile()) found.push(path)
  }
  return found.sort()
}

const missing = (path: string): Problem =>
  problem(
    'E_FILE',
    path,
    `there is no ${path}`,
    'neither a file nor a folder of that name exists',
    'check the path',
  )

const empty = (path: string): Problem =>
  problem(
    'E_FILE',
    path,
    `${path} holds no load scripts`,
    'no *.load.ts below it and no script directly in it',
    'name the files',
  )

const tooMany = (path: string, count: number): Problem =>
  problem(
    'E_FILE',
    path,
    `${path} holds ${count} scripts`,
    `more than ${FILES_MAX} in one run is taken for a mistake`,
    'name the files',
  )
