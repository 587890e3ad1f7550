/**
 * Finds `@faker-js/faker`, which people install beside their script, and loads the wanted locale of it, some 100 ms.
 */
import { dirname } from 'node:path'
import type { Problem } from '../contracts/problem.ts'
import type { Bundle } from '../contracts/wire.ts'
import { OnrushError, problem } from '../kernel/errors.ts'
import { requireFrom } from '../load/data/peer-package.ts'
import {
  DEFAULT_LOCALE,
  type Faker,
  type FakerLoader,
  installFakerLoader,
} from '../load/user/fake.ts'

interface FakingClass {
  readonly locale?: string | undefined
}

/**
 * Makes `fake` work for the script at `entry`, an absolute path. Classes that name a locale want fake data, so what is in its way is
 * said now, before any load. Throws `OnrushError`.
 */
export function installFaker(entry: string, classes: Iterable<FakingClass>): void {
  const load = loaderFor(entry)
  installFakerLoader(load)
  for (const { locale } of classes) if (locale !== undefined) load(locale)
}

/** Loads what a script that mentions `fake` is likely to ask for, while no request waits for it. */
export function preloadFaker({ entry, code }: Bundle, classes: Iterable<FakingClass>): void {
  const isLikely = /\bfake\b/.test(code) && [...classes].some(({ locale }) => locale === undefined)
  if (isLikely && whereFakerIs(entry) !== undefined) loaderFor(entry)(DEFAULT_LOCALE)
}

function loaderFor(entry: string): FakerLoader {
  return (locale) => {
    const require = whereFakerIs(entry)
    if (require === undefined) throw new OnrushError([missing(entry)])
    const name = String(locale).replaceAll('-', '_')
    if (!/^[A-Za-z_]{2,20}$/.test(name)) throw new OnrushError([unknownLocale(locale)])
    try {
      return (require(`@faker-js/faker/locale/${name}`) as { readonly faker: Faker }).faker
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
      throw new OnrushError([unknownLocale(locale)], { cause: error })
    }
  }
}

const whereFakerIs = (entry: string): NodeJS.Require | undefined =>
  requireFrom(dirname(entry), '@faker-js/faker/package.json')

const missing = (entry: string): Problem =>
  problem(
    'E_FAKE',
    entry,
    'the script asks for fake data, and @faker-js/faker is not installed',
    '`fake` is made by that package, which onrush does not bring along',
    'npm install @faker-js/faker, beside the script, on every machine that runs a worker',
  )
const unknownLocale = (locale: string): Problem =>
  problem(
    'E_FAKE',
    'static locale',
    `@faker-js/faker has no locale "${locale}"`,
    'locales are named by language, with the country where there are several: en, de, de_AT, pt_BR, zh_CN',
    'choose one of https://fakerjs.dev/guide/localization, or leave locale out for en',
  )
