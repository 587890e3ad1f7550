import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PHASE_NAMES, type Threshold } from '../../contracts/plan.ts'
import { rule } from './threshold.test-kit.ts'
import { parseThreshold } from './threshold.ts'
import { printThreshold } from './threshold-text.ts'

test.each([
  ['p95(http) < 300ms'],
  ['p99.9("GET /") <= 1s500ms', 'p99.9(GET /) <= 1s500ms'],
  ['med < 90s', 'p50 < 1m30s'],
  ['response.max(x (y)) < 2s', 'max(x (y)) < 2s'],
  ['wait.avg(http) < 40ms over 10s'],
  ['rate >= 660/min', 'rate >= 11/s'],
  ['rate(http) > 1/h'],
  ["checks('logged in')>99.5% abort after 30", 'checks(logged in) > 99.5% abort after 30s'],
  ['dropped == 0 abort noData passes over 60s', 'dropped == 0 over 1m noData passes abort'],
  ['lateness.p99 < 2ms'],
  ['generator.cpu < 80%'],
  ['count(http) > 1000'],
  ['errors(tag:region=eu) < 1%'],
  [
    'p95(GET /, tag:b=1,scenario:browse,tag:a="x") < 1s',
    'p95(GET /, scenario:browse, tag:a=x, tag:b=1) < 1s',
  ],
  ['wait.avg("tag:a=b") < 1s'],
  ['orders_paid(scenario:buy) > 100'],
  ['counter(orders, scenario:buy) > 5/s'],
  ['rate(declined, scenario:buy) < 1%'],
  ['checks(logged in, scenario:"buy") > 99%', 'checks(logged in, scenario:buy) > 99%'],
  ['orders_paid > 100'],
  ['counter("orders") >= 100', 'counter(orders) >= 100'],
  ['counter(orders) > 60/min', 'counter(orders) > 1/s'],
  ['gauge(queue depth) > -0.50', 'gauge(queue depth) > -0.5'],
  ['rate(card_declined) < 1%'],
  ['trend.p95(checkout_time) < 2000.5'],
  ['trend.max(checkout_time) < 2s'],
  ['monitor(target.cpu) < 80%'],
  ['monitor.avg("target.cpu") < 80%', 'monitor(target.cpu) < 80%'],
  [
    'monitor.max( target.memory ) < 1.5GB over 10s',
    'monitor.max(target.memory) < 1500000000B over 10s',
  ],
  ['monitor.min(db.free) > 64MiB', 'monitor.min(db.free) > 67108864B'],
  ['monitor(host.networkIn) < 10MB/s', 'monitor(host.networkIn) < 10000000B/s'],
  ['monitor(m.jobs{state="busy",x="a,b"}) < 60/min', 'monitor(m.jobs{state="busy",x="a,b"}) < 1/s'],
  ['monitor(m.lag) < 20ms'],
  ['monitor(m.queue) > -3'],
])('%s has one canonical form', (text, canonical = text) => {
  expect(printThreshold(rule(text))).toBe(canonical)
})

const digits = (max: number, decimals: number) =>
  fc
    .tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max: 10 ** decimals - 1 }))
    .map(([whole, part]) => Number(`${whole}.${String(part).padStart(decimals, '0')}`))
