import { expect, test } from 'vitest'
import { shownAddress, withoutAddress } from './without-address.ts'

const URL_TEXT = 'postgres://app:pa55%2Fword@db.example:5432/load'

test('what a database said names neither the address nor its password, encoded or not', () => {
  const said = new Error(`no pg_hba entry for ${URL_TEXT}, pa55%2Fword is pa55/word\nat line 1`)
  expect(withoutAddress(said, URL_TEXT)).toBe('no pg_hba entry for •••, ••• is •••')
  expect(withoutAddress('plain', 'no url')).toBe('plain')
})

test('an address is shown without its password', () => {
  expect(shownAddress(URL_TEXT)).toBe('postgres://app:•••@db.example:5432/load')
  expect(shownAddress('postgres://db/load')).toBe('postgres://db/load')
})
