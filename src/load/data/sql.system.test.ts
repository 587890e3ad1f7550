import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoadPlan } from '../../contracts/plan.ts'
import { OnrushError } from '../../kernel/errors.ts'
import { CORE } from '../user/brand.ts'
import type { UserCore } from '../user/core.ts'
import { type Feeder, takeFeeders } from './feeder.ts'
import { feeder } from './make-feeder.ts'
import { type OpenOptions, openFeeders } from './open-feeders.ts'

const folder = mkdtempSync(join(tmpdir(), 'onrush-sql-'))
const file = 'shop.db'
const ROWS = 5_000
beforeAll(() => {
  const database = new Database(join(folder, file))
  database.exec('create table items (id integer primary key, name text, price real, photo blob)')
  const insert = database.prepare('insert into items values (?, ?, ?, ?)')
  database.exec('begin')
  for (let id = 1; id <= ROWS; id++) insert.run([id, `item ${id}`, id / 4, Buffer.from([id % 256])])
  database.exec('commit')
  database.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Item {
  readonly id: number
  readonly name: string
}
const user = (userId: number) =>
  ({ [CORE]: { userId, worker: { log: () => undefined } } as unknown as UserCore }) as const
const plan = {
  seed: 7,
  scenarios: [
    { load: { kind: 'constant-users', users: 100, spawnRatePerSec: 1, durationMs: null } },
  ],
} as unknown as LoadPlan

async function opened<Row>(make: () => Feeder<Row>, options: Partial<OpenOptions> = {}) {
  takeFeeders()
  const made = make()
  const close = await openFeeders(takeFeeders(), {
    plan,
    share: undefined,
    entry: join(folder, 'script.ts'),
    placeOf: () => undefined,
    ...options,
  })
  return { made, close }
}
async function problemsOf(make: () => Feeder<unknown>) {
  try {
    await opened(make)
  } catch (error) {
    if (error instanceof OnrushError) return error.problems
    throw error
  }
  throw new Error('nothing was wrong')
}
const query = 'select id, name from items order by id'
const spools = () => readdirSync(tmpdir()).filter((name) => name.startsWith('onrush-rows-'))

describe.each([
  ['kept in memory', 1 << 30],
  ['kept in a temporary file', 1_000],
])('rows of SQLite, %s', (_, inMemoryBytesMax) => {
  test('come in the order of the query, all of them, again and again', async () => {
    const { made, close } = await opened(() => feeder.sql<Item>({ file, query }), {
      inMemoryBytesMax,
    })
    expect(made.size).toBe(ROWS)
    const first = user(1)
    const ids = Array.from({ length: ROWS + 1 }, () => made.next(first).id)
    expect(ids).toEqual([...Array.from({ length: ROWS }, (_, index) => index + 1), 1])
    expect(made.next(user(4711))).toEqual({ id: 4711, name: 'item 4711' })
    close()
  })

  test('are picked as those of any feeder: unique over workers, none twice and none lost', async () => {
    const ids: number[] = []
    for (const index of [0, 1, 2]) {
      const share = { index, weights: [1, 1, 1], lost: [] }
      const { made, close } = await opened(
        () => feeder.sql<Item>({ file, query }, { pick: 'unique' }),
        { inMemoryBytesMax, share },
      )
      try {
        for (;;) ids.push(made.next(user(1)).id)
      } catch (signal) {
        expect(String(signal)).toContain('shop.db has no further row')
      }
      close()
    }
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, index) => index + 1))
  })

  test('shuffled, random and zipf draw the same again', async () => {
    for (const pick of ['shuffled', 'random', 'zipf'] as const) {
      const drawn: number[][] = []
      for (let round = 0; round < 2; round++) {
        const { made, close } = await opened(() => feeder.sql<Item>({ file, query }, { pick }), {
          inMemoryBytesMax,
        })
        const third = user(3)
        drawn.push(Array.from({ length: 50 }, () => made.next(third).id))
        close()
      }
      expect(drawn[1], pick).toEqual(drawn[0])
      expect(new Set(drawn[0]).size, pick).toBeGreaterThan(5)
    }
  })

  test('are plain values: numbers, text, null; large numbers as text, bytes as base64', async () => {
    const { made, close } = await opened(
      () =>
        feeder.sql({
          file,
          query:
            'select id, price, photo, null as gone, 1e999 as endless from items where id = 3 order by id',
        }),
      { inMemoryBytesMax: inMemoryBytesMax === 1_000 ? 0 : inMemoryBytesMax },
    )
    const expected = { id: 3, price: 0.75, photo: 'Aw==', gone: null, endless: 'Infinity' }
    expect(made.next(user(1))).toEqual(expected)
    close()
  })
})

test('a temporary file is gone as soon as it is open', async () => {
  const before = spools()
  const { made, close } = await opened(() => feeder.sql<Item>({ file, query }), {
    inMemoryBytesMax: 0,
  })
  expect(spools()).toEqual(before)
  expect(made.next(user(9)).id).toBe(9)
  close()
  expect(() => made.next(user(100))).toThrow('shop.db is closed')
})

describe('what is wrong', () => {
  test('a query that cannot be understood is said in the words of the database', async () => {
    const wrong = { file, query: 'select missing from items order by id' }
    const [first] = await problemsOf(() => feeder.sql(wrong))
    expect(first).toMatchObject({ code: 'E_SQL', path: file })
    expect(first!.what).toContain('no such column: missing')
  })

  test('a query that writes is refused by the database, which stays as it was', async () => {
    const wrong = { file, query: 'delete from items where id = 1 returning id /* order by */' }
    const [first] = await problemsOf(() => feeder.sql(wrong))
    expect(first!.what).toContain('readonly')
    const { made, close } = await opened(() => feeder.sql({ file, query }))
    expect(made.size).toBe(ROWS)
    close()
  })

  test('a file that is not there is not made', async () => {
    const [first] = await problemsOf(() => feeder.sql({ file: 'nowhere.db', query }))
    expect(first).toMatchObject({ code: 'E_DATA', what: 'a data file does not exist' })
    expect(existsSync(join(folder, 'nowhere.db'))).toBe(false)
  })

  test('no rows are a mistake, as for every feeder', async () => {
    const none = { file, query: 'select id from items where id < 0 order by id' }
    const [first] = await problemsOf(() => feeder.sql(none))
    expect(first).toMatchObject({ code: 'E_DATA', what: 'a feeder has no rows' })
  })
})
