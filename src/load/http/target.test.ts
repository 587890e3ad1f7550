import { describe, expect, it } from 'vitest'
import { addQuery, isPlainPath, joinUrl, Targets } from './target.ts'

describe('targets', () => {
  it('a plain path is exactly one that URL parsing would not change', () => {
    const paths = [
      '/',
      '/items/7?x=1&y=%20',
      '/a/../b',
      '/a/./b',
      '/a b',
      '/é',
      '/a#f',
      '//evil/x',
      '/\\evil',
      '/a/%2e%2e/b',
      '/x"y',
      '/a/.hidden',
      '/a{b}',
      '/a[b]',
    ]
    for (const path of paths) {
      const parsed = new URL(`http://h${path}`)
      if (isPlainPath(path)) expect(`${parsed.pathname}${parsed.search}`).toBe(path)
    }
    expect(paths.filter(isPlainPath)).toEqual(['/', '/items/7?x=1&y=%20', '/a[b]'])
  })
  it('equal origins are one site, with the default port left out', () => {
    const targets = new Targets()
    const site = targets.absolute('http://Shop.test:80/a?b#c').site
    expect(site).toBe(targets.absolute('http://shop.test/x').site)
    expect(site).toMatchObject({
      host: 'shop.test',
      port: 80,
      authority: 'shop.test',
      base: 'http://shop.test',
      secure: false,
    })
    expect(targets.absolute('https://[::1]:8443/').site).toMatchObject({
      host: '::1',
      port: 8443,
      authority: '[::1]:8443',
      secure: true,
    })
  })
  it('user info is kept apart, decoded', () => {
    expect(new Targets().absolute('http://a%20b:p%40@h/x')).toMatchObject({
      userInfo: 'a b:p@',
      path: '/x',
    })
    expect(new Targets().absolute('http://u:50%@h/x').userInfo).toBe('u:50%')
  })
  it.each(['ftp://x/', 'http://', 'nothing', 'http://[::1', 'javascript:alert(1)'])(
    '%s is refused with a sentence',
    (url) => {
      expect(() => new Targets().absolute(url)).toThrow(/is not a URL that can be requested/)
    },
  )
  it('relative URLs go below the host, path included', () => {
    expect(joinUrl('http://x/api', '/items')).toBe('http://x/api/items')
    expect(joinUrl('http://x', 'items')).toBe('http://x/items')
    expect(joinUrl('http://x', '?a=1')).toBe('http://x?a=1')
    expect(joinUrl('http://x', 'https://y/z')).toBe('https://y/z')
  })
  it('query parameters are added before the fragment', () => {
    expect(addQuery('/a', { q: 'x y', n: 1, list: ['a', 'b'], none: undefined })).toBe(
      '/a?q=x+y&n=1&list=a&list=b',
    )
    expect(addQuery('/a?b=1#f', new URLSearchParams({ c: '&' }))).toBe('/a?b=1&c=%26#f')
    expect(addQuery('/a?', '?c=1')).toBe('/a?c=1')
    expect(addQuery('/a', {})).toBe('/a')
  })
})
