import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MemoryStore } from '../../plugins/stores/memory/memory-store.ts'
import { importFile } from './import-file.ts'
import { RunFileError } from './run-file-check.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-import-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const newStore = (): MemoryStore => new MemoryStore(() => 1e12)
function fileWith(bytes: string | Uint8Array, name = 'shop.jtl'): string {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}
const JTL = `timeStamp,elapsed,label,responseCode,responseMessage,success\n${Array.from(
  { length: 100 },
  (_, index) =>
    `${1_700_000_000_000 + index * 50},${10 + (index % 20)},list,${index % 50 === 0 ? '500,no,false' : '200,OK,true'}`,
).join('\n')}\n`

test('a log of JMeter is a run with seconds, histograms and a verdict by the default guard', async () => {
  const store = newStore()
  const id = await importFile(store, fileWith(JTL))
  expect(id).toMatch(/^20231114-221320-[0-9a-f]{4}$/)
  const { result, record, info } = (await store.read(id))!
  expect(record).toMatchObject({ state: 'finished', name: 'shop', requests: 100, failures: 2 })
  expect(info.plan.tags).toEqual({ imported: 'jmeter' })
  expect(result!.totals.responseMs).toMatchObject({ min: 10, max: 29 })
  expect(result!.verdict).toMatchObject({ passed: true, exitCode: 0 })
  expect(result!.generator.reasons[0]).toMatch(/could keep up is not known/)
  let requests = 0
  for await (const { series } of store.windows(id)) {
    for (const each of series) requests += each.requests
  }
  expect(requests).toBe(100)
})

test('gzip is unpacked on the way', async () => {
  const store = newStore()
  const id = await importFile(store, fileWith(gzipSync(JTL), 'shop.jtl.gz'))
  expect((await store.read(id))!.record.requests).toBe(100)
})

test('the same file is not kept twice', async () => {
  const store = newStore()
  const id = await importFile(store, fileWith(JTL))
  await expect(importFile(store, fileWith(JTL))).rejects.toThrow(`it is kept already, as ${id}`)
})

test.each([
  ['an empty file', '', /it is empty/],
  ['something else', 'hello, world', /no kind that is known.*hello, world/],
  ['a mistake in the middle', `${JTL}1700000000000,soon,list,200,OK,true\n`, /^line 102: elapsed/],
  ['names only', JTL.slice(0, JTL.indexOf('\n') + 1), /no requests/],
  ['half a gzip', gzipSync(JTL).subarray(0, 40), /damaged/],
])('%s is refused, and nothing of it is kept', async (_, bytes, why) => {
  const store = newStore()
  const refused = importFile(store, fileWith(bytes))
  await expect(refused).rejects.toThrow(RunFileError)
  await expect(refused).rejects.toThrow(why)
  expect(await store.list()).toEqual([])
})

const beside = fileURLToPath(new URL('../../../../shared/corpora', import.meta.url))
const corpora = process.env['ONRUSH_CORPORA'] ?? beside
const isThere = existsSync(`${corpora}/expected.json`)

// Other people's files, read where they are.
test.skipIf(!isThere).each([
  ['jtl/csv-report-256.csv', 255, 3],
  ['jtl/csv-tabs.csv', 4, 0],
  ['jtl/csv-unicode.csv', 13, 13],
  ['jtl/xml-2000-samples.xml', 2_000, 0],
  ['k6/kpi.csv', 4, undefined],
  ['k6/points.ndjson', 100, 40],
  ['k6/summary-http.json', 878, 349],
  ['locust-csv/shop_stats.csv', 393, 4],
])(
  '%s has the requests and failures that were counted by hand',
  async (file, requests, failures) => {
    const store = newStore()
    const id = await importFile(store, `${corpora}/${file}`)
    const { record } = (await store.read(id))!
    expect(record.requests).toBe(requests)
    if (failures !== undefined) expect(record.failures).toBe(failures)
  },
)

test.skipIf(!isThere)(
  'a log without times, and one of Locust’s other files, are refused with what to do',
  async () => {
    for (const [file, fix] of [
      ['jtl/csv-no-header.csv', /print_field_names/],
      ['locust-csv/shop_failures.csv', /_stats\.csv/],
    ] as const) {
      const error = await importFile(newStore(), `${corpora}/${file}`).catch(
        (each: unknown) => each,
      )
      expect((error as RunFileError).fix).toMatch(fix)
    }
  },
)
