import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, expect, test } from 'vitest'
import type { LoadPlan } from '../../contracts/plan.ts'
import { CORE } from '../user/brand.ts'
import { takeFeeders, type Walker } from './feeder.ts'
import { feeder } from './make-feeder.ts'
import { openFeeders } from './open-feeders.ts'

const folder = mkdtempSync(join(tmpdir(), 'onrush-data-'))
afterAll(() => rmSync(folder, { recursive: true }))

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
function heldMegabytes(): number {
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}

const plan = { seed: 7, scenarios: [{ load: { kind: 'constant-users', users: 1 } }] }
const walker = { [CORE]: { userId: 1 } } as unknown as Walker

/** About 62 bytes a row. */
function write(name: string, rowCount: number): string {
  const file = join(folder, name)
  writeFileSync(file, 'id,text\n')
  const out = openSync(file, 'a')
  for (let n = 0; n < rowCount; n += 1000) {
    const ids = Array.from({ length: 1000 }, (_, index) => n + index)
    writeSync(out, ids.map((id) => `${id},"some text, ${'x'.repeat(40)}"\n`).join(''))
  }
  closeSync(out)
  return file
}

/** Megabytes that stay while a file is open and every row of it was handed out once. */
async function heldByAWalk(file: string, rowCount: number, inMemoryBytesMax: number) {
  const before = heldMegabytes()
  takeFeeders()
  const rows = feeder.csv<{ id: string; text: string }>(file, { pick: 'unique' })
  const close = await openFeeders(takeFeeders(), {
    plan: plan as unknown as LoadPlan,
    share: undefined,
    entry: file,
    placeOf: () => undefined,
    inMemoryBytesMax,
  })
  expect(rows.size).toBe(rowCount)
  let idSum = 0
  for (let n = 0; n < rowCount; n++) idSum += Number(rows.next(walker).id)
  expect(idSum).toBe((rowCount * (rowCount - 1)) / 2)
  const held = heldMegabytes() - before
  close()
  return held
}

test('what a file beyond the limit holds in memory does not grow with the file', async () => {
  const [small, large] = [write('small.csv', 100_000), write('large.csv', 300_000)]
  // Code that is compiled meanwhile is no cost of the file.
  await heldByAWalk(small, 100_000, 0)
  const heldBySmall = await heldByAWalk(small, 100_000, 0)
  const heldByLarge = await heldByAWalk(large, 300_000, 0)
  const kept = await heldByAWalk(large, 300_000, 1 << 30)
  const said = [heldBySmall, heldByLarge, kept].map((megabytes) => megabytes.toFixed(1)).join(', ')
  // The files differ by 12 MB; what buffers still wait for their release is noise.
  expect(heldByLarge - heldBySmall, said).toBeLessThan(6)
  expect(heldByLarge, said).toBeLessThan(20)
  expect(kept, said).toBeGreaterThan(30)
  console.log(`held by 6 MB in blocks, 18 MB in blocks, 18 MB kept: ${said} MB`)
})
