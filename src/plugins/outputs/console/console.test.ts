import { describe, expect, it } from 'vitest'
import type { Threshold } from '../../../contracts/plan.ts'
import type {
  MetricResult,
  RunResult,
  SeriesResult,
  ThresholdResult,
} from '../../../contracts/result.ts'
import { BottomWindow } from './bottom-window.ts'
import { formatClock, formatCount, formatMs, formatRate, formatShare, sparkline } from './format.ts'
import { type LiveView, renderLive, shortLine } from './live-view.ts'
import { clipTo, isAttended, makeStyle, plainText, styleFor } from './style.ts'
import { renderSummary } from './summary.ts'

const style = (columns: number, unicode = true) =>
  makeStyle({ live: true, unicode, columns, colour: false })
const row = (name: string, failureShare = 0) => ({
  name,
  ratePerSec: 120,
  p50Ms: 22,
  p95Ms: 61,
  p99Ms: 110,
  maxMs: 1234,
  failureShare,
  history: [1, 2, 4, 8],
})
const standing = (parts: Partial<ThresholdResult>): ThresholdResult => ({
  rule: 'errors < 1%',
  passed: true,
  observed: 0.31,
  unit: '%',
  margin: 0.69,
  firstCrossedAtMs: null,
  ...parts,
})
const view: LiveView = {
  script: 'shop.ts',
  host: 'http://localhost:3000',
  load: '20 users',
  runId: 'r1',
  elapsedMs: 12_000,
  durationMs: 120_000,
  warmingUp: false,
  findsWarmup: false,
  users: 20,
  dropped: 0,
  rows: [row('all', 0.0031), row('GET /items'), row('POST /cart', 0.0093)],
  rowsHidden: 0,
  thresholds: [standing({})],
  errors: [
    { count: 112, series: 'POST /cart', text: 'status: 503', firstAtMs: 5000, lastAtMs: 11_000 },
  ],
  monitors: [],
  generator: { cpuRatio: 0.31, loopDelayMs: 2, sockets: 20 },
  stopping: false,
}

describe('numbers for people', () => {
  it('have three significant digits and one unit', () => {
    expect([0.384, 1.25, 41.4, 999.7, 1234, 12_345, 125_000].map(formatMs)).toEqual([
      '0.38ms',
      '1.3ms',
      '41ms',
      '1s',
      '1.23s',
      '12.3s',
      '2m05s',
    ])
    expect([formatMs(null), formatMs(Number.NaN)]).toEqual(['–', '–'])
    expect([0.4, 12.5, 361, 43_308].map(formatRate)).toEqual(['0.40', '12.5', '361', '43 308'])
    expect([formatCount(1234567), formatClock(72_000), formatClock(3_723_000)]).toEqual([
      '1 234 567',
      '01:12',
      '1:02:03',
    ])
  })
  it('never show some failures as none, nor nearly all as all', () => {
    expect([0, 1e-9, 0.0031, 0.125, 0.999999, 1].map(formatShare)).toEqual([
      '0%',
      '0.01%',
      '0.31%',
      '12.5%',
      '99.99%',
      '100%',
    ])
  })
  it('draw a row of zeros flat', () => {
    expect(sparkline([0, 0])).toBe('▁▁')
    expect(sparkline([1, 8])).toBe('▁█')
  })
})

