import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Comparison } from '../../src/contracts/compare.ts'
import { type Simulated, slower } from '../../src/model/compare/simulated-run.test-kit.ts'
import { CliFolder, GET, scriptOf, Target } from './cli.test-kit.ts'
import { keepSimulated, MINUTE } from './simulated-history.test-kit.ts'

let folder: CliFolder
beforeEach(() => {
  folder = new CliFolder()
})
afterEach(() => folder.remove())

const keep = (id: string, run: Simulated, seed: number, atSec: number): Promise<void> =>
  keepSimulated(folder.path, [{ id, run, seed, atSec }])
const compare = (...args: string[]) => folder.run('compare', ...args)

describe('two kept runs', () => {
  beforeEach(async () => {
    await keep('r-old', MINUTE, 1, 0)
    await keep('r-same', MINUTE, 2, 1)
    await keep('r-slow', slower(MINUTE, 1.4), 3, 2)
  })

  test('of which one is slower are a regression, in the table, as JSON and as Markdown', async () => {
    const { code, out } = await compare('r-old', 'last')
    expect(out).toMatch(/^ all +p95 .* ✗ slower \(p [<=] .*\)$/m)
    expect(out).toContain(' ✗ REGRESSION  all p50 slower')
    expect(code).toBe(0)

    const files = ['--json', '-', '--markdown', 'page.md']
    const failing = await compare('old', 'slow', '--fail-on-regression', ...files)
    expect(failing.code).toBe(1)
    expect(failing.err).toContain('REGRESSION')
    const comparison: Comparison = JSON.parse(failing.out)
    expect(comparison).toMatchObject({
      ...{ schema: 'onrush.compare/1', verdict: 'worse', notComparable: [] },
      ...{ a: { id: 'r-old' }, b: { id: 'r-slow' } },
    })
    expect(readFileSync(join(folder.path, 'page.md'), 'utf8')).toContain('## ❌ Regression')
  })

  test('of one target are none, nor is a run from a file', async () => {
    await folder.run('runs', 'export', 'r-old', 'old.onrush')
    await folder.run('runs', 'delete', 'r-old')
    const { code, out } = await compare('old.onrush', 'r-same', '--fail-on-regression')
    expect(out).not.toContain('REGRESSION')
    expect(code).toBe(0)
  })

  test('are named by a baseline, and what is no run is refused', async () => {
    const none = await compare('baseline', 'r-slow')
    expect([none.code, none.err.includes('there is no baseline')]).toEqual([2, true])
    await folder.run('runs', 'baseline', 'r-old')
    expect((await compare('baseline', 'r-slow', '--fail-on-regression')).code).toBe(1)
    folder.write('not-a-run.txt', 'hello')
    const wrong = await compare('not-a-run.txt', 'r-slow')
    expect([wrong.code, wrong.err.includes('E_RUN_FILE')]).toEqual([2, true])
    const tolerance = await compare('r-old', 'r-slow', '--tolerance', 'some')
    expect([tolerance.code, tolerance.err.includes('"some" is no tolerance')]).toEqual([2, true])
  })
})

test('runs of different length are refused, and compared where somebody insists', async () => {
  await keep('r-long', MINUTE, 1, 0)
  await keep('r-short', { ...MINUTE, seconds: 40 }, 2, 1)
  const refused = await compare('r-long', 'r-short')
  expect(refused.code).toBe(2)
  const reason = 'not comparable because A was under load for 60 s and B for 40 s'
  expect(refused.out).toContain(reason)
  const insisted = await compare('r-long', 'r-short', '--anyway')
  expect(insisted.code).toBe(0)
  expect(insisted.out).toContain(reason)
  expect(insisted.out).toMatch(/^ all +p95 /m)
})

describe('a run with a baseline', () => {
  let target: Target
  beforeEach(async () => {
    target = await new Target().open()
    folder.write('shop.ts', scriptOf(GET, target.url))
    return () => target.close()
  })
  const run = (...more: string[]) =>
    folder.run('shop.ts', '-u', '1', '-t', '1200ms', '--quiet', '--no-preflight', ...more)

  test('that is too short to be compared says so, and fails where a regression would', async () => {
    expect((await run()).code).toBe(0)
    const shown = await run('--baseline', 'last')
    expect(shown.err).toMatch(/not comparable because they have 1 s of load in common/)
    expect(shown.code).toBe(0)
    expect((await run('--baseline', 'last', '--fail-on-regression')).code).toBe(1)
  })

  test('that does not exist, or without a history to find it in, sends no load', async () => {
    const wrong = [
      [['--baseline', 'last'], 'there is no run "last"'],
      [['--fail-on-regression'], 'there is nothing to compare with'],
      [['--baseline', 'last', '--no-history'], 'a run that is not kept cannot be compared'],
    ] as const
    for (const [args, what] of wrong) {
      const { code, err } = await run(...args)
      expect([code, err.includes(what)], err).toEqual([2, true])
    }
    expect(target.requests).toBe(0)
    expect(existsSync(join(folder.path, '.onrush', 'history.db'))).toBe(false)
  })
})
