import { createRequire } from 'node:module'
import { beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '../../kernel/clock.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { type Faker, installFakerLoader } from './fake.ts'
import { stage } from './stage.test-kit.ts'
import { TaskSet } from './task-set.ts'
import { User } from './user.ts'

const require = createRequire(import.meta.url)
const loaded: string[] = []
beforeEach(() => {
  loaded.length = 0
  installFakerLoader((locale) => {
    loaded.push(locale)
    return (require(`@faker-js/faker/locale/${locale}`) as { faker: Faker }).faker
  })
})

/** What user `id` draws in its constructor, under `seed`. */
function drawn<T>(
  id: number,
  draw: (user: User) => T,
  { seed = 7, locale }: { seed?: number; locale?: string } = {},
): T {
  let result: T | undefined
  class Shopper extends User {
    static override locale = locale
    static override tasks = { work: 1 }
    override onStart() {
      result = draw(this)
    }
    work() {}
  }
  const { create } = stage(Shopper, { seed })
  void create(id).start()
  return result!
}
const person = ({ fake }: User) =>
  `${fake.person.fullName()} ${fake.internet.email()} ${fake.string.uuid()}`

test('the same user and seed draw the same; another user or seed draws something else', () => {
  const first = drawn(1, person)
  expect(first).toMatch(/^\S.* \S+@\S+ [0-9a-f-]{36}$/)
  expect(drawn(1, person)).toBe(first)
  expect(drawn(2, person)).not.toBe(first)
  expect(drawn(1, person, { seed: 8 })).not.toBe(first)
})

test('what users draw does not depend on who else draws, nor when', () => {
  const { create } = stage(
    class Shopper extends User {
      static override tasks = { work: 1 }
      work() {}
      override onStart() {
        users.push(this)
      }
    },
  )
  const users: User[] = []
  for (const id of [1, 2]) void create(id).start()
  const [one, two] = users as [User, User]
  // Kept over what the other one does, as over an `await`.
  const { person: kept } = one.fake
  const name = kept.firstName
  const mixed = [two.fake.person.firstName(), name(), two.fake.person.firstName(), name()]
  const apart = (id: number) =>
    drawn(id, ({ fake }) => [fake.person.firstName(), fake.person.firstName()])
  expect([mixed[1], mixed[3]]).toEqual(apart(1))
  expect([mixed[0], mixed[2]]).toEqual(apart(2))
  const nested = one.fake.helpers.multiple(() => two.fake.number.int(), { count: 2 })
  expect(nested[0]).not.toBe(nested[1])
})

test('drawing fake data does not change what this.random draws', () => {
  const numbers = (user: User) => [user.random.next(), user.random.next()]
  const between = (user: User) => {
    const first = user.random.next()
    user.fake.person.fullName()
    return [first, user.random.next()]
  }
  expect(drawn(1, between)).toEqual(drawn(1, numbers))
})

test('a class says its locale, and only that one is loaded', () => {
  const code = drawn(1, ({ fake }) => fake.rawDefinitions.metadata!.code, { locale: 'de' })
  expect(code).toBe('de')
  expect(loaded.filter((each) => each !== 'de')).toEqual([])
})

test('dates count from the day on which the run begins', () => {
  const dayMs = 86_400_000
  const today = Math.floor(new VirtualClock().epochMs() / dayMs) * dayMs
  const past = drawn(1, ({ fake }) => fake.date.past({ years: 1 }).getTime())
  expect(past).toBeLessThan(today)
  expect(past).toBeGreaterThan(today - 367 * dayMs)
  expect(drawn(1, ({ fake }) => fake.date.past({ years: 1 }).getTime())).toBe(past)
})

test('a user may seed its own data, and disturbs nobody', () => {
  const seeded = (user: User) => {
    user.fake.seed(3)
    return user.fake.person.fullName()
  }
  expect(drawn(1, seeded)).toBe(drawn(2, seeded))
  expect(drawn(2, person)).toBe(drawn(2, person))
})

test('a task set draws from the stream of its user', async () => {
  const names: string[] = []
  class Cart extends TaskSet {
    static override tasks = { work: 1 }
    work() {
      names.push(this.fake.person.fullName(), this.user.fake.person.fullName())
    }
  }
  const { create } = stage(
    class Shopper extends User {
      static override tasks = [Cart]
    },
  )
  const user = create(1)
  await user.start()
  await user.iterate(0)
  expect(names).toEqual(drawn(1, ({ fake }) => [fake.person.fullName(), fake.person.fullName()]))
})

test('when it cannot be made the test ends, with the reason', () => {
  installFakerLoader(() => {
    throw new OnrushError([problem('E_FAKE', 'shop.ts', 'not installed', 'why', 'fix')])
  })
  const { create, stops } = stage(
    class Shopper extends User {
      static override locale = 'xx'
      static override tasks = { work: 1 }
      work() {}
      override onStart() {
        this.fake.person.fullName()
      }
    },
  )
  void create(1).start()
  expect(stops).toEqual(['E_FAKE: not installed'])
})
