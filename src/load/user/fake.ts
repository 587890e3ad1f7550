// biome-ignore-all lint/suspicious/noTsIgnore: an expected error would be one where the package is installed
/**
 * `this.fake`: invented names, addresses and texts of `@faker-js/faker`, which people install beside onrush. What a user draws depends
 * on the plan's seed and the user's id, so it is the same on any number of workers. All users of a locale share one faker
 * (20 kB each would be a lot for a million); before each call it is handed the randomness of the user that calls. So a user that
 * never asks costs nothing, and one that does about 1 kB. Where the package is found is the application's business.
 */
import { Prng } from '../../kernel/prng.ts'
import type { UserCore } from './core.ts'

/**
 * As the package describes it. Who has not installed it gets `any`, and no error of the compiler:
 * @ts-ignore */
export type Faker = import('@faker-js/faker').Faker

/** The faker of one locale, such as `de` or `pt_BR`. Throws `OnrushError` when it, or the package, is not there. */
export type FakerLoader = (locale: string) => Faker

export const DEFAULT_LOCALE = 'en'
const DAY_MS = 86_400_000

const LOADER = Symbol.for('onrush.fakerLoader')
const shared = globalThis as unknown as Record<symbol, FakerLoader | undefined>

/** Installed by the application for the script that it loads. */
export function installFakerLoader(load: FakerLoader): void {
  shared[LOADER] = load
}

const fakes = new WeakMap<UserCore, Faker>()

/** The user's own; made at the first call. When it cannot be, the test ends: no task could do its work. */
export function fakeOf(core: UserCore, locale = DEFAULT_LOCALE): Faker {
  let fake = fakes.get(core)
  if (fake === undefined) {
    fake = makeFake(core, locale)
    fakes.set(core, fake)
  }
  return fake
}

function makeFake({ worker, userId }: UserCore, locale: string): Faker {
  try {
    const faker = sharedFaker(locale, startOfRunDay(worker))
    // A stream of its own: what is faked must not change what users draw by `this.random`.
    const seed = Prng.of(worker.plan.seed, 'fake').integer(0, 2 ** 32 - 1)
    return spokenBy(faker, { random: Prng.of(seed, userId) }, true)
  } catch (error) {
    worker.stopTest(error instanceof Error ? error.message : String(error))
    throw error
  }
}

/** Dates such as "in the past year" count from here, so that runs of one day draw the same ones. */
function startOfRunDay({ clock, startedAtMs }: UserCore['worker']): number {
  const sinceStartMs = Number.isNaN(startedAtMs) ? 0 : clock.nowMs() - startedAtMs
  return Math.floor((clock.epochMs() - sinceStartMs) / DAY_MS) * DAY_MS
}

/** Whose randomness a call uses. */
interface Speaker {
  random: Prng
}
let speaker: Speaker = { random: Prng.of(0, 0) }

type FakerClass = typeof import('@faker-js/faker').Faker
const fakers = new Map<string, Faker>()

function sharedFaker(locale: string, dayMs: number): Faker {
  let faker = fakers.get(locale)
  if (faker === undefined) {
    const loaded = shared[LOADER]!(locale)
    faker = new (loaded.constructor as FakerClass)({
      locale: loaded.rawDefinitions,
      randomizer: {
        next: () => speaker.random.next(),
        seed: (seed) => {
          speaker.random = Prng.of(Number(Array.isArray(seed) ? seed[0] : seed) >>> 0, 0)
        },
      },
    })
    fakers.set(locale, faker)
  }
  faker.setDefaultRefDate(new Date(dayMs))
  return faker
}

/** The same object, but each function of its modules is called with the randomness of `owner`, whoever calls it and when. */
function spokenBy<Target extends object>(target: Target, owner: Speaker, isFaker: boolean): Target {
  const parts = new Map<PropertyKey, unknown>()
  return new Proxy(target, {
    get(_, name) {
      if (parts.has(name)) return parts.get(name)
      let part: unknown = Reflect.get(target, name)
      if (typeof part === 'function' && name !== 'constructor') {
        const run = part
        part = (...given: unknown[]) => speak(owner, () => Reflect.apply(run, target, given))
      } else if (isFaker && Object.hasOwn(target, name) && part !== null) {
        part = spokenBy(part as object, owner, false)
      }
      parts.set(name, part)
      return part
    },
  })
}

/** Calls may be nested, also those of different users. */
function speak(owner: Speaker, call: () => unknown): unknown {
  const before = speaker
  speaker = owner
  try {
    return call()
  } finally {
    speaker = before
  }
}
