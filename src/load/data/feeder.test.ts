import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { LoadPlan, Share } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError } from '../../kernel/errors.ts'
import { FEEDERS_MAX } from '../../kernel/limits.ts'
import type { Prng } from '../../kernel/prng.ts'
import { CORE } from '../user/brand.ts'
import { StopUser } from '../user/signals.ts'
import { type Feeder, takeFeeders, type Walker } from './feeder.ts'
import { feeder } from './make-feeder.ts'
import { type OpenOptions, openFeeders, whatIsMissing } from './open-feeders.ts'
import { PICKS, type PickKind } from './pickers.ts'

const folder = mkdtempSync(join(tmpdir(), 'onrush-data-'))
afterAll(() => rmSync(folder, { recursive: true }))
const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content)
  return name
}

const planOf = (users: number): LoadPlan => ({
  schemaVersion: 1,
  name: 'test',
  seed: 7,
  host: null,
  hostOverrides: false,
  scenarios: [
    {
      name: 'main',
      users: [],
      load: { kind: 'constant-users', users, spawnRatePerSec: 1, durationMs: null },
      startAfterMs: 0,
      gracefulStopMs: 0,
    },
  ],
  thresholds: [],
  tags: {},
  include: null,
  exclude: [],
})

/** Opens what `make` makes, as one worker would. */
async function opened<Row>(make: () => Feeder<Row>, options: Partial<OpenOptions> = {}) {
  takeFeeders()
  const made = make()
  const close = await openFeeders(takeFeeders(), {
    plan: planOf(100),
    share: undefined,
    entry: join(folder, 'script.ts'),
    placeOf: () => ({ file: join(folder, 'script.ts'), line: 3 }),
    ...options,
  })
  return { made, close }
}
async function problemsOf(make: () => Feeder<unknown>, options?: Partial<OpenOptions>) {
  try {
    await opened(make, options)
  } catch (error) {
    if (error instanceof OnrushError) return error.problems
    throw error
  }
  return []
}
const said = (problems: readonly Problem[]) =>
  problems.map(({ code, path, what, why }) => `${code} ${path}: ${what}, ${why.split(';')[0]}`)

const logs: string[] = []
const walker = (userId: number): Walker =>
  ({
    [CORE]: {
      userId,
      worker: { log: (level: string, text: string) => logs.push(`${level} ${text}`) },
    },
  }) as unknown as Walker
/** All rows until the user is ended. */
function drain<Row>(from: Feeder<Row>, user = walker(1)): Row[] {
  const rows: Row[] = []
  try {
    for (;;) rows.push(from.next(user))
  } catch (thrown) {
    if (!(thrown instanceof StopUser)) throw thrown
  }
  return rows
}

test('a CSV file becomes typed rows, by the names of its header', async () => {
  const file = write('people.csv', '\uFEFFname,age,vip\r\nAnn,41,true\r\n"Bo, jr",7,false\r\n')
  const { made } = await opened(() =>
    feeder.csv<{ name: string; age: number; vip: boolean }>(file, {
      end: 'stop',
      types: { age: 'number', vip: 'boolean' },
    }),
  )
  expect(made.size).toBe(2)
  expect(drain(made)).toEqual([
    { name: 'Ann', age: 41, vip: true },
    { name: 'Bo, jr', age: 7, vip: false },
  ])
  expect(Object.isFrozen(made.next(walker(2)))).toBe(true)
})

test('a row type with numbers in it must say so in types', () => {
  takeFeeders()
  // @ts-expect-error: age would be text
  feeder.csv<{ name: string; age: number }>('people.csv')
  // @ts-expect-error: vip is missing
  feeder.csv<{ age: number; vip: boolean }>('people.csv', { types: { age: 'number' } })
  const text: Feeder<{ readonly name: string }> = feeder.csv<{ name: string }>('people.csv')
  expect(takeFeeders()).toContain(text)
})

test('a CSV file without a header, with another delimiter', async () => {
  const file = write('plain.csv', 'a;1\nb;2')
  const { made } = await opened(() =>
    feeder.csv(file, { header: ['key', 'value'], delimiter: ';', end: 'stop' }),
  )
  expect(drain(made)).toEqual([
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ])
})

test('JSON, JSON lines and arrays give the same rows', async () => {
  const rows = [{ id: 1 }, { id: 2 }]
  const json = write('rows.json', JSON.stringify(rows))
  const lines = write('rows.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  for (const make of [
    () => feeder.json(json, { end: 'stop' }),
    () => feeder.jsonl(lines, { end: 'stop' }),
    () => feeder.from(rows, { end: 'stop' }),
  ]) {
    expect(drain((await opened<unknown>(make)).made)).toEqual(rows)
  }
})

