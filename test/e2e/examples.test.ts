import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Shop, startShop } from '../../src/app/demo/shop.ts'
import type { RunResult } from '../../src/contracts/result.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const examples = readdirSync(`${root}examples`).filter((file) => file.endsWith('.ts'))
/** These bring a plan of their own. */
const hasPlan = (file: string) =>
  ['shop.ts', 'arrivals.ts', 'ramp.ts', 'scenarios.ts'].includes(file)

let shop: Shop
beforeAll(async () => {
  expect(existsSync(`${root}dist/app/public/index.js`), 'build first: npm run build').toBe(true)
  shop = await startShop()
})
afterAll(() => shop.close())

describe.each(examples)('examples/%s', (file) => {
  test('runs green against the shop, which counts the same requests', async () => {
    shop.resetLedger()
    const load = hasPlan(file) ? [] : ['--users', '2', '--spawn-rate', '10', '--run-time', '2s']
    const { code, result, stderr } = await onrush(`examples/${file}`, '--host', shop.url, ...load)
    expect(code, stderr).toBe(0)
    expect(result?.totals.requests).toBeGreaterThan(0)
    expect(result?.totals.failures).toBe(0)
    expect(result?.totals.wireRequests).toBe(shop.ledger().requests)
  })
})

interface Ended {
  readonly code: number | null
  readonly result: RunResult | undefined
  readonly stderr: string
}

function onrush(...args: string[]): Promise<Ended> {
  const words = ['bin/onrush.js', 'run', ...args, '--headless', '--no-preflight', '--json', '-']
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      words,
      { cwd: root, maxBuffer: 64 << 20 },
      (_error, stdout, stderr) => {
        const result = stdout.startsWith('{') ? (JSON.parse(stdout) as RunResult) : undefined
        resolve({ code: child.exitCode, result, stderr })
      },
    )
  })
}
