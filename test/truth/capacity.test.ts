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

/** One at a time, each for `serviceMs`. */
function oneAtATime(serviceMs: number): Answer {
  let freeMs = 0
  return (_, response) => {
    freeMs = Math.max(freeMs, performance.now()) + serviceMs
    setTimeout((waiting: ServerResponse) => waiting.end('ok'), freeMs - performance.now(), response)
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
    oneAtATime(10),
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
