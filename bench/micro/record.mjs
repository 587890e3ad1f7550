// One sample through the recorder: counters, two histograms, status, phases, in-flight integral. Budget: ≤ 50 ns.
import { WorkerRecorder } from '../../dist/model/metrics/recorder.js'
import { measure } from '../lib/micro.mjs'
import { options } from '../lib/report.mjs'

const { small } = options({ small: false })
const recorder = new WorkerRecorder(0)
recorder.startAt(0)
const series = Array.from({ length: 20 }, (_, index) =>
  recorder.series('http', 'GET', `/route-${index}`),
)
const values = Float64Array.from(
  { length: 4096 },
  (_, index) => 200 + ((index * 2654435761) % 50_000),
)
const operations = small ? 20_000 : 2_000_000

measure(
  'record one sample (record only)',
  (count) => {
    let sum = 0
    for (let n = 0; n < count; n++) {
      const us = values[n & 4095]
      recorder.record(series[n % 20], us, 0, 200, 210, 90, 1)
      sum += us
    }
    return sum
  },
  { operations },
)

measure(
  'a whole request (begin, record, phases, end)',
  (count) => {
    let sum = 0
    for (let n = 0; n < count; n++) {
      const us = values[n & 4095]
      recorder.begin(n)
      recorder.record(series[n % 20], us, 0, 200, 210, 90, 1)
      recorder.phases(series[n % 20], 0, 0, 0, 3, us - 13, 10)
      recorder.end(n + 0.5)
      sum += us
    }
    return sum
  },
  { operations },
)
