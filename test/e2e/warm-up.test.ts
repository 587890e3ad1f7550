import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliFolder, type Ended, GET, resultOf, scriptOf, Target } from './cli.test-kit.ts'

const RATE = 20
const SLOW_REQUESTS = 3 * RATE
let folder: CliFolder
const targets: Target[] = []
beforeAll(() => {
  folder = new CliFolder()
})
afterAll(async () => {
  for (const target of targets) await target.close()
  folder.remove()
})

/** Against a target that answers its first requests slowly, as one whose caches are cold. */
async function run(name: string, judgement: string, ...args: string[]): Promise<Ended> {
  let asked = 0
  const target = await new Target((_, response) => {
    const answerMs = asked++ < SLOW_REQUESTS ? 600 : 50
    setTimeout(() => response.end('ok'), answerMs)
  }).open()
  targets.push(target)
  const plan = `export const plan = { ${judgement}, scenarios: { a: { arrivals: '${RATE}/s', for: '24s', usersMax: 60 } } }`
  folder.write(name, `${scriptOf(GET, target.url)}${plan}`)
  return folder.run(name, '--no-preflight', '--json', '-', ...args)
}

test('a target that is slow at first fails the rules, and passes them when the warm-up is found', async () => {
  const rules = "thresholds: ['p95(http) < 300ms', 'max(http) < 500ms over 10s']"
  const [without, auto] = await Promise.all([
    run('cold.ts', rules),
    run('auto.ts', `${rules}, warmup: 'auto'`, '--markdown', 'auto.md'),
  ])
  expect(without.code, without.err).toBe(1)
  expect(resultOf(without).windows.some((each) => each.warmup)).toBe(false)

  expect(auto.code, auto.err).toBe(0)
  const { warmup, windows, totals, thresholds } = resultOf(auto)
  expect(warmup).toMatchObject({ kind: 'auto', endMs: 5_000, steady: true })
  expect(windows.filter((each) => each.warmup).map((each) => each.atMs)).toEqual([
    0, 1_000, 2_000, 3_000, 4_000,
  ])
  expect(totals.requests).toBe(24 * RATE)
  expect(totals.responseMs.max).toBeGreaterThan(600)
  for (const { observed } of thresholds) expect(observed).toBeLessThan(300)
  const said = `automatic warm-up: the first 5 s are not judged, ${warmup!.why}`
  expect(auto.err).toContain(said)
  expect(readFileSync(join(folder.path, 'auto.md'), 'utf8')).toContain(`A${said.slice(1)}`)
})

test('a rule that ends the run is refused beside an automatic warm-up, before any load', async () => {
  const judgement = "thresholds: ['errors < 1% abort'], warmup: 'auto'"
  const { code, err } = await run('abort.ts', judgement)
  expect(code).toBe(2)
  for (const part of ['E_PLAN', 'plan.warmup', 'errors < 1% abort']) expect(err).toContain(part)
  expect(targets.at(-1)!.requests).toBe(0)
})