describe('the live window', () => {
  it.each([40, 60, 80, 99, 100, 140])('never writes a line wider than %i columns', (columns) => {
    const coloured = makeStyle({ live: true, unicode: true, columns, colour: true })
    for (const line of renderLive(view, coloured))
      expect(plainText(line).length).toBeLessThanOrEqual(columns)
  })
  it('is one line below 60 columns', () => {
    expect(renderLive(view, style(59))).toEqual([
      '00:12 users=20 rps=120 p95=61ms err=0.31% lag=2ms',
    ])
  })
  it('shows history and maximum from 100 columns', () => {
    expect(renderLive(view, style(100))).toMatchInlineSnapshot(`
      [
        " shop.ts → http://localhost:3000                                                      20 users   r1 ",
        " ███░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 00:12 / 02:00   users 20  dropped 0",
        "",
        "                                rate/s      p50      p95      p99      max   errors   last 60 s",
        " all                               120     22ms     61ms    110ms    1.23s  0.31% !   ▁▂▄█",
        " ├ GET /items                      120     22ms     61ms    110ms    1.23s       0%   ▁▂▄█",
        " └ POST /cart                      120     22ms     61ms    110ms    1.23s  0.93% !   ▁▂▄█",
        "",
        " thresholds  ✓ errors < 1%  0.31%",
        " errors      ×112 POST /cart  status: 503  first 00:05  last 00:11",
        " generator   cpu 31.0%  loop lag 2ms  sockets 20",
        " Ctrl-C stops gracefully, twice at once",
      ]
    `)
    expect(renderLive(view, style(80))).toMatchInlineSnapshot(`
      [
        " shop.ts → http://localhost:3000                                  20 users   r1 ",
        " ███░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 00:12 / 02:00   users 20  dropped 0",
        "",
        "                        rate/s      p50      p95      p99   errors",
        " all                       120     22ms     61ms    110ms  0.31% !",
        " ├ GET /items              120     22ms     61ms    110ms       0%",
        " └ POST /cart              120     22ms     61ms    110ms  0.93% !",
        "",
        " thresholds  ✓ errors < 1%  0.31%",
        " errors      ×112 POST /cart  status: 503  first 00:05  last 00:11",
        " generator   cpu 31.0%  loop lag 2ms  sockets 20",
        " Ctrl-C stops gracefully, twice at once",
      ]
    `)
  })
  it('gives a load that does not fit beside the host a line of its own', () => {
    const load = 'arrivals 0 → 120/s over 30s, hold 1m30s, 400/s for 10s'
    const lines = renderLive({ ...view, load }, style(90, false))
    expect(lines[0]).toMatch(/^ shop.ts -> http:\/\/localhost:3000 +r1 $/)
    expect(lines[1]).toBe(' arrivals 0 -> 120/s over 30s, hold 1m30s, 400/s for 10s')
    expect(renderLive({ ...view, load }, style(140))[0]).toContain(load)
  })
  it('shows how each threshold stands, failing ones first, and no state before anything was measured', () => {
    const late = { rule: 'p95(http) < 300ms', observed: 412, unit: 'ms' }
    const thresholds = [
      standing({}),
      standing({ ...late, passed: false, firstCrossedAtMs: 7_000 }),
      standing({ rule: 'count(http) > 1000', passed: false, observed: 612, unit: '' }),
      standing({
        rule: 'max < 1s over 5s',
        passed: false,
        observed: null,
        firstCrossedAtMs: 9_000,
      }),
      standing({ rule: 'dropped < 5', observed: 3, unit: '' }),
    ]
    const lines = renderLive({ ...view, thresholds }, style(100))
    expect(lines.slice(8, 11)).toEqual([
      ' thresholds  ✗ p95(http) < 300ms  412ms since 00:07   ✗ max < 1s over 5s  – since 00:09',
      '             ✓ errors < 1%  0.31%   – count(http) > 1000  612   ✓ dropped < 5  3',
      ' errors      ×112 POST /cart  status: 503  first 00:05  last 00:11',
    ])
    expect(shortLine({ ...view, thresholds })).toMatch(/ failing=2\/5$/)
  })
  it('says while nothing is judged yet', () => {
    expect(renderLive({ ...view, warmingUp: true }, style(100))[1]).toContain('warming up')
    expect(renderLive(view, style(100))[1]).not.toContain('warming up')
    expect(renderLive({ ...view, findsWarmup: true }, style(100))[1]).toMatch(
      /dropped 0 {2}warm-up found at the end$/,
    )
  })
  it('counts the thresholds that find no room', () => {
    const thresholds = Array.from({ length: 30 }, (_, index) =>
      standing({ rule: `p95(GET /items/${index}) < 300ms` }),
    )
    const lines = renderLive({ ...view, thresholds }, style(100)).slice(8, 12)
    expect(lines[2]).toMatch(/ and 24 more$/)
    expect(lines[3]).toContain(' errors ')
  })
  it('uses plain letters where symbols cannot be drawn', () => {
    expect(
      renderLive({ ...view, errors: [] }, style(100, false))
        .join('\n')
        .replace('·', ''),
    ).toMatch(/^[\n -~]*$/)
  })
})

