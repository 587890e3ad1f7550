/**
 * Types of a script, by the TypeScript that is installed beside it: we bring none, since the editor's version is the
 * one its author believes. The tsconfig of the script is used by file lists of its own, so only the script is given,
 * with the options a load script needs.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { codeFrame } from '../../load/script/code-frame.ts'

const TYPES_MS_MAX = 30_000
const OPTIONS =
  '--noEmit --pretty false --skipLibCheck --strict --target es2022 --module nodenext --moduleResolution nodenext --allowImportingTsExtensions --resolveJsonModule'

export interface TypeCheck {
  readonly problems: readonly Problem[]
  /** For people: checked by what, or why not. */
  readonly said: string
}

export async function checkTypes(entry: string): Promise<TypeCheck> {
  if (!/\.[cm]?ts$/.test(entry))
    return { problems: [], said: 'not checked: the script is JavaScript' }
  const compiler = compilerFor(entry)
  if (compiler === undefined)
    return { problems: [], said: 'not checked: no typescript is installed beside the script' }
  const output = await run(compiler, [...OPTIONS.split(' '), entry], dirname(entry))
  const problems = [...output.matchAll(/^(.+?)\((\d+),(\d+)\): error (TS\d+: .+)$/gm)].map(
    ([, file, line, column, text]) =>
      typeProblem(join(dirname(entry), file!), Number(line), Number(column), text!),
  )
  return { problems, said: 'checked' }
}

function compilerFor(entry: string): string | undefined {
  try {
    const manifest = createRequire(entry).resolve('typescript/package.json')
    const bin = (JSON.parse(readFileSync(manifest, 'utf8')) as { bin?: { tsc?: string } }).bin?.tsc
    const path = bin && join(dirname(manifest), bin)
    return path && existsSync(path) ? path : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

function run(compiler: string, args: readonly string[], folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [compiler, ...args], {
      cwd: folder,
      timeout: TYPES_MS_MAX,
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.once('error', reject)
    child.once('close', () => resolve(output))
  })
}

function typeProblem(file: string, line: number, column: number, text: string): Problem {
  const frame = existsSync(file) ? `\n${codeFrame(readFileSync(file, 'utf8'), line, column)}` : ''
  return problem(
    'E_TYPES',
    `${file}:${line}:${column}`,
    text,
    `the compiler says so${frame}`,
    'correct the marked line',
  )
}
