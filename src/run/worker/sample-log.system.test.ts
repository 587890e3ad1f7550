import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SAMPLE_LOG_PENDING_CHARS_MAX } from '../../kernel/limits.ts'
import { WorkerRecorder } from '../../model/metrics/recorder.ts'
import { LoggedRecorder } from './logged-recorder.ts'
import { SAMPLE_FIELDS, SampleLog } from './sample-log.ts'

let folder: string
const said: string[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-log-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
const open = (runId: string, bytesMax = 1e6): SampleLog =>
  new SampleLog({ folder, runId, worker: 2, bytesMax, say: (text) => said.push(text) })
const linesOf = (runId: string): unknown[] =>
  readFileSync(join(folder, `${runId}-worker-2.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('each request is a line below a header that names its fields, also when it failed, and is counted as ever', async () => {
  const log = open('whole')
  const worker = new WorkerRecorder(2)
  worker.startAt(1_000)
  const recorder = new LoggedRecorder(worker, log)
  const items = recorder.series('http', 'GET', '/it"ems', { region: 'eu' })
  recorder.begin(1_010)
  recorder.end(1_022.5)
  recorder.record(items, 12_500.4, 1_000, 200, 310, 90, 1)
  recorder.end(1_030)
  recorder.fail(items, 7_000, 0, 503, 10, 90, 1, recorder.error('status', 'status 503'))
  await log.close()
  await log.close()
  const [header, ...lines] = linesOf('whole')
  expect(header).toEqual({
    ...{ schema: 'onrush.samples/1', run: 'whole', worker: 2, fields: [...SAMPLE_FIELDS] },
  })
  const tail = ['http', 'GET', '/it"ems', { region: 'eu' }]
  expect(lines).toEqual([
    [22.5, 12.5, 1, 200, 310, 90, null, ...tail],
    [30, 7, 0, 503, 10, 90, 'status: status 503', ...tail],
  ])
  const health = { cpuRatio: 0, loopUtilisation: 0, loopDelayMsP99: 0, rssBytes: 0, openSockets: 0 }
  expect(worker.flush(0, 2_000, health).series).toMatchObject([{ requests: 2, failures: 1 }])
})

test('a file ends at a whole line within its room, and that is said once', async () => {
  const log = open('full', 5_000)
  for (let i = 0; i < 1_000; i++) {
    log.add(`[${i}]\n`)
    if (i % 100 === 0) log.flush()
  }
  await log.close()
  expect(statSync(join(folder, 'full-worker-2.jsonl')).size).toBeLessThanOrEqual(5_000)
  expect(linesOf('full').length).toBeGreaterThan(100)
  log.add('[1000]\n')
  await log.close()
  expect(said.splice(0)).toEqual([
    expect.stringMatching(/ends before the run: the room .* used up/),
  ])
})

test('what a disk does not take in time is left out and counted, and no line is cut', async () => {
  const log = open('slow', 1e9)
  const line = `["${'x'.repeat(1_000)}"]\n`
  // No turn of the loop, so no block is finished meanwhile.
  const lines = Math.ceil((2 * SAMPLE_LOG_PENDING_CHARS_MAX) / line.length)
  for (let i = 0; i < lines; i++) log.add(line)
  const leftOut = log.takeLeftOut()
  expect(leftOut).toBeGreaterThan(lines / 4)
  await log.close()
  expect(linesOf('slow')).toHaveLength(1 + lines - leftOut)
})

test('where no file can be made it throws, and makes nothing', () => {
  writeFileSync(join(folder, 'file'), '')
  const options = { runId: 'r', worker: 0, bytesMax: 1, say: () => {} }
  expect(() => new SampleLog({ ...options, folder: join(folder, 'file', 'below') })).toThrow()
  expect(readdirSync(folder)).toContain('file')
})
