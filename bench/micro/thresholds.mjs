// One window of 100 rules over 1,000 series: a snapshot counted, every rule judged, the standings for the outputs. Budget: ≤ 5 ms.
import { LogHistogram } from '../../dist/model/metrics/histogram.js'
import { SeriesTotals } from '../../dist/model/metrics/series-totals.js'
import { parseThreshold } from '../../dist/model/plan/threshold.js'
import { Judge } from '../../dist/run/coordinator/judge.js'
import { measure } from '../lib/micro.mjs'
import { options } from '../lib/report.mjs'

const { small } = options({ small: false })
const SERIES = small ? 50 : 1_000
const REQUESTS = 20

/** Each series around its own median of 2 … 100 ms, from half of it to four times as much; half of them also sent late. */
const series = Array.from({ length: SERIES }, (_, index) => {
  const totals = new SeriesTotals('http', 'GET', `/route-${index}`)
  totals.requests = REQUESTS
  totals.failures = index % 7 === 0 ? 1 : 0
  if (index % 2 === 1) totals.response = new LogHistogram()
  const medianUs = 2_000 + ((index * 2654435761) % 98_000)
  for (let n = 0; n < REQUESTS; n++) {
    const us = medianUs * 2 ** (((n * 7) % REQUESTS) / 6.5 - 1)
    totals.latency.record(us)
    if (index % 2 === 1) totals.response.record(us + 900)
  }
  return totals
})
const snapshot = (window) => ({
  workerIndex: 0,
  window,
  series,
  checks: [{ name: 'logged in', passes: 900, failures: 3 }],
  arrivals: { due: 20_000, started: 19_990, dropped: 10, lateness: series[0].latency },
  health: { cpuRatio: 0.5 },
})

const wide = [
  ...['p95(http) < 1s', 'p99(http) < 1s', 'p99.9 < 1s', 'max < 9s', 'p95(http) < 1s over 10s'],
  ...['latency.p95(http) < 1s', 'errors < 5%', 'errors(http) < 5% over 60s', 'rate(http) > 1/s'],
  ...['wait.avg(http) < 1s', 'count(http) > 0', 'failures < 999999999', 'dropped < 1%'],
  ...['checks > 90%', "checks('logged in') > 90%", 'lateness.p99 < 1s', 'generator.cpu < 90%'],
]
const single = [
  (name) => `p95(${name}) < 1s`,
  (name) => `p99(${name}) < 1s over 10s`,
  (name) => `errors(GET ${name}) < 20%`,
  (name) => `avg(${name}) < 1s over 60s`,
]
const rules = [...wide]
for (let n = 0; rules.length < 100; n++) rules.push(single[n % 4](`/route-${(n * 11) % SERIES}`))

function judged(texts, name) {
  const judge = new Judge(texts.map((text) => parseThreshold(text)))
  let window = 0
  return measure(
    name,
    (count) => {
      let sum = 0
      for (let n = 0; n < count; n++, window++) {
        judge.add(snapshot(window))
        judge.onWindow(window)
        for (const { observed } of judge.standing) sum += observed ?? 0
      }
      return sum
    },
    { operations: small ? 5 : 100 },
  )
}

judged(rules, `${SERIES} series × ${rules.length} mixed rules, per window`)
judged(
  rules.slice(wide.length),
  `${SERIES} series × ${rules.length - wide.length} rules on one series each, per window`,
)
judged(wide.slice(0, 1), `${SERIES} series × 1 rule on all, per window`)
