import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskAddress, withoutAddress } from './mask-address.ts'

const URL_TEXT = 'postgres://app:pa55%2Fword@db.example:5432/load'

test('what a database said names neither the address nor its password, encoded or not', () => {
  const said = new Error(`no pg_hba entry for ${URL_TEXT}, pa55%2Fword is pa55/word\nat line 1`)
  expect(withoutAddress(said, URL_TEXT)).toBe('no pg_hba entry for •••, ••• is •••')
  expect(withoutAddress('plain', 'no url')).toBe('plain')
})

describe('what is shown of an address', () => {
  const secret = fc
    .string({ minLength: 4, maxLength: 12 })
    .map((text) => `S3CRET${text.replaceAll('@', '')}`)
  test('has no password, whatever is in it, in a valid address or not', () => {
    fc.assert(
      fc.property(secret, fc.boolean(), (password, isEncoded) => {
        const shown = maskAddress(
          `influx=http://me:${isEncoded ? encodeURIComponent(password) : password}@host/write?db=a`,
        )
        expect(shown).not.toContain('S3CRET')
        expect(shown).toContain('@host/write')
      }),
    )
  })
  test('has no password that makes itself look like a port and a query', () => {
    expect(maskAddress('http://me:1?S3CRET@host/write')).toBe('http://•••@host/write')
  })
  test('has neither a user nor a token that stands for one', () => {
    expect(maskAddress(URL_TEXT)).toBe('postgres://•••@db.example:5432/load')
    expect(maskAddress('nats://S3CRET@host:4222')).toBe('nats://•••@host:4222')
  })
  test('has no token of a query', () => {
    fc.assert(
      fc.property(secret, (token) => {
        const shown = maskAddress(`http://host/write?token=${encodeURIComponent(token)}&org=o`)
        expect(shown).toBe('http://host/write?token=•••&org=o')
      }),
    )
  })
  test('is the address itself when it holds no secret', () => {
    for (const plain of ['jsonl=out/a@b.jsonl', ':9464', 'influx=http://host/write?org=a@b.c']) {
      expect(maskAddress(plain)).toBe(plain)
    }
  })
})
