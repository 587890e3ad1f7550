import { describe, expect, it } from 'vitest'
import { redirectedMethod, resolveLocation } from './redirect.ts'

describe('redirects', () => {
  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [301, 'HEAD', 'HEAD'],
  ])('%i turns %s into %s', (status, before, after) => {
    expect(redirectedMethod(status, before)).toBe(after)
  })
  it.each([
    ['/y', '', 'http://a/y'],
    ['y', '', 'http://a/d/y'],
    ['?b=2', '', 'http://a/d/x?b=2'],
    ['../y', '', 'http://a/y'],
    ['//b/y', '', 'http://b/y'],
    ['/y', '#f', 'http://a/y#f'],
    ['/y#', '#f', 'http://a/y#'],
    ['/y#g', '#f', 'http://a/y#g'],
    ['/caf\u00c3\u00a9', '', 'http://a/caf%C3%A9'],
    ['http://u:p@b/', '', 'http://b/'],
    ['/a b', '', 'http://a/a%20b'],
  ])('Location %j with fragment %j leads to %s', (location, fragment, url) => {
    expect(resolveLocation([location], 'http://a/d/x?q=1', fragment)).toBe(url)
  })
  it.each([
    [['ftp://x/'], /neither/],
    [['http://[::1'], /not a URL/],
    [['/a', '/b'], /two different/],
  ])('%j is not followed', (locations, why) => {
    expect(resolveLocation(locations, 'http://a/', '')).toMatch(why)
  })
})
