import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Address, maskAddress } from './address.ts'

describe('an address', () => {
  test('gives its credentials as headers and keeps none', () => {
    const basic = new Address('https://me:pa%2Fss@host:1/x?db=a', 'Token')
    expect(basic.url.href).toBe('https://host:1/x?db=a')
    expect(basic.headers['authorization']).toBe(`Basic ${btoa('me:pa/ss')}`)
    expect(basic.label).toBe('https://•••@host:1/x?db=a')
    const token = new Address('https://host/write?bucket=b&token=abc', 'Token')
    expect(token.url.href).toBe('https://host/write?bucket=b')
    expect(token.headers['authorization']).toBe('Token abc')
    expect(token.label).toBe('https://host/write?bucket=b&token=•••')
    expect(token.masked('abc is wrong')).toBe('••• is wrong')
  })
  test('without credentials sends none', () => {
    expect(new Address('http://host/x?org=o', 'Token').headers).toEqual({})
  })
  test('a password in the query stays there, and is hidden in what is shown', () => {
    const address = new Address('http://host/write?db=a&u=me&p=geheim', 'Token')
    expect(address.url.search).toBe('?db=a&u=me&p=geheim')
    expect(address.label).toBe('http://host/write?db=a&u=me&p=•••')
    expect(address.masked('me:geheim?')).toBe('me:•••?')
  })
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