const selectors = fc.oneof(
  fc.constantFrom('', 'http', 'GET /a (b) < c', '"', "it's", ' x ', "'q'", 'tag:a=b'),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
const durations = fc.integer({ min: 0, max: 1e12 }).map((us) => `${us}us`)
const times = fc.tuple(
  fc.constantFrom('', 'response.', 'latency.'),
  fc.oneof(
    fc.constantFrom('min', 'avg', 'max', 'med'),
    digits(99, 5).map((percent) => `p${percent.toFixed(5)}`),
  ),
)
const counts = digits(999_999, 3).map(String)
const metrics = fc.oneof(
  fc.tuple(times, durations).map(([[of, word], limit]) => [`${of}${word}`, limit, true] as const),
  fc
    .tuple(fc.constantFrom(...PHASE_NAMES), durations)
    .map(([phase, limit]) => [`${phase}.avg`, limit, true] as const),
  fc
    .tuple(fc.constantFrom('errors', 'checks'), counts)
    .map(([word, limit]) => [word, `${limit}%`, true] as const),
  fc
    .tuple(fc.constantFrom('count', 'failures'), counts)
    .map(([word, limit]) => [word, limit, true] as const),
  fc
    .tuple(digits(99_999, 3), fc.constantFrom('ms', 's', 'm', 'min', 'h', 'd'))
    .map(([rate, unit]) => ['rate', rate === 0 ? '0/s' : `${rate}/${unit}`, true] as const),
  counts.map((limit) => ['dropped', limit, false] as const),
  fc
    .tuple(fc.constantFrom('counter', 'gauge', 'trend.p99.5', 'trend.min'), counts)
    .map(([word, limit]) => [word, limit, true] as const),
  counts.map((limit) => ['rate', `${limit}%`, true] as const),
  counts.map((limit) => ['gauge', `-${limit}`, true] as const),
  counts.map((limit) => ['orders_paid_2', limit, false] as const),
  counts.map((limit) => ['generator.cpu', `${limit}%`, false] as const),
  durations.map((limit) => ['lateness.p99.9', limit, false] as const),
)
const suffixes = fc.record({
  tags: fc.constantFrom(
    '',
    '',
    '',
    ', tag:region=eu',
    ', scenario:"a (b) < c"',
    ', scenario:s, tag:x=1',
  ),
  over: fc.option(fc.integer({ min: 1, max: 3_600 }).map((seconds) => ` over ${seconds}s`)),
  noData: fc.constantFrom('', ' noData passes', ' noData fails'),
  abort: fc.constantFrom('', ' abort', ' abort after 1m30s'),
})

test('what is printed reads as the same rule, and prints the same again', () => {
  let read = 0
  fc.assert(
    fc.property(
      metrics,
      selectors,
      fc.constantFrom('<', '<=', '>', '>=', '==', '!='),
      suffixes,
      ([metric, limit, takesName], name, operator, { over, noData, abort, tags }) => {
        const selector = takesName ? `("${name}"${tags})` : ''
        const text = `${metric}${selector} ${operator} ${limit}${over ?? ''}${noData}${abort}`
        const first = parseThreshold(text)
        if (!('metric' in first)) return
        read++
        const printed = printThreshold(first)
        const second = rule(printed)
        expect({ ...second, rule: '' }).toEqual({ ...first, rule: '' } satisfies Threshold)
        expect(printThreshold(second)).toBe(printed)
      },
    ),
    { numRuns: 1_000 },
  )
  expect(read).toBeGreaterThan(600)
})

test('whatever the text, the answer is a rule or a problem that names the place', () => {
  const pieces = fc.constantFrom(
    ...[
      'p95',
      'p',
      '99.9',
      '.',
      '(',
      ')',
      ') <',
      '<',
      '=',
      ' ',
      '\n',
      '300ms',
      '1%',
      '5/s',
      'over',
    ],
    ...[
      'noData',
      'passes',
      'abort',
      'after',
      '"',
      "'",
      '10s',
      'latency',
      'checks',
      '\0',
      '💥',
      'e',
    ],
  )
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 25 }).map((each) => each.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  )
  fc.assert(
    fc.property(fc.oneof(texts, fc.anything()), (input) => {
      const parsed = parseThreshold(input, 'here')
      if ('metric' in parsed)
        expect(parseThreshold(printThreshold(parsed))).toHaveProperty('metric')
      else
        expect(parsed).toMatchObject({
          code: 'E_THRESHOLD',
          path: expect.stringMatching(/^here:\d+$/),
        })
    }),
    { numRuns: 3_000 },
  )
})

test.each([
  `p95(${') '.repeat(450)}`,
  `p95(${')'.repeat(900)} ${' '.repeat(90)}x`,
  `p95${' '.repeat(990)}`,
  `p95(${',tag:a='.repeat(130)}x") < 1s x`,
  `p95(${',tag:a="'.repeat(110)}) < 1s x`,
  `p95(tag:a=${'x '.repeat(480)}") < 1s x`,
  `p95(${' ,'.repeat(480)}tag:a=") < 1s x`,
  `errors < 1%${' over'.repeat(190)}`,
  `errors < ${'9'.repeat(900)}%`,
  `p${'9.'.repeat(400)}(x) < 1s`,
])('a rule made to be slow is refused at once (%#)', (text) => {
  const started = performance.now()
  expect(parseThreshold(text)).toHaveProperty('code', 'E_THRESHOLD')
  expect(performance.now() - started).toBeLessThan(100)
})
