import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalogue, EXIT, exitCodeOf, OnrushError, problem } from './errors.ts'

function codesUsed(): Map<string, string> {
  const found = new Map<string, string>()
  const root = new URL('..', import.meta.url).pathname
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file === 'kernel/errors.ts') continue
    for (const [, code] of readFileSync(join(root, file), 'utf8').matchAll(/'(E_[A-Z_]+)'/g))
      found.set(code!, file)
  }
  return found
}

describe('the catalogue of errors', () => {
  it('knows every code that the source uses', () => {
    const unknown = [...codesUsed()].filter(([code]) => catalogue[code] === undefined)
    expect(unknown).toEqual([])
  })

  it('holds no code that nothing uses', () => {
    const used = codesUsed()
    expect(Object.keys(catalogue).filter((code) => !used.has(code))).toEqual([])
  })

  it('refuses to make a problem with a code it does not know', () => {
    expect(() => problem('E_NOPE', '', '', '', '')).toThrow('E_NOPE')
  })

  it('lets the first problem decide the exit code', () => {
    const refused = problem('E_REFUSED', 'http://localhost:1', 'a', 'b', 'c')
    const usage = problem('E_USAGE', '--x', 'a', 'b', 'c')
    expect(new OnrushError([refused, usage]).exitCode).toBe(EXIT.target)
    expect(new OnrushError([usage, refused]).exitCode).toBe(EXIT.usage)
    expect(exitCodeOf([])).toBe(EXIT.bug)
  })
})
