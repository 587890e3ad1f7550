/** Whatever a run was like: every insight answers, in figures that can be shown, and the result with them keeps to its schema. */
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { INSIGHTS } from '../../src/app/insights.ts'
import { conclude } from '../../src/model/insight/conclude.ts'
import { factsOf, type Second } from '../../src/model/insight/run.test-kit.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../schema/onrush.result.1.json', import.meta.url), 'utf8'),
)
const validate = new Ajv2020({ strict: false }).compile(schema)

const share = fc.double({ min: 0, max: 1, noNaN: true })
const asked = fc
  .record({
    name: fc.constantFrom('/', '/cart', "it's; rm -rf"),
    requests: fc.integer({ min: 0, max: 60 }),
    ms: fc.constantFrom(0, 0.05, 2, 40, 900, 70_000),
    spread: fc.constantFrom(0, 0.3, 1.5),
    slow: fc.record({ share, ms: fc.constantFrom(1, 3_000) }),
    connect: fc.constantFrom(0, 0.3, 30),
    failed: share,
    status: fc.constantFrom(0, 429, 500),
  })
  .map(({ failed, status, connect, requests, ...rest }) => {
    const failures = Math.floor(failed * requests)
    const statuses = { 200: requests - failures, [status]: failures }
    return { ...rest, requests, failures, statuses, phases: { connect } }
  })
const second: fc.Arbitrary<Second> = fc.record(
  {
    asked: fc.array(asked, { maxLength: 3 }),
    users: fc.integer({ min: 0, max: 50 }),
    startedUsers: fc.integer({ min: 0, max: 50 }),
    inFlight: fc.constantFrom(0, 0.1, 7, 5_000),
    arrivals: fc.record({ started: fc.nat(100), dropped: fc.nat(100) }),
    errors: fc.array(
      fc.record({ kind: fc.constantFrom('timeout', 'status', 'resources'), count: fc.nat(50) }),
    ),
    monitors: fc.dictionary(
      fc.constantFrom(
        'target.cpu',
        'target.memory',
        'web.memoryUsed',
        'web.throttled',
        'api.requestTime',
        'db.descriptorsUsed',
      ),
      fc.constantFrom(0, 1, 99, 100, 1e9),
    ),
  },
  { requiredKeys: ['asked'] },
)
/** Phases of the same run: that is where rules find something. */
const run = fc
  .array(fc.tuple(second, fc.integer({ min: 1, max: 12 })), { maxLength: 4 })
  .map((phases) => phases.flatMap(([each, count]) => new Array<Second>(count).fill(each)))

test('every insight answers to any run in figures that can be shown', async () => {
  let found = 0
  await fc.assert(
    fc.asyncProperty(run, async (seconds) => {
      const facts = await factsOf(seconds)
      const { findings, insights } = conclude(INSIGHTS, facts)
      expect(insights.notEvaluated.filter(({ why }) => why.includes('our bug'))).toEqual([])
      found += findings.length
      const text = JSON.stringify(findings, (_key, value) =>
        typeof value === 'number' && !Number.isFinite(value) ? 'no number' : value,
      )
      expect(text).not.toMatch(/no number|NaN|Infinity|undefined|-0 /)
      validate({ ...facts.result, findings, insights })
      expect(
        validate.errors?.filter(({ instancePath }) => /finding|insight/.test(instancePath)) ?? [],
      ).toEqual([])
    }),
    { numRuns: 100 },
  )
  expect(found).toBeGreaterThan(20)
})

test('findings stand in the order of their weight', async () => {
  const weight = { critical: 2, warning: 1, info: 0 }
  await fc.assert(
    fc.asyncProperty(run, async (seconds) => {
      const { findings } = conclude(INSIGHTS, await factsOf(seconds))
      const weights = findings.map(({ severity }) => weight[severity])
      expect(weights).toEqual([...weights].sort((a, b) => b - a))
    }),
    { numRuns: 40 },
  )
})