test('the end of the rows ends the user and is said once', async () => {
  logs.length = 0
  const { made } = await opened(() => feeder.from(['a'], { pick: 'unique' }))
  expect(made.next(walker(1))).toBe('a')
  expect(() => made.next(walker(1))).toThrow(StopUser)
  expect(() => made.next(walker(2))).toThrow(StopUser)
  expect(logs).toEqual([
    "warn feeder.from(…) has no further row (pick: 'unique', end: 'stop'); users of this worker that ask for one end",
  ])
})

const shareOf = (index: number, workers: number): Share => ({
  index,
  weights: Array.from({ length: workers }, () => 1),
  lost: [],
})
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

test.each([1, 3, 7])('unique over %i worker(s): all rows of a file, each once', async (workers) => {
  const file = write('ids.csv', `id\n${upTo(1000).join('\n')}`)
  for (const inMemoryBytesMax of [1 << 20, 0]) {
    const parts: string[][] = []
    for (const index of upTo(workers)) {
      const { made, close } = await opened(() => feeder.csv(file, { pick: 'unique' }), {
        share: shareOf(index, workers),
        inMemoryBytesMax,
      })
      parts.push(drain(made).map((row) => row['id']!))
      close()
    }
    expect(parts.flat().sort((a, b) => Number(a) - Number(b))).toEqual(upTo(1000).map(String))
    const sizes = parts.map((part) => part.length)
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
  }
})

/** What each of 21 users, dealt to `workers`, gets in `draws` draws. */
async function drawnBy(pick: PickKind, workers: number, draws: number): Promise<number[][]> {
  const drawn: number[][] = []
  for (const index of upTo(workers)) {
    const { made } = await opened(() => feeder.from(upTo(21), { pick, end: 'recycle' }), {
      share: shareOf(index, workers),
    })
    for (let id = index + 1; id <= 21; id += workers) {
      const user = walker(id)
      drawn[id - 1] = upTo(draws).map(() => made.next(user))
    }
  }
  return drawn
}
const byUser = PICKS.filter((pick) => pick !== 'unique')

test.each(byUser.flatMap((pick) => [1, 3, 7].map((workers) => [pick, workers] as const)))(
  '%s over %i worker(s): each user gets what it would get on one',
  async (pick, workers) => {
    expect(await drawnBy(pick, workers, 30)).toEqual(await drawnBy(pick, 1, 30))
  },
)

test.each([1, 3, 7])(
  'unique-per-user over %i worker(s): all rows, each with one user',
  async (workers) => {
    const drawn = await drawnBy('unique-per-user', workers, 2)
    expect(drawn).toEqual(upTo(21).map((row) => [row, row]))
  },
)

test.each(['sequential', 'shuffled'] as const)(
  '%s: each user gets every row once a round',
  async (pick) => {
    for (const rows of await drawnBy(pick, 3, 42)) {
      for (const round of [rows.slice(0, 21), rows.slice(21)]) {
        expect(round.toSorted((a, b) => a - b)).toEqual(upTo(21))
      }
    }
  },
)

test.each([1, 3, 7])('a generator over %i worker(s): all values, each once', async (workers) => {
  function* make(random: Prng) {
    for (let n = 0; n < 100; n++) yield `${n}-${random.integer(0, 1e9)}`
  }
  const parts: string[][] = []
  for (const index of upTo(workers)) {
    const { made } = await opened(() => feeder.from(make), { share: shareOf(index, workers) })
    parts.push(drain(made))
  }
  expect(new Set(parts.flat()).size).toBe(100)
  expect(
    parts
      .flat()
      .map((value) => Number.parseInt(value, 10))
      .sort((a, b) => a - b),
  ).toEqual(upTo(100))
})

test('a generator that recycles makes its values again, and ends where none is ours', async () => {
  const make = () =>
    feeder.from(
      function* () {
        yield* ['a', 'b', 'c']
      },
      { end: 'recycle' },
    )
  const { made } = await opened(make, { share: shareOf(0, 2) })
  expect(upTo(5).map(() => made.next(walker(1)))).toEqual(['a', 'c', 'a', 'c', 'a'])
  const { made: idle } = await opened(make, { share: shareOf(3, 4) })
  expect(drain(idle)).toEqual([])
})