const percentiles = {
  min: 1,
  mean: 50,
  p50: 41,
  p75: 60,
  p90: 100,
  p95: 190,
  p99: 440,
  p999: 900,
  p9999: 1000,
  max: 1300,
}
const series = (name: string, failures = 0): SeriesResult => ({
  kind: 'http',
  method: 'GET',
  name,
  requests: 43_308,
  failures,
  wireRequests: 43_308,
  ratePerSec: 361,
  bytesIn: 1,
  bytesOut: 1,
  latencyMs: percentiles,
  responseMs: percentiles,
  phasesMs: { dns: 0, connect: 0, tls: 0, send: 0, wait: 1, receive: 0 },
  statuses: { 200: 43_308 },
})
const error = (kind: string) => ({
  series: 'GET /a',
  kind,
  message: 'connection refused',
  count: 143,
  firstAtMs: 57_000,
  lastAtMs: 72_000,
  sample: '',
})
const result: RunResult = {
  schema: 'onrush.result/1',
  run: {
    id: 'r1',
    name: 'shop',
    startedAt: '2026-11-21T00:00:00.000Z',
    durationMs: 120_000,
    seed: 1,
    script: 'shop.ts',
    scriptHash: 'h',
    host: null,
    workers: 1,
    version: '0.1.0',
    node: '20.19.0',
    plan: {
      schemaVersion: 1,
      name: 'shop',
      seed: 1,
      host: null,
      hostOverrides: false,
      scenarios: [],
      thresholds: [],
      tags: {},
      include: null,
      exclude: [],
    },
    tags: {},
    git: null,
  },
  verdict: { passed: false, reason: '1 of 2 thresholds', exitCode: 1 },
  totals: series('(all)', 143),
  series: [series('/a', 143), series('/b')],
  errors: [error('refused')],
  checks: [{ name: 'logged in', passes: 9, failures: 1 }],
  thresholds: [
    {
      rule: 'errors < 1%',
      passed: true,
      observed: 0.33,
      unit: '%',
      margin: 0.67,
      firstCrossedAtMs: null,
    },
    {
      rule: 'p95(http) < 100ms',
      passed: false,
      observed: 190,
      unit: 'ms',
      margin: -0.9,
      firstCrossedAtMs: 58_000,
    },
  ],
  users: { max: 20, started: 20, stopped: 20, failed: 0 },
  arrivals: {
    due: 0,
    started: 0,
    dropped: 0,
    unknown: 0,
    latenessMs: { p50: null, p99: null, max: null },
  },
  generator: {
    trustworthy: true,
    reasons: [],
    cpuRatioMax: 0.44,
    loopDelayMsP99: 4,
    littlesLaw: { inFlightMean: 1, expected: 1, holds: true },
    workers: [],
  },
  windows: [],
  monitors: [],
  findings: [],
  events: [],
}
const places = { report: '.onrush/runs/r1/result.json', next: 'onrush debug shop.ts' }

