import { describe, expect, it } from 'vitest'
import { jarCases } from '../../../test/fixtures/http1/load.ts'
import { COOKIES_PER_JAR_MAX } from '../../kernel/limits.ts'
import { CookieJar, type CookieUrl } from './cookies.ts'

describe('jar cases of the corpus', () => {
  for (const each of jarCases('cookies')) {
    it(`${each.id}: ${each.title}`, () => {
      const jar = new CookieJar()
      let nowMs = Date.parse(each.startAt)
      for (const step of each.steps) {
        if (step.advanceMs !== undefined) nowMs += step.advanceMs
        if (step.receive !== undefined) {
          jar.setFromHeaders(urlOf(step.receive.url), step.receive.setCookie, nowMs)
        }
        if (step.send !== undefined) {
          expect(ask(jar, step.send.url, nowMs)).toBe(step.cookie ?? '')
          expect(ask(jar, step.send.url, nowMs)).toBe(step.cookie ?? '')
        }
      }
    })
  }
})

describe('CookieJar', () => {
  const at = 1_700_000_000_000

  function jarWith(url: string, ...setCookie: string[]): CookieJar {
    const jar = new CookieJar()
    jar.setFromHeaders(urlOf(url), setCookie, at)
    return jar
  }

  it('does not answer one path with the cookies of another', () => {
    const jar = jarWith('http://shop.test/', 'a=1; Path=/a', 'b=2; Path=/b')
    expect(ask(jar, 'http://shop.test/a', at)).toBe('a=1')
    expect(ask(jar, 'http://shop.test/b', at)).toBe('b=2')
    expect(ask(jar, 'http://other.test/b', at)).toBe('')
    expect(ask(jar, 'http://shop.test/b', at)).toBe('b=2')
  })
  it('does not answer http with what it answered https', () => {
    const jar = jarWith('https://shop.test/', 's=1; Secure', 'p=2')
    expect(ask(jar, 'https://shop.test/', at)).toBe('s=1; p=2')
    expect(ask(jar, 'http://shop.test/', at)).toBe('p=2')
  })
  it('gives a remembered answer only until the first of its cookies expires', () => {
    const jar = jarWith('http://shop.test/', 'a=1; Max-Age=10', 'b=2')
    expect(ask(jar, 'http://shop.test/', at)).toBe('a=1; b=2')
    expect(ask(jar, 'http://shop.test/', at + 9_999)).toBe('a=1; b=2')
    expect(ask(jar, 'http://shop.test/', at + 10_000)).toBe('b=2')
  })
  it('sees a new cookie at once', () => {
    const jar = jarWith('http://shop.test/', 'a=1')
    expect(ask(jar, 'http://shop.test/', at)).toBe('a=1')
    jar.setFromHeaders(urlOf('http://shop.test/'), ['b=2'], at)
    expect(ask(jar, 'http://shop.test/', at)).toBe('a=1; b=2')
  })
  it('refuses a private public suffix from below and keeps it host-only from itself', () => {
    expect(jarWith('http://me.github.io/', 'k=1; Domain=github.io').list(at)).toEqual([])
    const own = jarWith('http://github.io/', 'k=1; Domain=github.io')
    expect(ask(own, 'http://github.io/', at)).toBe('k=1')
    expect(ask(own, 'http://me.github.io/', at)).toBe('')
  })
  it('checks name prefixes without regard to case, and on nameless cookies', () => {
    const jar = jarWith(
      'https://shop.test/',
      '__SECURE-a=1',
      '__hOST-b=2; Secure',
      '__Host-c',
      '=__Secure-d',
    )
    expect(jar.list(at)).toEqual([])
  })
  it('keeps a nameless cookie as its value', () => {
    expect(ask(jarWith('http://shop.test/', 'token'), 'http://shop.test/', at)).toBe('token')
  })
  it('caps lifetimes at 400 days', () => {
    const days = 24 * 3_600_000
    const jar = jarWith(
      'http://shop.test/',
      'a=1; Max-Age=999999999999',
      'b=2; Expires=Fri, 01 Jan 2038 00:00:00 GMT',
    )
    for (const cookie of jar.list(at)) expect(cookie.expiresAtEpochMs).toBe(at + 400 * days)
    expect(jar.list(at)).toHaveLength(2)
    expect(jar.list(at + 400 * days)).toEqual([])
  })
  it('ignores an attribute beyond 1,024 bytes', () => {
    const jar = jarWith('http://shop.test/x/y', `a=1; Path=/${'p'.repeat(1_024)}`)
    expect(jar.list(at)).toMatchObject([{ path: '/x' }])
  })
  it('drops the oldest when full, and counts it', () => {
    const jar = new CookieJar()
    const many = Array.from({ length: COOKIES_PER_JAR_MAX + 2 }, (_, i) => `c${i}=1`)
    jar.setFromHeaders(urlOf('http://shop.test/'), many, at)
    expect(jar.list(at)).toHaveLength(COOKIES_PER_JAR_MAX)
    expect(jar.list(at)[0]?.name).toBe('c2')
    expect(jar.evicted).toBe(2)
  })
  it('is empty after clear', () => {
    const jar = jarWith('http://shop.test/', 'a=1')
    expect(ask(jar, 'http://shop.test/', at)).toBe('a=1')
    jar.clear()
    expect(ask(jar, 'http://shop.test/', at)).toBe('')
  })
  it('keeps a cookie for an IPv6 address to that address', () => {
    const jar = jarWith('http://[::1]/', 'a=1')
    expect(ask(jar, 'http://[::1]:8080/', at)).toBe('a=1')
    expect(ask(jar, 'http://[::2]/', at)).toBe('')
  })
})

function urlOf(text: string): CookieUrl {
  const url = new URL(text)
  return { scheme: url.protocol.slice(0, -1), host: url.hostname, path: url.pathname + url.search }
}

function ask(jar: CookieJar, text: string, nowMs: number): string {
  const { scheme, host, path } = urlOf(text)
  return jar.header(scheme, host, path, nowMs)
}
