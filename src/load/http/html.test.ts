import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HTML_CHARS_MAX, HTML_QUERIES_MAX } from '../../kernel/limits.ts'
import { css, xpath } from './expectations-html.ts'
import { absent, exists } from './expected-value.ts'
import type { Check } from './http-options.ts'
import { HttpResponse, type ResponseParts } from './response.ts'
import type { Head } from './response-parser-head.ts'

function answer(body: string, type = 'text/html; charset=utf-8'): HttpResponse {
  const parts = {
    series: { method: 'GET', name: '/page' },
    site: { base: 'http://shop' },
    status: 200,
    responseHead: {
      all: (name: string) => (name === 'content-type' ? [type] : []),
    } as unknown as Head,
    received: Buffer.from(body).toString('latin1'),
    bodySize: Buffer.byteLength(body),
    phasesUs: new Float64Array(6),
    totalUs: 1,
  } as unknown as ResponseParts
  return new HttpResponse(parts, { maxDecodedBytes: 1e8, maxContentCodings: 5 })
}

// As servers write it: no tbody, no end tags, attributes without quotes, entities, mixed case.
const shop = answer(`<!DOCTYPE html><title>Shop</title>
<H1 class="head main">Our
  shop &amp; more</H1>
<form action=/pay><input type=hidden name=csrf value="a&quot;1"></form>
<table>
 <tr class=item data-Kind=lamp><td><a href="/items/1">Desk <b>lamp</b></a><td class=price>12.50
 <tr class=item><td><a href="/items/2">Chair</a><td class=price>80
</table>
<svg viewBox="0 0 1 1"><linearGradient id=g></linearGradient></svg>
<template><p class=hidden>not on the page</p></template><!-- note --><p>Price:&nbsp;5</p>`)

describe('taking values out of HTML', () => {
  test('a CSS selector finds the text of elements, with spaces as a page shows them', () => {
    expect(shop.css('h1')).toBe('Our shop & more')
    expect(shop.css('.item a')).toBe('Desk lamp')
    expect(shop.cssAll('td.price')).toEqual(['12.50', '80'])
    expect(shop.css('p:last-of-type')).toBe('Price: 5')
    expect(shop.css('.nowhere')).toBe(undefined)
    expect(shop.cssAll('.nowhere')).toEqual([])
  })

  test('::attr(name) finds the attribute instead, of elements that have it', () => {
    expect(shop.css('input[name=csrf]::attr(value)')).toBe('a"1')
    expect(shop.cssAll('a::attr(href)')).toEqual(['/items/1', '/items/2'])
    expect(shop.cssAll('.item::attr(data-kind)')).toEqual(['lamp'])
    expect(shop.css('svg::attr(viewBox)')).toBe('0 0 1 1')
    expect(shop.css('h1::attr(href)')).toBe(undefined)
  })

  test('an XPath finds elements, attributes and texts, in the order of the page', () => {
    expect(shop.xpathAll('//a/@href')).toEqual(['/items/1', '/items/2'])
    expect(shop.xpath('//input[@name="csrf"]/@value')).toBe('a"1')
    expect(shop.xpath('//tr[last()]/td[2]')).toBe('80')
    expect(shop.xpath('//a[contains(., "lamp")]/b/text()')).toBe('lamp')
    const both = ['Desk lamp', '12.50', 'Chair', '80']
    expect(shop.xpathAll('//td[@class="price"] | //a')).toEqual(both)
    expect(shop.xpath('//td[2]/preceding-sibling::td[1]/a/@href')).toBe('/items/1')
    expect(shop.xpath('//tr[2]/preceding::a')).toBe('Desk lamp')
    expect(shop.xpath('//form/following::td[1]')).toBe('Desk lamp')
    expect(shop.xpath('(//a/ancestor::tr)[2]/@class')).toBe('item')
    expect(shop.xpath('//b/ancestor::tr/@class')).toBe('item')
    expect(shop.xpath('//comment()')).toBe('note')
    expect(shop.xpath('//nothing')).toBe(undefined)
  })

  test('an XPath may compute a number, a boolean or a text', () => {
    expect(shop.xpath<number>('count(//tr)')).toBe(2)
    expect(shop.xpath<boolean>('count(//tr) > 5')).toBe(false)
    expect(shop.xpath('string(//a[3])')).toBe('')
    expect(shop.xpath('upper-case(string-join(//a/@href, " "))')).toBe('/ITEMS/1 /ITEMS/2')
    expect(shop.xpath('concat(//h1/@class, "!")')).toBe('head main!')
  })

  test('a path that a browser shows fits: what HTML leaves out is there', () => {
    expect(shop.xpath('/html/body/table/tbody/tr[2]/td[1]/a')).toBe('Chair')
    expect(shop.css('html > body > table > tbody > tr:nth-child(2) > td > a')).toBe('Chair')
  })

  test('names need no namespace', () => {
    expect(shop.xpath('//svg/linearGradient/@id')).toBe('g')
    expect(shop.css('H1')).toBe('Our shop & more')
  })

  test('what is inside of a template is no part of the page', () => {
    expect(shop.xpath<number>('count(//p)')).toBe(1)
    expect(shop.cssAll('p')).toEqual(['Price: 5'])
  })

  test('a selector or XPath that cannot be read is a TypeError that shows it', () => {
    for (const wrong of ['a[', ':no-such-thing', '::attr(href)']) {
      expect(() => shop.css(wrong), wrong).toThrow(/^the CSS selector ".*" cannot be read: ./)
    }
    for (const wrong of ['//', '//a[', '@@']) {
      expect(() => shop.xpath(wrong), wrong).toThrow(
        /^the XPath ".*" cannot be read: it makes no sense from character \d on$/,
      )
    }
    expect(() => xpath('lenght(//a)')).toThrow(/: Function lenght with arity of 1 not registered/)
    expect(() => xpath('svg:path')).toThrow(/: The prefix svg could not be resolved.$/)
    expect(() => shop.css(' ')).toThrow('the CSS selector is empty, or no text')
    expect(() => css('a[')).toThrow(TypeError)
    expect(() => xpath('//a[')).toThrow(TypeError)
    expect(() => shop.css(undefined as unknown as string)).toThrow('the CSS selector is empty')
  })
})

