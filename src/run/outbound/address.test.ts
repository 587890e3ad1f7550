import { describe, expect, test } from 'vitest'
import { Address } from './address.ts'

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
