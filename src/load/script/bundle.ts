/**
 * From script files to the one artefact every worker receives: an ES module with everything inlined (TypeScript,
 * npm packages, JSON, tsconfig paths), its source map and its hash. `onrush` itself stays outside under a specifier
 * that the loader replaces by the copy that is running, so that there is never a second recorder. The explicit
 * target makes esbuild lower decorators; types are not checked here. About 20 ms for a small script, most of it
 * the start of esbuild.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, extname, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Message, type Plugin } from 'esbuild'
import type { Problem } from '../../contracts/problem.ts'
import type { Bundle } from '../../contracts/wire.ts'
import { problem } from '../../kernel/errors.ts'
import { FILES_EXPORT, RUNTIME_SPECIFIER } from './bundle-format.ts'
import { codeFrame } from './code-frame.ts'

/**
 * Bundles scripts (absolute or relative to `folder`); all mistakes at once, each with a code frame.
 * `map` has absolute sources and their text, so that frames work on every machine.
 */
export async function bundleScript(
  files: readonly string[],
  folder: string,
): Promise<Bundle | Problem[]> {
  const paths = files.map((file) => resolve(folder, file))
  return bundleEntry(entryCode(paths), paths[0] ?? folder, folder)
}

/** Bundles a script that is on no disk, as if it were `folder/name`. */
export function bundleText(
  text: string,
  name: string,
  folder: string,
): Promise<Bundle | Problem[]> {
  const entry = resolve(folder, name)
  const code = `import * as file0 from 'onrush-text'\nexport const ${FILES_EXPORT} = [[${JSON.stringify(entry)}, file0]]`
  return bundleEntry(code, entry, folder, text)
}

async function bundleEntry(
  contents: string,
  entry: string,
  folder: string,
  text?: string,
): Promise<Bundle | Problem[]> {
  const problems: Problem[] = []
  const plugins = [runtimeOutside(), noNativeAddons(problems, folder), ownUrls()]
  if (text !== undefined) plugins.unshift(textModule(text, folder))
  const output = await build({
    stdin: { contents, resolveDir: folder, sourcefile: 'onrush-entry.mjs' },
    absWorkingDir: folder,
    outfile: resolve(folder, 'onrush-bundle.mjs'),
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'external',
    logLevel: 'silent',
    banner: { js: requireBanner(entry) },
    plugins,
  }).catch((error: unknown) => {
    problems.push(...problemsOf(error, folder))
    return undefined
  })
  if (output === undefined || problems.length > 0) return problems
  const code = output.outputFiles.find((file) => file.path.endsWith('.mjs'))?.text ?? ''
  const map = absoluteSources(
    output.outputFiles.find((file) => file.path.endsWith('.map'))!.text,
    folder,
  )
  return { code, map, hash: createHash('sha256').update(code).digest('hex'), entry }
}

function entryCode(paths: readonly string[]): string {
  const imports = paths.map(
    (path, index) => `import * as file${index} from ${JSON.stringify(path)}`,
  )
  const files = paths.map((path, index) => `[${JSON.stringify(path)}, file${index}]`)
  return `${imports.join('\n')}\nexport const ${FILES_EXPORT} = [${files.join(', ')}]\n`
}

/** CommonJS packages call `require` for built-ins, which an ES module does not have. */
function requireBanner(entry: string): string {
  const url = JSON.stringify(pathToFileURL(entry).href)
  return `import { createRequire as onrushCreateRequire } from 'node:module'; const require = onrushCreateRequire(${url});`
}

function runtimeOutside(): Plugin {
  return {
    name: 'onrush-runtime',
    setup(builder) {
      builder.onResolve({ filter: /^onrush(\/.*)?$/ }, ({ path }) => ({
        path: RUNTIME_SPECIFIER + path,
        external: true,
      }))
    },
  }
}

function textModule(text: string, folder: string): Plugin {
  return {
    name: 'onrush-text',
    setup(builder) {
      builder.onResolve({ filter: /^onrush-text$/ }, ({ path }) => ({ path, namespace: 'text' }))
      builder.onLoad({ filter: /.*/, namespace: 'text' }, () => ({
        contents: text,
        loader: 'ts',
        resolveDir: folder,
      }))
    },
  }
}

function noNativeAddons(problems: Problem[], folder: string): Plugin {
  return {
    name: 'onrush-native',
    setup(builder) {
      builder.onLoad({ filter: /\.node$/ }, ({ path }) => {
        problems.push(
          problem(
            'E_NATIVE',
            relative(folder, path),
            `the script needs the native add-on ${relative(folder, path)}`,
            'scripts are bundled into one file for every worker, and compiled code cannot be part of it',
            'use a package written in JavaScript or WebAssembly for this',
          ),
        )
        return { contents: '', loader: 'empty' }
      })
    },
  }
}

/** `import.meta.url` and `__dirname` keep meaning the file they were written in, not the bundle. */
function ownUrls(): Plugin {
  return {
    name: 'onrush-own-urls',
    setup(builder) {
      builder.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8')
        if (!/import\.meta|__dirname|__filename/.test(source)) return undefined
        const loader = extname(path).replace(/^\.[cm]?/, '') as 'js' | 'jsx' | 'ts' | 'tsx'
        const result = await builder.esbuild.transform(source, {
          loader,
          sourcefile: path,
          sourcemap: 'inline',
          target: 'node20',
          define: {
            'import.meta.url': JSON.stringify(pathToFileURL(path).href),
            'import.meta.filename': JSON.stringify(path),
            'import.meta.dirname': JSON.stringify(dirname(path)),
            __filename: JSON.stringify(path),
            __dirname: JSON.stringify(dirname(path)),
          },
        })
        return { contents: result.code, loader: 'js' }
      })
    },
  }
}

function absoluteSources(mapText: string, folder: string): string {
  const map = JSON.parse(mapText)
  map.sources = map.sources.map((source: string) => resolve(folder, source))
  return JSON.stringify(map)
}

function problemsOf(error: unknown, folder: string): Problem[] {
  const messages = (error as { errors?: Message[] }).errors
  if (!Array.isArray(messages) || messages.length === 0) throw error
  return messages.map((message) => problemOf(message, folder))
}

function problemOf(message: Message, folder: string): Problem {
  const at = message.location
  const path = at ? `${relative(folder, resolve(folder, at.file))}:${at.line}:${at.column + 1}` : ''
  const missing = /^Could not resolve "(.+)"$/.exec(message.text)?.[1]
  const frame = at ? `\n${lineFrame(at.line, at.column, at.lineText)}` : ''
  if (missing !== undefined) {
    const bare = !/^[./]/.test(missing)
    return problem(
      'E_IMPORT',
      path,
      `cannot find "${missing}"`,
      `it is imported here, but ${bare ? 'no package of that name is installed' : 'there is no such file'}${frame}`,
      bare ? `npm install ${packageOf(missing)}` : 'correct the path, or create the file',
    )
  }
  return problem(
    'E_SYNTAX',
    path,
    message.text,
    `the compiler stopped here${frame}`,
    'correct the marked line',
  )
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** esbuild tells the line alone; its neighbours are blank unless we read the file, which may not be one. */
function lineFrame(line: number, column: number, text: string): string {
  const frame = codeFrame('\n'.repeat(line - 1) + text, line, column + 1)
  return frame.split('\n').slice(-2).join('\n')
}