test('workers without users get no rows, so that none is lost', async () => {
  const parts: string[][] = []
  for (const index of upTo(4)) {
    const { made } = await opened(() => feeder.from(['a', 'b', 'c', 'd'], { pick: 'unique' }), {
      share: shareOf(index, 4),
      plan: planOf(2),
    })
    parts.push(drain(made))
  }
  expect(parts.map((part) => part.length)).toEqual([2, 2, 0, 0])
})

test('two feeders of one script draw different rows, the same ones in the next run', async () => {
  const draw = async () => {
    takeFeeders()
    const both = [
      feeder.from(upTo(1000), { pick: 'random' }),
      feeder.from(upTo(1000), { pick: 'random' }),
    ]
    await openFeeders(takeFeeders(), {
      plan: planOf(1),
      share: undefined,
      entry: 'script.ts',
      placeOf: () => undefined,
    })
    return both.map((each) => upTo(20).map(() => each.next(walker(1))))
  }
  const [first, second] = await draw()
  expect(first).not.toEqual(second)
  expect(await draw()).toEqual([first, second])
})

test('a file in blocks gives the same rows as one in memory', async () => {
  const rows = upTo(1000).map((n) => ({
    id: String(n),
    text: n % 7 === 0 ? `"${n}"\n,ü` : `row ${n}`,
  }))
  const csv = rows.map(({ id, text }) => `${id},"${text.replaceAll('"', '""')}"\r\n`).join('')
  const file = write('blocks.csv', `\uFEFFid,text\r\n${csv}`)
  for (const pick of ['sequential', 'shuffled'] as const) {
    const make = () => feeder.csv<{ id: string; text: string }>(file, { pick, end: 'stop' })
    const { made, close } = await opened(make, { inMemoryBytesMax: 0 })
    const drained = drain(made)
    close()
    expect(drained).toEqual(drain((await opened(make)).made))
    expect(drained.toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual(rows)
  }
})

test('rows that cannot be read are named by their line, all together', async () => {
  const file = write('bad.csv', 'name,age\nAnn,41\n"Bo\n",x\nCy\n"D"d,1\nE,2\n')
  const make = () => feeder.csv<{ name: string; age: number }>(file, { types: { age: 'number' } })
  const found = [
    'E_DATA bad.csv:3: a row cannot be read: age is "x", which is not a number, users would get wrong data',
    'E_DATA bad.csv:5: a row cannot be read: it has 1 field(s), the header has 2, users would get wrong data',
    'E_DATA bad.csv:6: a row cannot be read: field 1 goes on after its closing quote, users would get wrong data',
  ]
  expect(said(await problemsOf(make))).toEqual(found)
  expect(said(await problemsOf(make, { inMemoryBytesMax: 0, checkAll: true }))).toEqual(found)
  const [first] = await problemsOf(make)
  expect(first?.why).toContain(`the feeder is made at ${join(folder, 'script.ts')}:3`)
})

test('a bad row of a file in blocks is an error of the task that asks for it', async () => {
  const file = write('late.csv', `id\n${upTo(200).join('\n')}\n"x"y\n`)
  const { made, close } = await opened(() => feeder.csv(file), { inMemoryBytesMax: 0 })
  expect(made.next(walker(1))).toEqual({ id: '0' })
  expect(made.next(walker(2))).toEqual({ id: '1' })
  expect(() => made.next(walker(201))).toThrow('E_DATA')
  close()
})

test.each([
  ['a file that is missing', 'missing.csv', undefined, 'a data file does not exist'],
  ['a folder', '.', undefined, 'it is not a file'],
  ['an empty file', 'empty.csv', '', 'there is nothing to hand out'],
  ['a header alone', 'header.csv', 'a,b\n', 'there is nothing to hand out'],
  ['a name twice', 'twice.csv', 'a,a\n1,2\n3,4\n', 'two columns are called "a"'],
  ['bytes that are no text', 'latin.csv', Buffer.from([97, 10, 0xfc, 10]), 'it is not UTF-8'],
  ['a quote that is never closed', 'open.csv', 'a\n"b\nc\n', 'opens a quote that never ends'],
  [
    'a quote that swallows a large file',
    'huge.csv',
    `a\n"${'x\n'.repeat(1 << 20)}`,
    'longer than 1 MB',
  ],
])('%s is one problem', async (_name, name, content, why) => {
  if (content !== undefined) write(name, content)
  const problems = await problemsOf(() => feeder.csv(name))
  const [only, ...others] = said(problems)
  expect(only).toMatch(/^E_DATA /)
  expect(only).toContain(why)
  expect(others).toEqual([])
})

test.each([
  ['not JSON', '[1,\n2,\nx]', 'E_DATA mistake.json: a JSON file cannot be read: '],
  ['not a list', '{"a": 1}', 'E_DATA mistake.json'],
  ['an empty list', '[]', 'E_DATA mistake.json'],
])('a JSON file that is %s is one problem', async (_name, content, start) => {
  write('mistake.json', content)
  const [only, ...others] = said(await problemsOf(() => feeder.json('mistake.json')))
  expect(only?.startsWith(start), only).toBe(true)
  expect(others).toEqual([])
})

test('a line that is not JSON is named', async () => {
  write('mistake.jsonl', '{"a":1}\n\n{"a":}\n')
  const problems = await problemsOf(() => feeder.jsonl('mistake.jsonl'))
  expect(problems.map((each) => each.path)).toEqual(['mistake.jsonl:3'])
})

test('missing files are found without reading any', async () => {
  takeFeeders()
  feeder.csv('missing.csv')
  feeder.csv(write('unread.csv', '"'))
  feeder.from(['a'])
  const script = { entry: join(folder, 'script.ts'), placeOf: () => undefined }
  const problems = await whatIsMissing(takeFeeders(), script)
  expect(problems.map((each) => each.path)).toEqual(['missing.csv'])
})

test('mistakes in several feeders are said together', async () => {
  const problems = await problemsOf(() => {
    feeder.csv('missing.csv')
    return feeder.json('missing.json')
  })
  expect(problems.map((each) => each.path)).toEqual(['missing.csv', 'missing.json'])
})

test.each([
  ['an unknown pick', { pick: 'uniqe' }, 'pick'],
  ['an unknown end', { end: 'halt' }, 'end'],
  ['an end of what has none', { pick: 'random', end: 'stop' }, 'end'],
  ['an exponent without zipf', { exponent: 2 }, 'exponent'],
  ['an exponent of 0', { pick: 'zipf', exponent: 0 }, 'exponent'],
  ['an unknown option', { picks: 'unique' }, 'picks'],
])('%s is said where the feeder is made', (_name, options, option) => {
  const thrown = thrownBy(() => feeder.from(['a'], options as object)) as OnrushError
  expect(thrown.problems.map((each) => `${each.code} ${each.path}`)).toEqual([
    `E_FEEDER feeder.from(…), ${option}`,
  ])
})

test.each([
  ['two characters', { delimiter: '||' }, 'delimiter'],
  ['a quote', { delimiter: '"' }, 'delimiter'],
  ['a line end', { delimiter: '\n' }, 'delimiter'],
  ['a character of two bytes', { delimiter: '§' }, 'delimiter'],
  ['no names', { header: [] }, 'header'],
  ['a switch', { header: true }, 'header'],
  ['an unknown type', { types: { age: 'int' } }, 'types'],
])('CSV: %s is said where the feeder is made', (_name, options, option) => {
  const thrown = thrownBy(() => feeder.csv('a.csv', options as object)) as OnrushError
  expect(thrown.problems.map((each) => `${each.code} ${each.path}`)).toEqual([
    `E_FEEDER a.csv, ${option}`,
  ])
})

test('rows come from an array or a generator function', () => {
  const thrown = thrownBy(() => feeder.from('abc' as never)) as OnrushError
  expect(thrown.problems.map((each) => each.code)).toEqual(['E_FEEDER'])
})

test('columns that do not fit the options are a problem', async () => {
  const wrong = await problemsOf(() => feeder.csv('x.csv', { header: ['a', 'a'] }))
  expect(wrong.map((each) => each.code)).toEqual(['E_FEEDER'])
})

test('a feeder that nobody opened says where to make it, and asks for a user', async () => {
  takeFeeders()
  const made = feeder.from(['a'])
  expect(() => made.next(walker(1))).toThrow('at the top level of the script')
  const { made: open } = await opened(() => feeder.from(['a']))
  expect(() => open.next({} as Walker)).toThrow('people.next(this)')
})

test('feeders made without end are refused', () => {
  takeFeeders()
  for (let n = 0; n < FEEDERS_MAX; n++) feeder.from(['a'])
  expect(() => feeder.from(['a'])).toThrow('at the top level of the script')
  takeFeeders()
})

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (thrown) {
    return thrown
  }
  return undefined
}
