import { describe, expect, it } from 'vitest'
import { rulePlaces, sourcesOf } from './rule-places.ts'

const typedNowhere = { rules: [], place: '' }
const placeOf = (rule: string, text: string, folder = '/w') =>
  rulePlaces([rule], [{ path: '/w/load/shop.ts', text }], typedNowhere, folder).get(rule)

describe('the place of a rule', () => {
  it('is the line of its text in the script, relative to the folder', () => {
    const text = "import 'onrush'\nexport const plan = {\n  thresholds: ['errors < 1%'],\n}"
    expect(placeOf('errors < 1%', text)).toEqual({
      file: 'load/shop.ts',
      line: 3,
      shown: 'load/shop.ts:3',
    })
  })
  it('is absolute for a file outside of the folder', () => {
    expect(placeOf('errors < 1%', '"errors < 1%"', '/elsewhere')?.file).toBe('/w/load/shop.ts')
  })
  it('is not a comment that shows the rule, nor a longer rule', () => {
    const text = "// onrush run --threshold 'errors < 1%'\n'errors < 1% abort'\nx('errors < 1%')"
    expect(placeOf('errors < 1%', text)?.line).toBe(3)
  })
  it('is found in any quotes, also with its own escaped', () => {
    const rule = "checks('a') > 99%"
    expect(placeOf(rule, `\n"checks('a') > 99%"`)?.line).toBe(2)
    expect(placeOf(rule, "\n\n'checks(\\'a\\') > 99%'")?.line).toBe(3)
    expect(placeOf(rule, "` checks('a') > 99% `")?.line).toBe(1)
  })
  it('is unknown for a rule that was put together', () => {
    const text = 'const rule = `p95(http) < $' + '{limit}ms`'
    expect(placeOf('p95(http) < 300ms', text)).toBeUndefined()
  })
  it('is the flag for one from the command line, whatever the script says', () => {
    const sources = [{ path: '/w/a.ts', text: "'errors < 1%'" }]
    const typed = { rules: [' errors < 1%'], place: '--threshold' }
    expect(rulePlaces(['errors < 1%'], sources, typed, '/w').get('errors < 1%')).toEqual({
      file: undefined,
      line: undefined,
      shown: '--threshold',
    })
  })
})

it('sources are those of the script, not of its packages', () => {
  const map = {
    sources: ['/w/a.ts', '/w/node_modules/x/i.js', '/w/b.ts'],
    sourcesContent: ['a', 'x', null],
  }
  expect(sourcesOf(JSON.stringify(map))).toEqual([{ path: '/w/a.ts', text: 'a' }])
})