describe('the summary', () => {
  it('says how much of the run was not judged', () => {
    const fixed = { kind: 'fixed', endMs: 30_000, steady: null, why: 'by the plan' } as const
    const [head] = renderSummary({ ...result, warmup: fixed }, places, style(120))
    expect(head).toContain('43 308 requests · 00:30 of it warm-up, not judged')
  })
  it('says what an automatic warm-up found, also when that is nothing', () => {
    const found = { kind: 'auto', endMs: 15_000, steady: true, why: 'rate 3 /s before' } as const
    const lines = renderSummary({ ...result, warmup: found }, places, style(120))
    expect(lines[0]).toContain('00:15 of it warm-up, not judged')
    expect(lines[1]).toBe(' automatic warm-up: the first 15 s are not judged, rate 3 /s before')
    const none = { kind: 'auto', endMs: 0, steady: false, why: 'rate did not settle' } as const
    const [head, line] = renderSummary({ ...result, warmup: none }, places, style(120))
    expect(head).not.toContain('not judged')
    expect(line).toBe(' automatic warm-up: nothing left out, rate did not settle')
  })
  it('says where response times bend, as advice', () => {
    const knee = { load: 62, unit: 'arrivals', atMs: 50_000, method: 'broken-stick' } as const
    const lines = renderSummary({ ...result, knee }, places, style(120))
    expect(lines[1]).toContain('begin to bend at about 62/s, reached after 50 s (advice')
  })
  it('says verdict, report and next command in its last three lines', () => {
    expect(renderSummary(result, places, style(100)).slice(-3)).toEqual([
      ' ✗ FAILED  1 of 2 thresholds',
      ' Report  .onrush/runs/r1/result.json',
      ' Next    onrush debug shop.ts',
    ])
  })
  it('does not call a run without rules what was cut off before it was judged', () => {
    const cut = { ...result, thresholds: [] }
    const judged = (of: RunResult) =>
      renderSummary(of, places, style(100)).find((line) => line.startsWith(' thresholds'))
    const rule = 'errors < 1%'
    const plan = { ...result.run.plan, thresholds: [{ rule } as Threshold] }
    expect(judged(cut)).toContain('none: default guard')
    expect(judged({ ...cut, run: { ...result.run, plan } })).toBe(
      ' thresholds   not judged: the run has not come to its end',
    )
  })
  it('says the planned load below its headline', () => {
    const load = 'arrivals 0 → 50/s over 30s + 20 users'
    expect(renderSummary(result, { ...places, load }, style(100))[1]).toBe(` ${load}`)
  })
  it('looks like this', () => {
    expect(renderSummary(result, places, style(100))).toMatchInlineSnapshot(`
      [
        " shop · 02:00 · 43 308 requests   run r1 · seed 1",
        "",
        "                                requests   rate/s      p50      p95      p99      max   failed",
        " all                              43 308      361     41ms    190ms    440ms     1.3s  0.33% !",
        " GET /a                           43 308      361     41ms    190ms    440ms     1.3s  0.33% !",
        " GET /b                           43 308      361     41ms    190ms    440ms     1.3s       0%",
        "",
        " thresholds   ✗ p95(http) < 100ms   190ms   crossed at 00:58",
        "              ✓ errors < 1%   0.33%",
        " errors       ×143 GET /a  refused: connection refused   00:57–01:12",
        "              nothing is listening there any more: did the target crash or restart?",
        " checks       ✗ logged in   90.0% held, 1 did not",
        " generator    cpu max 44.0%, loop lag p99 4ms → result trustworthy",
        "",
        " ✗ FAILED  1 of 2 thresholds",
        " Report  .onrush/runs/r1/result.json",
        " Next    onrush debug shop.ts",
      ]
    `)
  })
  it('shows transactions in a block of their own, the slowest first', () => {
    const transaction = (name: string, p95: number): SeriesResult => ({
      ...series(name),
      kind: 'transaction',
      method: 'TX',
      requests: 99_999,
      responseMs: { ...percentiles, p95 },
    })
    const names = ['quick', 'slow', 'c', 'd', 'e']
    const mixed = {
      ...result,
      series: [...result.series, ...names.map((name, i) => transaction(name, i === 1 ? 900 : i))],
    }
    expect(renderSummary(mixed, places, style(100)).slice(3, 12)).toMatchInlineSnapshot(`
      [
        " all                              43 308      361     41ms    190ms    440ms     1.3s  0.33% !",
        " GET /a                           43 308      361     41ms    190ms    440ms     1.3s  0.33% !",
        " GET /b                           43 308      361     41ms    190ms    440ms     1.3s       0%",
        " transactions, and 1 more in the report",
        " slow                             99 999      361     41ms    900ms    440ms     1.3s       0%",
        " e                                99 999      361     41ms      4ms    440ms     1.3s       0%",
        " d                                99 999      361     41ms      3ms    440ms     1.3s       0%",
        " c                                99 999      361     41ms      2ms    440ms     1.3s       0%",
        "",
      ]
    `)
  })
  it('shows custom metrics in their own terms', () => {
    const metric = { count: 3, ratePerSec: null, min: null, max: null, percentiles: null }
    const metrics: MetricResult[] = [
      { ...metric, kind: 'counter', name: 'orders', value: 120, ratePerSec: 1.23456 },
      { ...metric, kind: 'gauge', name: 'stock', value: 4, min: 2, max: 1234.5678 },
      { ...metric, kind: 'rate', name: 'cache hit', value: 62.5 },
      { ...metric, kind: 'trend', name: 'items', value: 3.3, max: 9, percentiles },
      { ...metric, kind: 'counter', name: 'fifth', value: 1, ratePerSec: 1 },
    ]
    const lines = renderSummary({ ...result, metrics }, places, style(100))
    const first = lines.findIndex((line) => line.startsWith(' metrics'))
    expect(lines.slice(first, first + 5)).toEqual([
      ' metrics      orders   120, 1.235/s',
      '              stock   4 at last, 2 to 1235',
      '              cache hit   62.5% true',
      '              items   mean 3.3, p95 190, max 9',
      '              and 1 more in the report',
    ])
  })
  it('shows errors of transactions after those they repeat', () => {
    const errors = [
      { ...error('script'), series: 'TX checkout', count: 999 },
      { ...error('script'), series: 'TASK Shopper.buy', count: 1 },
    ]
    const text = renderSummary({ ...result, errors }, places, style(100)).join('\n')
    expect(text.indexOf('TASK Shopper.buy')).toBeGreaterThan(0)
    expect(text.indexOf('TX checkout')).toBeGreaterThan(text.indexOf('TASK Shopper.buy'))
  })
  it.each([40, 80, 100, 200])(
    'keeps to 24 lines and %i columns with everything at its worst',
    (columns) => {
      const worst: RunResult = {
        ...result,
        series: Array.from({ length: 50 }, (_, index) => ({
          ...series(`/${index}`.repeat(60), 1),
          kind: index < 25 ? 'http' : 'transaction',
        })),
        errors: ['refused', 'status', 'check', 'script', 'tls'].map(error),
        thresholds: Array.from({ length: 20 }, () => result.thresholds[1]!),
        checks: Array.from({ length: 20 }, () => result.checks[0]!),
        generator: {
          ...result.generator,
          trustworthy: false,
          reasons: ['a'.repeat(200), 'b', 'c'],
        },
      }
      const lines = renderSummary(
        worst,
        places,
        makeStyle({ live: true, unicode: true, columns, colour: true }),
      )
      expect(lines.length).toBeLessThanOrEqual(24)
      for (const line of lines) expect(plainText(line).length).toBeLessThanOrEqual(columns)
      expect(lines.map(plainText).join('\n')).toContain('NOT trustworthy')
    },
  )
})