test('an XPath that several nodes do not fit says how to write it', () => {
  for (const text of ['contains(//a, "lamp")', '1 + //a', 'string(//a)']) {
    expect(() => shop.xpath(text), text).toThrow(/takes one value found several/)
    expect(() => xpath(text)(shop), text).toThrow(TypeError)
  }
  expect(shop.xpath('string((//a)[1])')).toBe('Desk lamp')
  expect(() => shop.xpath('matches(//h1, "(")')).toThrow(/cannot be read: .*pattern "\("/)
})

describe('what holds', () => {
  test.each<[Check, string]>([
    [css('h1'), 'h1 exists'],
    [css('h1', exists()), 'h1 exists'],
    [css('.error', absent()), '.error is absent'],
    [css('h1', 'Our shop & more'), 'h1 is "Our shop & more"'],
    [css('.price', /^[\d.]+$/), '.price matches /^[\\d.]+$/'],
    [css('.price', (text) => Number(text) > 10), '.price holds'],
    [css('a::attr(href)', /^\/items\//), 'a::attr(href) matches /^\\/items\\//'],
    [xpath('//a/@href'), '//a/@href exists'],
    [xpath('count(//tr)', 2), 'count(//tr) is the expected number'],
    [xpath('count(//tr) > 1', true), 'count(//tr) > 1 is true'],
    [xpath('//error', absent()), '//error is absent'],
  ])('%o', (check, name) => {
    expect(check(shop)).toBe(true)
    expect(check.name).toBe(name)
  })
})

describe('what does not hold says what came instead', () => {
  test.each<[Check, string]>([
    [css('.error'), 'nothing fits .error; the page is titled "Shop"'],
    [css('h1', absent()), 'h1 is there, and should not be'],
    [css('h1', 'Basket'), 'h1 is another string, not "Basket"'],
    [css('.price', /^\d+$/), '.price does not match /^\\d+$/'],
    [css('.price', () => 'too dear'), '.price: too dear'],
    [xpath('//basket'), 'nothing fits //basket; the page is titled "Shop"'],
    [xpath('count(//tr)', 3), 'count(//tr) is another number, not the expected number'],
  ])('%o', (check, sentence) => {
    expect(check(shop)).toBe(sentence)
  })

  test('a title with digits in it may differ with every request, and stays away', () => {
    expect(css('.x')(answer('<title>Order 17</title>'))).toBe('nothing fits .x')
  })

  test('a body that is no HTML is said to be none', () => {
    expect(css('a')(answer(''))).toBe('the body is empty')
    expect(css('a')(answer('{}', 'application/json'))).toBe(
      'the body is not HTML: its type is application/json',
    )
    expect(xpath('//a')(answer('<a/>', 'text/xml; charset=utf-8'))).toBe(
      'the body is not HTML: its type is text/xml',
    )
    expect(css('a')(answer('<a>x</a>', 'application/xhtml+xml'))).toBe(true)
    expect(() => answer('').css('a')).toThrow('the body is empty')
  })

  test('a page beyond the limit is refused, not read', () => {
    expect(css('a')(answer('<p>'.padEnd(HTML_CHARS_MAX + 1)))).toMatch(/more than 4 M characters/)
  })

  test('undefined is a mistake, not "absent"', () => {
    expect(() => css('a', undefined)).toThrow(/css a was given undefined/)
  })
})

test('10,000 levels deep are read by CSS without running out of stack, and refused by XPath, which would take hours', () => {
  const deep = answer(`${'<div>'.repeat(10_000)}bottom`)
  expect(deep.css('body')).toBe('bottom')
  expect(xpath('//div')(deep)).toBe(
    'the page is nested more than 150 levels deep, too many for an XPath; use a CSS selector',
  )
})

test('a page with too many nodes for XPath is refused, and still read by CSS', () => {
  const wide = answer('<br>'.repeat(30_000))
  expect(wide.cssAll('br')).toHaveLength(30_000)
  expect(() => wide.xpath('//br')).toThrow(/more than 20000 nodes, too many for an XPath/)
})

test('whatever comes, looking into it answers or says why not, and both ways find the same elements', () => {
  const piece = fc.constantFrom(
    '<p>',
    '</p>',
    '<a href=x>',
    '</a>',
    '<table>',
    '<td>',
    '<!--',
    '-->',
  )
  const part = fc.oneof(piece, piece, fc.string({ maxLength: 5 }))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const body = `x${parts.join('')}`
      const page = answer(body)
      for (const name of ['p', 'a', 'td']) {
        expect(page.xpathAll(`//${name}`), body).toEqual(page.cssAll(name))
      }
    }),
  )
})

test('selectors and XPaths beyond those that are remembered are answered as well', () => {
  for (let id = 0; id < HTML_QUERIES_MAX + 50; id++) {
    const place = (id % 2) + 1
    expect(shop.xpath(`string((//a)[${place}][${id} = ${id}]/@href)`)).toBe(`/items/${place}`)
    expect(shop.css(`a[href]:not(#x${id})`)).toBe('Desk lamp')
  }
})
