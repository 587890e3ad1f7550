/**
 * `onrush capacity` against targets whose limit is known: a server that works on one request at a time for exactly 10 ms (100/s,
 * whatever else the machine does, because it keeps to a timetable and not to the processor), and a rate limiter.
 */
import type { ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import type { CapacityResult } from '../../src/contracts/capacity.ts'
import { CliFolder, type Ended } from '../e2e/cli.test-kit.ts'
import { CALM_ONCE, ONE } from './run-cli.ts'
import { type Answer, startTarget, type Target } from './target.ts'

const opened: { close(): Promise<void> | void }[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

interface Found extends Ended {
  readonly result: CapacityResult
  readonly target: Target
}

async function capacity(answer: Answer, args: string): Promise<Found> {
  const target = await startTarget(answer)
  const cli = new CliFolder()
  opened.push(target, { close: () => cli.remove() })
  const script = cli.write('script.ts', ONE)
  const words = `--host ${target.url} --json - ${args}`.split(' ')
  const all = await cli.run('capacity', script, '--slo', 'errors < 3%', ...words)
  if (!all.out.startsWith('{')) throw new Error(`no result: ${all.err}`)
  return { ...all, result: JSON.parse(all.out) as CapacityResult, target }
}

/** So many at a time, each for `serviceMs`. */
function pool(places: number, serviceMs: number): Answer {
  const freeMs: number[] = Array(places).fill(0)
  return (_, response) => {
    const place = freeMs.indexOf(Math.min(...freeMs))
    const endMs = Math.max(freeMs[place]!, performance.now()) + serviceMs
    freeMs[place] = endMs
    setTimeout((waiting: ServerResponse) => waiting.end('ok'), endMs - performance.now(), response)
  }
}

/** So many a second by the clock; the rest is refused. */
function limiter(perSec: number): Answer {
  let [second, count] = [0, 0]
  return (_, response) => {
    const now = Math.floor(performance.now() / 1_000)
    if (now !== second) [second, count] = [now, 0]
    response.statusCode = ++count > perSec ? 429 : 200
    response.end()
  }
}

/** Long enough for a machine on which some trials are void and repeated. */
const PATIENT = { ...CALM_ONCE, timeout: 150_000 }

test('a server that works on one request at a time is found within 5 %', PATIENT, async () => {
  const { result, code, err } = await capacity(
    pool(1, 10),
    '--slo p95<200ms --start 80/s --trial 3s --soak 6s --expected-peak 50/s --require 50/s',
  )
  const { holds, isAtLeast, firstBroken } = result.answer
  expect(Math.abs(holds! / 100 - 1), err).toBeLessThanOrEqual(0.05)
  expect({ code, isAtLeast }).toEqual({ code: 0, isAtLeast: false })
  expect(firstBroken!.load).toBeGreaterThan(100)
  expect(result.headroom?.factor).toBeCloseTo(holds! / 50)
  expect(result.trials.at(-2)).toMatchObject({ purpose: 'soak' })
  expect(err).toContain(`up to ${holds}/s`)
})

test('a pool of four that each take 40 ms is found within 5 %', PATIENT, async () => {
  const { result, err } = await capacity(
    pool(4, 40),
    '--slo p95<300ms --start 80/s --trial 3s --soak 6s',
  )
  expect(Math.abs(result.answer.holds! / 100 - 1), err).toBeLessThanOrEqual(0.05)
  // Four are at work at the limit, whatever waits beside them.
  expect(result.answer.inFlightMean).toBeGreaterThan(3)
})

test('a rate limiter is found, and so are its refusals', PATIENT, async () => {
  const { result, code, target } = await capacity(
    limiter(50),
    '--start 45/s --max 200/s --trial 3s --soak 5s --width 10% --require 60/s',
  )
  expect(Math.abs(result.answer.holds! / 50 - 1)).toBeLessThanOrEqual(0.05)
  expect(code).toBe(1)
  expect(result.verdict.reason).toContain('below the 60/s')
  const refused = result.trials.find(({ verdict }) => verdict === 'fail')
  expect(refused?.statuses).toHaveProperty('429')
  // Between the trials something is sent as well: the target has seen all of it.
  expect(target.arrivals.length).toBeGreaterThanOrEqual(result.requests)
})

test('Ctrl-C leaves what was found until then', CALM_ONCE, async () => {
  const cli = new CliFolder()
  const target = await startTarget((_, response) => void response.end('ok'))
  opened.push(target, { close: () => cli.remove() })
  const slo = ['--slo', 'p95 < 1s', '--host', target.url, '--trial', '1s', '--json', '-']
  const { child, ended } = cli.start(['capacity', cli.write('script.ts', ONE), ...slo])
  await new Promise<void>((resolve) => {
    child.stderr?.on('data', (text: string) => {
      if (/^ +2 +20 /m.test(text)) resolve()
    })
  })
  child.kill('SIGINT')
  const { code, out } = await ended
  const { answer } = JSON.parse(out) as CapacityResult
  expect(code).toBe(130)
  expect(answer).toMatchObject({ ended: 'interrupted', isAtLeast: true, confirmed: false })
  expect(answer.holds).toBeGreaterThanOrEqual(20)
})

test('Ctrl-C at the limit leaves the answer, and how it went there', CALM_ONCE, async () => {
  const cli = new CliFolder()
  let [arrived, enough] = [0, Number.POSITIVE_INFINITY]
  const target = await startTarget((_, response) => {
    if (++arrived === enough) child.kill('SIGINT')
    response.end('ok')
  })
  opened.push(target, { close: () => cli.remove() })
  const loads = ['--start', '20/s', '--max', '20/s', '--trial', '1s', '--soak', '1s']
  const slo = ['--slo', 'p95 < 1s', '--host', target.url, '--hold', '10m', '--json', '-']
  const script = cli.write('script.ts', ONE)
  const { child, ended } = cli.start(['capacity', script, ...loads, ...slo])
  child.stderr?.on('data', (text: string) => {
    // Some steps later.
    if (text.includes('soak')) enough = arrived + 120
  })
  const { code, out } = await ended
  const { answer, hold } = JSON.parse(out) as CapacityResult
  expect(code).toBe(130)
  expect(answer).toMatchObject({ holds: 20, isAtLeast: true, ended: 'cap' })
  expect(hold!.steps.length).toBeGreaterThan(0)
  expect(hold).toMatchObject({ askedSec: 600, meanLoad: 20 })
})
