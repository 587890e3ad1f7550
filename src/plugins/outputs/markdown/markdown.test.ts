import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WarmupResult } from '../../../contracts/result.ts'
import { REPORT_ROWS_MAX } from '../../../kernel/limits.ts'
import { casesOf, type RulePlace } from '../../../model/report/cases.ts'
import {
  CROSSED,
  failedBy,
  LOOKED,
  resultOf,
  ruleOf,
  seriesOf,
} from '../../../model/report/result.test-kit.ts'
import { renderMarkdown } from './markdown.ts'
import { literal, table } from './markdown-text.ts'

const none = new Map<string, RulePlace>()

describe('the Markdown summary', () => {
  it('shows findings with their evidence and the first thing to do', () => {
    const text = renderMarkdown(resultOf(LOOKED), [])
    expect(text).toContain('### Findings')
    expect(text).toContain(
      '| ❌ critical | The target ran out of CPU: target.cpu at 99 % of one core',
    )
    expect(text).toContain('target.cpu while it was busy: 99 %, 5 s – 30 s')
    expect(text).toContain('Profile the target under this load. (target-cpu)')
    expect(text).toContain('1 insight found nothing, 1 could not look.')
    expect(renderMarkdown(resultOf(), [])).not.toContain('Findings')
  })

  it('looks like this', () => {
    const result = resultOf(
      {
        thresholds: [CROSSED],
        checks: [{ name: 'logged in', passes: 9, failures: 1 }],
        errors: [
          {
            series: 'GET /',
            kind: 'refused',
            message: 'connection refused',
            count: 3,
            firstAtMs: 57_000,
            lastAtMs: 59_500,
            sample: '',
          },
        ],
        ...failedBy('failed: p95(http) < 100ms'),
      },
      [ruleOf(CROSSED.rule)],
    )
    const places = new Map([[CROSSED.rule, { file: 'shop.ts', line: 12, shown: 'shop.ts:12' }]])
    expect(renderMarkdown(result, casesOf(result, places))).toMatchInlineSnapshot(`
      "## ❌ shop: failed

      **failed: p95(http) \\< 100ms**

      1000 requests in 60 s (16.67 /s), 0 failed, at most 20 users.

      <sub>run r1 · shop.ts · http://localhost:3000 · seed 1</sub>

      ### Thresholds

      |  | rule | result | where |
      | --- | --- | --- | --- |
      | ❌ | p95(http) \\< 100ms | observed 190.13 ms, limit \\< 100 ms, margin -90.13 %, first crossed at 58 s | shop.ts:12 |

      ### Requests

      | series | requests | rate | failed | p50 | p95 | p99 | max |
      | --- | --- | --- | --- | --- | --- | --- | --- |
      | all | 1000 | 16.67 /s | 0 | 41.2 ms | 190 ms | 440 ms | 1300.25 ms |
      | GET / | 1000 | 16.67 /s | 0 | 41.2 ms | 190 ms | 440 ms | 1300.25 ms |

      ### Checks

      |  | rule | result | where |
      | --- | --- | --- | --- |
      | ❌ | logged in | held 9 of 10 times (90 %) |  |

      ### Errors

      | count | series | error | when |
      | --- | --- | --- | --- |
      | 3 | GET / | refused: connection refused | 57 s – 59.5 s |
      "
    `)
  })
  it('has transactions in a table of their own', () => {
    const slow = { ...seriesOf('checkout', 7, 1, 'transaction'), method: 'TX' }
    const page = renderMarkdown(resultOf({ series: [seriesOf('/', 1000), slow] }), [])
    const [requests, transactions] = page.split('### Transactions')
    expect(requests).not.toContain('checkout')
    expect(transactions).toContain('| checkout | 7 | ')
  })
  it('says so when the generator was the limit, and how many arrivals were dropped', () => {
    const base = resultOf()
    const page = renderMarkdown(
      {
        ...base,
        arrivals: { ...base.arrivals, due: 10, dropped: 4 },
        generator: { ...base.generator, trustworthy: false, reasons: ['cpu at 100 %'] },
      },
      casesOf(base, none),
    )
    expect(page).toContain('4 of 10 arrivals dropped')
    expect(page).toContain('### ⚠️ The load generator was a limit itself')
    expect(page).toContain('- cpu at 100 %')
  })
  it('says in one line what was left out of the judgement', () => {
    const page = (warmup: WarmupResult) => renderMarkdown(resultOf({ warmup }), [])
    const auto = { kind: 'auto', steady: true } as const
    const why = 'response time 212 ms before and 12 ms after'
    expect(page({ ...auto, endMs: 15_000, why })).toContain(
      '\n\nAutomatic warm-up: the first 15 s are not judged, response time 212 ms before and 12 ms after.\n\n',
    )
    expect(page({ ...auto, endMs: 0, why: 'steady from the start' })).toContain(
      'nothing left out, steady from the start.',
    )
    expect(page({ kind: 'fixed', endMs: 30_000, steady: null, why: 'by the plan' })).toContain(
      'The first 30 s are warm-up and not judged.',
    )
    expect(renderMarkdown(resultOf(), [])).not.toContain('warm-up')
  })
  it('leaves tasks that threw to the errors', () => {
    const series = [seriesOf('/', 1000), seriesOf('Shopper.buy', 3, 3, 'task')]
    expect(renderMarkdown(resultOf({ series }), [])).not.toContain('Shopper.buy')
  })
  it('ends a long table with how many rows are missing', () => {
    const count = REPORT_ROWS_MAX + 7
    const series = Array.from({ length: count }, (_, index) => seriesOf(`/${index}`, 1))
    const result = resultOf({ series })
    const page = renderMarkdown(result, casesOf(result, none))
    expect(page.match(/^\| GET/gm)).toHaveLength(REPORT_ROWS_MAX)
    expect(page).toContain('… and 7 more, see `--json`.')
  })
})

describe('text in Markdown', () => {
  it('means itself', () => {
    expect(literal('<b>|`*x*\n#1')).toBe('\\<b\\>\\|\\`\\*x\\* \\#1')
  })
  it('never adds a line or a column to a table', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (cell) => {
        const lines = table(['a', 'b'], [[cell, 'x']]).split(/\r\n|[\n\r]/)
        expect(lines).toHaveLength(3)
        expect(lines[2]!.replace(/\\./gsu, '').split('|')).toHaveLength(4)
      }),
    )
  })
})
