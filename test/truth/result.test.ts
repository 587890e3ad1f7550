/** The JSON of real runs is what its schema promises; mistakes of the script stay out of the target's numbers. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, expect, test } from 'vitest'
import { type Ended, ONE, runCli } from './run-cli.ts'
import { type Answer, startTarget, type Target } from './target.ts'

const schemaPath = new URL('../../schema/onrush.result.1.json', import.meta.url)
const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
const validate = ajv.compile(JSON.parse(readFileSync(schemaPath, 'utf8')))

const targets: Target[] = []
afterEach(async () => {
  for (const target of targets.splice(0)) await target.close()
})
async function listen(
  answer: Answer = (_request, response) => response.end('ok'),
): Promise<Target> {
  const target = await startTarget(answer)
  targets.push(target)
  return target
}
function expectValid({ result }: Ended): void {
  expect(validate(result), JSON.stringify(validate.errors)).toBe(true)
}

const PACED = ONE.replace('@task', 'waitTime = () => 0.02\n  @task')

test('a run that passed', async () => {
  const { url } = await listen()
  const ended = await runCli(
    PACED,
    `--users 3 --run-time 1s --tag team=web --threshold p95(http)<2s --host ${url}`,
  )
  expectValid(ended)
  expect(ended.result.verdict).toMatchObject({ passed: true, exitCode: 0 })
  expect(ended.code).toBe(0)
})

test('a run that failed a threshold, with errors of the target', async () => {
  const { url } = await listen((_request, response) => response.writeHead(500).end())
  const ended = await runCli(PACED, `--users 3 --run-time 1s --threshold errors<1% --host ${url}`)
  expectValid(ended)
  expect(ended.result.verdict).toMatchObject({ passed: false, exitCode: 1 })
  expect(ended.code).toBe(1)
})

test('a run against nobody', async () => {
  const target = await listen()
  await target.close()
  const ended = await runCli(PACED, `--users 2 --run-time 1s --host ${target.url}`)
  expectValid(ended)
  expect(ended.code).toBe(4)
})

test('a run that a signal ended', async () => {
  let interrupt = () => {}
  const target = await listen((_request, response, count) => {
    response.end('ok')
    if (count === 20) interrupt()
  })
  const ended = await runCli(PACED, `--users 3 --run-time 30s --host ${target.url}`, (child) => {
    interrupt = () => child.kill('SIGINT')
  })
  expectValid(ended)
  expect(ended.code).toBe(130)
  expect(ended.result.verdict.exitCode).toBe(130)
  expect(ended.result.totals.wireRequests).toBe(target.arrivals.length)
})

const CLUMSY = `
import { HttpUser, task } from 'onrush'
export class Clumsy extends HttpUser {
  waitTime = () => 0.01
  @task(3) async get() { await this.client.get('/') }
  @task async slip() { throw new Error('slipped') }
}`

test('errors of the script are no requests, and fail the run all the same', async () => {
  const target = await listen()
  const ended = await runCli(CLUMSY, `--users 3 --run-time 2s --host ${target.url}`)
  expectValid(ended)
  const { totals, series, errors, windows, verdict, generator } = ended.result
  expect(totals).toMatchObject({
    requests: target.arrivals.length,
    failures: 0,
    statuses: { 200: target.arrivals.length },
  })
  expect(totals.latencyMs.min).toBeGreaterThan(0)
  expect(windows.reduce((sum, each) => sum + each.requests, 0)).toBe(totals.requests)
  const slips = series.find((each) => each.kind === 'task')
  expect(slips).toMatchObject({ method: 'TASK', name: 'Clumsy.slip' })
  expect(slips!.failures).toBeGreaterThan(20)
  expect(errors).toMatchObject([
    { kind: 'script', message: 'Error: slipped', count: slips!.failures },
  ])
  expect(errors[0]!.sample).toContain('script.ts')
  expect(verdict).toMatchObject({ passed: false, exitCode: 1 })
  expect(verdict.reason).toContain(`${slips!.failures} errors of the script`)
  expect(generator.littlesLaw.holds).toBe(true)
})

test.each([
  ['errors<1%', 1],
  ['errors(http)<1%', 0],
])('the rule %s ends with exit code %i when only the script fails', async (rule, code) => {
  const { url } = await listen()
  const ended = await runCli(CLUMSY, `--users 3 --run-time 1s --threshold ${rule} --host ${url}`)
  expect(ended.code).toBe(code)
})

test('a script that never gets to a request says so', async () => {
  const { url } = await listen()
  const broken = ONE.replace('await this.client', 'await this.nothing.client')
  const ended = await runCli(
    broken.replace('@task', 'waitTime = () => 0.05\n  @task'),
    `--users 2 --run-time 1s --host ${url}`,
  )
  expectValid(ended)
  expect(ended.code).toBe(1)
  expect(ended.result.verdict.reason).toMatch(/no request was made: the script failed \d+ times/)
})
