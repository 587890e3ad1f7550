import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../../contracts/wire.ts'
import { OnrushError } from '../../kernel/errors.ts'
import { bundleScript } from './bundle.ts'
import { mapStack } from './code-frame.ts'
import { discoverScripts } from './discover.ts'
import { findUsers } from './find-users.ts'
import { loadBundle } from './load.ts'

let folder = ''
let runtime = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-test-'))
  runtime = write(
    'runtime.mjs',
    "export class User { static [Symbol.for('onrush.user')] = true }\nexport const task = (f) => f",
  )
})
afterAll(async () => {
  const { rm } = await import('node:fs/promises')
  await rm(folder, { recursive: true, force: true })
})

function write(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}
async function bundled(...files: string[]): Promise<Bundle> {
  const bundle = await bundleScript(files, folder)
  if (Array.isArray(bundle)) throw new OnrushError(bundle)
  return bundle
}
const load = (bundle: Bundle) => loadBundle(bundle, () => pathToFileURL(runtime).href)
async function problemsOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(OnrushError)
  return (error as OnrushError).problems
}

describe('bundling and loading a script', () => {
  it('lowers decorators, inlines relative files, JSON and CommonJS packages, and finds the user', async () => {
    write(
      'node_modules/common/index.js',
      "const os = require('os'); module.exports = { eol: os.EOL, two: 2 }",
    )
    write('data.json', '{"n": 40}')
    write('helper.ts', 'export const add = (a: number, b: number): number => a + b')
    write(
      'shop.ts',
      `import { User, task } from 'onrush'
       import common from 'common'
       import data from './data.json'
       import { add } from './helper.ts'
       export class Shopper extends User { @task browse() {} }
       export const plan = { answer: add(data.n, common.two) }`,
    )
    const module = await load(await bundled('shop.ts'))
    expect(module['plan']).toEqual({ answer: 42 })
    expect(findUsers(module, 'shop.ts')).toEqual([
      { name: 'Shopper', userClass: module['Shopper'] },
    ])
  })

  it('honours paths of the tsconfig beside the script', async () => {
    write('paths/tsconfig.json', '{"compilerOptions":{"paths":{"@lib/*":["./lib/*"]}}}')
    write('paths/lib/a.ts', 'export const a = 7')
    write('paths/main.ts', "import { a } from '@lib/a'; export const got = a")
    expect((await load(await bundled('paths/main.ts')))['got']).toBe(7)
  })

  it('keeps import.meta.url and __dirname those of the file they are written in', async () => {
    write('deep/inner.ts', 'export const url = import.meta.url; export const dir = __dirname')
    write('outer.ts', "export { url, dir } from './deep/inner.ts'")
    const module = await load(await bundled('outer.ts'))
    expect(module['url']).toBe(pathToFileURL(join(folder, 'deep/inner.ts')).href)
    expect(module['dir']).toBe(join(folder, 'deep'))
  })

  it('has the same hash for the same text and another for another', async () => {
    write('one.ts', 'export const a = 1')
    const first = await bundled('one.ts')
    expect((await bundled('one.ts')).hash).toBe(first.hash)
    write('one.ts', 'export const a = 2')
    expect((await bundled('one.ts')).hash).not.toBe(first.hash)
  })

  it('says all syntax errors and missing imports at once, each with its line', async () => {
    write('broken.ts', 'const a = 1\nconst b = = 2\n')
    write(
      'lost.ts',
      "import x from 'no-such-package'\nimport y from './no-file.ts'\nexport const z = [x, y]",
    )
    const broken = await bundleScript(['broken.ts'], folder)
    expect(broken).toMatchObject([{ code: 'E_SYNTAX', path: 'broken.ts:2:11' }])
    expect((broken as { why: string }[])[0]!.why).toContain(
      '❯ 2 │ const b = = 2\n    │           ^',
    )
    expect(await bundleScript(['lost.ts'], folder)).toMatchObject([
      { code: 'E_IMPORT', path: 'lost.ts:1:15', fix: 'npm install no-such-package' },
      { code: 'E_IMPORT', path: 'lost.ts:2:15' },
    ])
  })

  it('refuses native add-ons in a sentence', async () => {
    write('addon.node', 'ELF')
    write('native.ts', "import a from './addon.node'; export const b = a")
    expect(await bundleScript(['native.ts'], folder)).toMatchObject([
      { code: 'E_NATIVE', path: 'addon.node' },
    ])
  })

  it('shows the TypeScript line of a script that throws while loading', async () => {
    const path = write(
      'thrower.ts',
      'interface Long { a: string }\n\nfunction load(): Long {\n  const empty: Long | undefined = JSON.parse("null")\n  return { a: empty!.a }\n}\nexport const plan = load()\n',
    )
    const [problem] = await problemsOf(load(await bundled('thrower.ts')))
    expect(problem).toMatchObject({ code: 'E_SCRIPT', path: `${path}:5:22` })
    expect(problem!.what).toContain("reading 'a'")
    expect(problem!.why).toContain('❯ 5 │   return { a: empty!.a }')
    expect(problem!.why).toContain(`${path}:7:21`)
  })

  it('maps the stack of an error thrown long after loading', async () => {
    const path = write(
      'later.ts',
      'type A = 1\nexport function run(): never {\n  throw new Error("late")\n}\n',
    )
    const module = await load(await bundled('later.ts'))
    let stack = ''
    try {
      ;(module['run'] as () => never)()
    } catch (error) {
      stack = (error as Error).stack!
    }
    expect(mapStack(stack)).toContain(`run (${path}:3:9)`)
  })

  it('refuses two different classes of one name, and takes one that is exported twice', async () => {
    write('a.ts', "import { User } from 'onrush'; export class Shopper extends User {}")
    write('b.ts', "import { User } from 'onrush'; export class Shopper extends User {}")
    write('c.ts', "export { Shopper } from './a.ts'")
    const [problem] = await problemsOf(load(await bundled('a.ts', 'b.ts')))
    expect(problem).toMatchObject({ code: 'E_USER_TWICE' })
    expect(findUsers(await load(await bundled('a.ts', 'c.ts')), 'a.ts')).toHaveLength(1)
  })

  it('names a default export after its class', async () => {
    write('d.ts', "import { User } from 'onrush'; export default class Guest extends User {}")
    expect(findUsers(await load(await bundled('d.ts')), 'd.ts')).toMatchObject([{ name: 'Guest' }])
  })

  it('says what was exported when there is no user class', async () => {
    write(
      'none.ts',
      "import { User } from 'onrush'; export const n = 1; export class Plain {}; export class Base extends User { static abstract = true }",
    )
    const module = await load(await bundled('none.ts'))
    expect(findUsers(module, 'none.ts')).toMatchObject([
      { code: 'E_NO_USERS', why: 'it exports only abstract ones: Base' },
    ])
    const { Base: _, ...rest } = module
    expect(findUsers(rest, 'none.ts')).toMatchObject([
      { why: expect.stringContaining('Plain (class, but not a user)') },
    ])
  })
})

describe('finding script files', () => {
  it('takes *.load.* below a folder, else the scripts in it, and says every missing path', () => {
    write('tests/a.load.ts', '')
    write('tests/sub/b.load.mjs', '')
    write('tests/c.ts', '')
    write('plain/x.ts', '')
    write('plain/x.test.ts', '')
    const at = (name: string): string => join(folder, name)
    expect(discoverScripts(['tests'], folder)).toEqual([
      at('tests/a.load.ts'),
      at('tests/sub/b.load.mjs'),
    ])
    expect(discoverScripts(['plain', 'plain/x.ts'], folder)).toEqual([at('plain/x.ts')])
    expect(discoverScripts(['nope', 'neither'], folder)).toMatchObject([
      { path: 'nope' },
      { path: 'neither' },
    ])
  })
})