describe('the bottom window', () => {
  it('redraws only the lines that changed, and nothing when none did', () => {
    const writes: string[] = []
    const window = new BottomWindow({ write: (text) => writes.push(text) })
    window.draw(['a', 'b'])
    window.draw(['a', 'c'])
    window.draw(['a', 'c'])
    expect(writes).toHaveLength(2)
    expect(writes[1]).toBe('\x1b[?2026h\x1b[1A\r\x1b[2Kc\x1b[1B\r\x1b[?2026l')
  })
  it('prints above itself and gives the cursor back once', () => {
    const writes: string[] = []
    const window = new BottomWindow({ write: (text) => writes.push(text) })
    window.draw(['a'])
    window.print(['log'])
    expect(writes[1]).toContain('\x1b[0Jlog\na\n')
    window.close()
    window.close()
    expect(writes).toHaveLength(3)
    expect(writes[2]).toContain('\x1b[?25h')
  })
})

describe('colour and attendance', () => {
  const facts = (environment: Record<string, string>, isTerminal = true, colour?: boolean) => ({
    isTerminal,
    columns: 80,
    environment,
    colour,
  })
  it('follow NO_COLOR, then the flag, then FORCE_COLOR, then the terminal', () => {
    const coloured = (...parameters: Parameters<typeof facts>): boolean =>
      styleFor(facts(...parameters)).ok('x') !== 'x'
    expect(coloured({ NO_COLOR: '1', FORCE_COLOR: '1' }, true, true)).toBe(false)
    expect(coloured({ FORCE_COLOR: '1' }, true, false)).toBe(false)
    expect(coloured({ FORCE_COLOR: '1' }, false)).toBe(true)
    expect([coloured({}), coloured({}, false), coloured({ TERM: 'dumb' })]).toEqual([
      true,
      false,
      false,
    ])
  })
  it('nobody watches in CI, behind a pipe or on a dumb terminal', () => {
    expect([
      isAttended(facts({})),
      isAttended(facts({ CI: 'true' })),
      isAttended(facts({}, false)),
      isAttended(facts({ TERM: 'dumb' })),
    ]).toEqual([true, false, false, false])
  })
  it('clipping counts visible characters and keeps the closing code', () => {
    expect(clipTo('\x1b[31mabcdef\x1b[39m', 3)).toBe('\x1b[31mabc\x1b[39m')
  })
})
