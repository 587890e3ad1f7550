import { readdirSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { rooms } from '../../boundaries.ts'
import { findViolations } from './boundaries/rules.ts'

const sources = new URL('../../src/', import.meta.url)

/** Tests and what only tests use may look into every room. */
const IS_TEST = /\.(test|prop\.test|system\.test|bench|test-kit)\.ts$|\.d\.ts$/

function readTree(): Map<string, string> {
  const files = readdirSync(fileURLToPath(sources), { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !IS_TEST.test(file))
  return new Map(files.map((file) => [file, readFileSync(new URL(file, sources), 'utf8')]))
}

test('every import in src is one the table of rooms allows', () => {
  const tree = readTree()
  expect(tree.size).toBeGreaterThan(10)
  expect(findViolations(tree, rooms).join('\n')).toBe('')
})

const floor = {
  'contracts/user.ts': 'export interface User {}',
  'kernel/clock.ts': 'export const now = () => performance.now() + Date.now()',
  'model/plan/parse.ts': '',
  'load/user/user.ts': '',
  'run/coordinator/judge.ts': '',
  'plugins/outputs/json/index.ts': '',
  'plugins/outputs/console/index.ts': '',
  'app/cli/main.ts':
    "import { exec } from 'node:child_process'\nimport '../../plugins/outputs/json/index.ts'",
}
const violationsOf = (files: Record<string, string>) =>
  findViolations(new Map(Object.entries({ ...floor, ...files })), rooms)

test('a tree that keeps the rules has no findings', () => {
  expect(violationsOf({})).toEqual([])
})

test.each([
  ['a static import', "import { plan } from '../../load/user/user.ts'"],
  ['a bare import', "import '../../load/user/user.ts'"],
  ['a type-only import', "import type { User } from '../../load/user/user.ts'"],
  ['a re-export', "export { User } from '../../load/user/user.ts'"],
  ['a re-export of everything', "export * from '../../load/user/user.ts'"],
  ['a dynamic import', "const user = await import('../../load/user/user.ts')"],
  ['a type in an import() expression', "let user: import('../../load/user/user.ts').User"],
])('%s into a forbidden room is refused', (_name, text) => {
  const findings = violationsOf({ 'run/coordinator/judge.ts': text })
  expect(findings).toHaveLength(1)
  expect(findings[0]).toContain('src/run/coordinator/judge.ts:1 (room "run/coordinator")')
  expect(findings[0]).toContain(
    'may import (contracts, kernel, model, run/wire; decides; never makes load)',
  )
  expect(findings[0]).toContain('boundaries.ts')
})

test.each([
  [
    'a plug-in that sees its neighbour',
    'plugins/outputs/json/index.ts',
    "import '../console/index.ts'",
    'plug-ins are leaves',
  ],
  [
    'a plug-in imported by anything but app',
    'run/coordinator/judge.ts',
    "import '../../plugins/outputs/json/index.ts'",
    'only app may import',
  ],
  [
    'a package that is not listed',
    'load/engine/executor.ts',
    "import 'undici'",
    'packages allowed here: nothing',
  ],
  ['a node: module in a pure room', 'model/plan/parse.ts', "import 'node:fs'", 'this room is pure'],
  [
    'the system clock in a pure room',
    'model/plan/parse.ts',
    'const at = performance.now()',
    'uses performance',
  ],
  ['a timer in a pure room', 'model/plan/parse.ts', 'setTimeout(() => {}, 1)', 'uses setTimeout'],
  ['chance in a pure room', 'model/plan/parse.ts', 'const x = Math.random()', 'uses Math.random'],
  ['a timer in the kernel', 'kernel/wheel.ts', 'setTimeout(() => {}, 1)', 'this room is pure'],
  [
    'the wall clock outside kernel/clock.ts',
    'load/user/user.ts',
    'const at = Date.now()',
    'uses Date.now',
  ],
  ['a new Date without a value', 'load/user/user.ts', 'const at = new Date()', 'uses Date'],
  [
    'the environment outside app',
    'load/user/user.ts',
    "const home = process.env['HOME']",
    'uses process.env',
  ],
  ['a file outside all rooms', 'helpers/misc.ts', '', 'stands in no room'],
  ['a file that is not there', 'app/cli/main.ts', "import './gone.ts'", 'there is no such file'],
  [
    'an import without its extension',
    'app/cli/main.ts',
    "import '../../load/user/user'",
    'carry the .ts',
  ],
  ['an import from outside src', 'app/cli/main.ts', "import '../../../test/kit.ts'", 'outside src'],
])('%s is refused', (_name, file, text, sentence) => {
  const findings = violationsOf({ [file]: text })
  expect(findings).toHaveLength(1)
  expect(findings[0]).toContain(`src/${file}`)
  expect(findings[0]).toContain(sentence)
})

test('two files that import each other are a cycle, unless one needs only types', () => {
  const files = (kind: string) => ({
    'load/user/a.ts': "import { b } from './b.ts'",
    'load/user/b.ts': `import ${kind} { a } from './a.ts'`,
  })
  expect(violationsOf(files(''))).toEqual([
    'src/load/user/a.ts → src/load/user/b.ts → src/load/user/a.ts is a cycle. Move what they share into a file that imports none of them.',
  ])
  expect(violationsOf(files('type'))).toEqual([])
})

test('part of a room may be allowed without the rest of it', () => {
  const json = 'plugins/outputs/json/index.ts'
  const files = {
    'model/metrics/histogram.ts': '',
    [json]: "import '../../../model/metrics/histogram.ts'",
  }
  expect(violationsOf(files)).toEqual([])
  expect(violationsOf({ [json]: "import '../../../model/plan/parse.ts'" })).toHaveLength(1)
})

test('words that only look like clocks are left alone', () => {
  expect(
    violationsOf({
      'model/plan/parse.ts':
        'const row = { Date: 1, performance: 2 }\nrow.performance\nlet at: Date\nconst x = Date.parse("2026-01-01")\nnew Date(x)\nMath.floor(x)',
    }),
  ).toEqual([])
})
