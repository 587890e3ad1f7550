import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { casesOf, type RulePlace } from '../../../model/report/cases.ts'
import { CROSSED, failedBy, resultOf, ruleOf } from '../../../model/report/result.test-kit.ts'
import { renderJunit } from './junit.ts'
import { attribute, text } from './xml.ts'

const none = new Map<string, RulePlace>()

/** What a parser makes of escaped text; throws on what no XML 1.0 text may hold. */
function readBack(escaped: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
  if (/[<>"\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/u.test(escaped.replaceAll('"', ''))) {
    throw new Error(`not well-formed: ${JSON.stringify(escaped)}`)
  }
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' }
  return escaped.replace(/&(?:#(\d+)|(\w+));|&/g, (all, code?: string, name?: string) => {
    if (code !== undefined) return String.fromCodePoint(Number(code))
    if (name !== undefined && names[name] !== undefined) return names[name]
    throw new Error(`a bare ampersand: ${all}`)
  })
}

/** Elements in order, as `name` or `/name`; throws unless they nest. */
function elementsOf(xml: string): string[] {
  const open: string[] = []
  const found: string[] = []
  for (const [, end, name, , empty] of xml.matchAll(
    /<(\/?)([a-z-]+)((?: [\w.]+="[^"<]*")*)(\/?)>/g,
  )) {
    if (end === '') found.push(name!)
    if (end === '/' && open.pop() !== name) throw new Error(`</${name}> closes something else`)
    if (end === '' && empty === '') open.push(name!)
  }
  if (open.length > 0) throw new Error(`${open} never closed`)
  return found
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('&', '<', '>', '"', "'", ']]>', '\r', '\n', '\0', '\ud800', 'é'),
  }),
)

describe('text in XML', () => {
  it('is read back as it was, but for characters that XML cannot hold', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
    const forbidden = /[\0-\x08\x0B\x0C\x0E-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/gu
    fc.assert(
      fc.property(anyText, (given) => {
        const expected = given.replace(forbidden, '\uFFFD')
        expect(readBack(text(given))).toBe(expected)
        expect(readBack(attribute(given))).toBe(expected)
        expect(attribute(given)).not.toMatch(/["\r\n\t]/)
      }),
    )
  })
  it('never ends a CDATA section nor loses a carriage return', () => {
    expect(text(']]> \r\n')).toBe(']]&gt; &#13;\n')
    expect(attribute('a\n"b"')).toBe('a&#10;&quot;b&quot;')
  })
  it('keeps whole pairs and replaces halves', () => {
    expect(text('😀\ud83d')).toBe('😀\uFFFD')
  })
})

describe('JUnit XML', () => {
  it('looks like this', () => {
    const result = resultOf(
      {
        thresholds: [CROSSED],
        checks: [{ name: 'logged in', passes: 10, failures: 0 }],
        ...failedBy('failed: p95(http) < 100ms'),
      },
      [ruleOf(CROSSED.rule)],
    )
    const places = new Map([[CROSSED.rule, { file: 'shop.ts', line: 12, shown: 'shop.ts:12' }]])
    expect(renderJunit(result, casesOf(result, places))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="onrush" tests="2" failures="1" errors="0" skipped="0" time="60.000">
        <testsuite name="shop" tests="2" failures="1" errors="0" skipped="0" time="60.000" timestamp="2026-11-21T14:55:01">
          <properties>
            <property name="run" value="r1"/>
            <property name="verdict" value="failed: p95(http) &lt; 100ms"/>
            <property name="exitCode" value="1"/>
            <property name="script" value="shop.ts"/>
            <property name="host" value="http://localhost:3000"/>
            <property name="seed" value="1"/>
            <property name="version" value="0.1.0"/>
          </properties>
          <testcase name="p95(http) &lt; 100ms" classname="shop.thresholds" file="shop.ts" line="12">
            <failure message="observed 190.13 ms, limit &lt; 100 ms, margin -90.13 %, first crossed at 58 s" type="threshold">observed: 190.13 ms
      limit: &lt; 100 ms
      margin: -90.13 %
      first crossed at: 58 s
      rule: shop.ts:12</failure>
          </testcase>
          <testcase name="logged in" classname="shop.checks">
            <system-out>held: 10 of 10 times (100 %)</system-out>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `)
  })
  it('tells a run that could not be made from one that failed', () => {
    const broken = resultOf(failedBy('every worker was lost', 6))
    const xml = renderJunit(broken, casesOf(broken, none))
    expect(xml).toContain('tests="2" failures="0" errors="1" skipped="0"')
    expect(xml).toContain('<error message="every worker was lost" type="run">')
  })
  it('shows a check that did not always hold in a run that passed as skipped', () => {
    const result = resultOf({ checks: [{ name: 'cart', passes: 9, failures: 1 }] })
    const xml = renderJunit(result, casesOf(result, none))
    expect(xml).toContain('skipped="1"')
    expect(xml).toContain('<skipped message="held 9 of 10 times (90 %); no rule fails on it"/>')
  })
  it('is well-formed whatever scripts and targets are called', () => {
    fc.assert(
      fc.property(anyText, anyText, (name, reason) => {
        const checks = [{ name, passes: 1, failures: 1 }]
        const base = resultOf({ checks, ...failedBy(reason, 3) })
        const result = { ...base, run: { ...base.run, name, tags: { [name]: reason } } }
        const names = elementsOf(renderJunit(result, casesOf(result, none)))
        expect(names.filter((each) => each === 'testcase')).toHaveLength(3)
        expect(names.filter((each) => ['failure', 'error'].includes(each))).toEqual([
          'error',
          'failure',
        ])
      }),
    )
  })
})
