import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { type DefaultTreeAdapterTypes, parse, parseFragment } from 'parse5'
import { expect, test } from 'vitest'
import type { Finding } from '../../../contracts/finding.ts'
import type { RunResult } from '../../../contracts/result.ts'
import type { RunView } from '../../../contracts/view.ts'
import { HTML_RANGE_CHARS_MAX } from '../../../kernel/limits.ts'
import { exemplar, failed } from '../../../model/metrics/exemplar.test-kit.ts'
import { casesOf } from '../../../model/report/cases.ts'
import { CROSSED, FINDING, LOOKED, ruleOf } from '../../../model/report/result.test-kit.ts'
import { Timeline } from '../../../model/view/timeline.ts'
import { grouped, short } from './figures.ts'
import { html } from './html.ts'
import { MADE, type RunShape, resultOfWindows, windowsOf } from './report.test-kit.ts'
import { renderReport } from './report.ts'

const SHAPE: RunShape = { seconds: 30, names: ['/', '/pay'], requestsPerSec: 20 }

function viewOf(shape: RunShape, more: Partial<RunResult> = {}): RunView {
  const windows = windowsOf(shape)
  const result = resultOfWindows(windows, more)
  const timeline = new Timeline(300)
  for (const window of windows) timeline.add(window)
  return {
    schema: 'onrush.view/1',
    state: 'finished',
    paused: false,
    elapsedMs: result.run.durationMs,
    plannedMs: null,
    load: ['40/s arrivals'],
    result,
    points: timeline.points(() => ({ planned: { users: 10, arrivals: 40 } })),
  }
}
const render = (view: RunView): string => renderReport(view, casesOf(view.result, new Map()), MADE)

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element
const childrenOf = (node: Node): Node[] => ('childNodes' in node ? node.childNodes : [])
function elementsOf(node: Node): Element[] {
  const content = 'content' in node ? elementsOf(node.content) : []
  const below = childrenOf(node).flatMap(elementsOf)
  return 'tagName' in node ? [node, ...content, ...below] : [...content, ...below]
}
const textOf = (node: Node): string =>
  'value' in node ? node.value : childrenOf(node).map(textOf).join('')
const named = (page: string, name: string): Element[] =>
  elementsOf(parse(page)).filter((each) => each.tagName === name)
const attributeOf = (element: Element, name: string): string | undefined =>
  element.attrs.find((each) => each.name === name)?.value

test('the answer stands first, then rules, figures, charts, tables, and how it was made last', () => {
  const page = render(viewOf(SHAPE))
  expect(named(page, 'h1').map(textOf)).toEqual([expect.stringMatching(/✓ PASSED shop/)])
  expect(named(page, 'h2').map(textOf)).toEqual([
    'Thresholds',
    'Key figures',
    'Over time',
    'Requests',
    'Phases of each request',
    'Errors',
    'Can I trust this?',
    'How it was made',
    'Data',
  ])
  expect(named(page, 'title').map(textOf)).toEqual(['✓ shop: no request failed'])
})

test('each request is a row with its figures, below a row of all', () => {
  const view = viewOf(SHAPE)
  const rows = named(render(view), 'tr').map((row) => childrenOf(row).map(textOf))
  const { totals, series } = view.result
  expect(rows).toContainEqual(
    expect.arrayContaining(['all requests', grouped(1_200), short(totals.responseMs.p95)]),
  )
  for (const { name, responseMs } of series) {
    const figures = [responseMs.p50, responseMs.p95, responseMs.p99, responseMs.max].map(short)
    expect(rows).toContainEqual(expect.arrayContaining([`GET ${name}`, '600', '60', ...figures]))
  }
})

test('each chart is a picture with a name and a sentence, and all of them are a table too', () => {
  const view = viewOf(SHAPE)
  const page = render(view)
  const charts = named(page, 'figure')
  expect(charts).toHaveLength(7)
  for (const chart of charts) {
    const svg = elementsOf(chart).find((each) => attributeOf(each, 'role') === 'img')!
    const title = textOf(elementsOf(chart).find((each) => each.tagName === 'h3')!)
    expect(attributeOf(svg, 'aria-label')).toBe(title)
    const sentence = elementsOf(chart).find((each) => each.tagName === 'p')!
    expect(textOf(sentence)).toMatch(/\w.*\.$/)
  }
  const twin = named(page, 'table').find((each) => textOf(each).startsWith('fromrequests per s'))!
  expect(elementsOf(twin).filter((each) => each.tagName === 'tr')).toHaveLength(31)
})

test('a rule that failed is red in words, and a run that goes on never looks passed', () => {
  const verdict = { passed: false, reason: 'p95 was 190 ms', exitCode: 1 }
  const failing = viewOf(SHAPE, { verdict, thresholds: [CROSSED] })
  const page = render({
    ...failing,
    result: {
      ...failing.result,
      run: {
        ...failing.result.run,
        plan: { ...failing.result.run.plan, thresholds: [ruleOf(CROSSED.rule)] },
      },
    },
  })
  expect(named(page, 'title').map(textOf)).toEqual(['✗ shop: p95 was 190 ms'])
  const rule = named(page, 'tr').find((row) => textOf(row).includes(CROSSED.rule))!
  expect(childrenOf(rule).map((each) => textOf(each).trim())).toEqual([
    'p95(http) < 100ms',
    '✗ failed',
    '190.13 ms',
    '< 100 ms',
    '-90.13 %',
    '58 s',
    '',
  ])
  expect(named(page, 'text').map(textOf)).toContain(CROSSED.rule)
  const running = render({ ...viewOf(SHAPE), state: 'running' })
  expect(named(running, 'h1').map(textOf)).toEqual([expect.stringContaining('UNFINISHED')])
  expect(running).not.toContain('PASSED')
})

test('the slowest requests and the first of each error stand there with their heads, and no body is in the file', () => {
  const secretBody = { head: 'POST /pay HTTP/1.1', body: 'card=4242', bodyBytes: 9, note: '' }
  const slow = exemplar({ responseMs: 812, latencyMs: 800, request: secretBody })
  const first = failed('status 500', { response: { ...secretBody, head: '500 Oops' } })
  const view = viewOf({ ...SHAPE, message: 'no' })
  const errors = view.result.errors.map((each) => ({ ...each, exemplar: first }))
  const page = render({ ...view, result: { ...view.result, errors, slowest: [slow] } })
  const [shown] = named(page, 'details').filter((each) => textOf(each).startsWith('812 ms'))
  expect(textOf(shown!)).toMatch(/GET \/items\/:id · status 200.*shop\.ts:6:23/s)
  expect(textOf(shown!)).toContain('late 12 ms · send 0.1 ms · wait 9 ms')
  expect(named(page, 'pre').map(textOf)).toContain('500 Oops\n\n(a body of 9 bytes)')
  const [, data = ''] = /<template id="result"[^>]*>([^<]*)</.exec(page)!
  const kept = inflateRawSync(Buffer.from(data, 'base64')).toString()
  expect(kept).toContain('POST /pay HTTP/1.1')
  expect(page + kept).not.toContain('4242')
})

test('findings stand before the charts, with evidence and what to do, and with who could not look', () => {
  const view = viewOf(SHAPE)
  const page = render({ ...view, result: { ...view.result, ...LOOKED } })
  const heads = named(page, 'h2').map(textOf)
  expect(heads.indexOf('Findings')).toBe(heads.indexOf('Over time') - 1)
  const text = textOf(
    named(page, 'section').find((each) => attributeOf(each, 'id') === 'findings')!,
  )
  expect(text).toContain(FINDING.title)
  expect(text).toContain('target.cpu while it was busy: 99 %, 5 s – 30 s')
  expect(text).toContain('Run more processes.')
  expect(text).toContain('memory-growththe run has 3 stretches')
  expect(text).toContain('1 insight found nothing, 1 could not look')
})

test('an untrusted generator is said beside the verdict', () => {
  const view = viewOf(SHAPE)
  const reasons = ['Worker 0 had no core.']
  const generator = { ...view.result.generator, trustworthy: false, reasons }
  const [band] = named(render({ ...view, result: { ...view.result, generator } }), 'header')
  expect(textOf(band!)).toMatch(/UNTRUSTED: .* Worker 0 had no core\./)
})

test('what was watched of the target is drawn by unit, with gaps, and stands in a table', () => {
  const view = viewOf(SHAPE)
  const watched = { source: 'pid 1', min: 10, mean: 20, max: 30, last: 30, readings: 29, gaps: 1 }
  const page = render({
    ...view,
    result: {
      ...view.result,
      monitors: [
        { ...watched, name: 'shop.cpu', unit: '%' },
        { ...watched, name: 'shop.rss', unit: 'bytes' },
      ],
    },
    points: view.points.map((point, index) => ({
      ...point,
      monitors: [
        { name: 'shop.cpu', unit: '%', value: index === 15 ? null : 20 },
        { name: 'shop.rss', unit: 'bytes', value: 5e6 },
      ],
    })),
  })
  const charts = named(page, 'figure').filter((each) => textOf(each).startsWith('Target: '))
  expect(charts.map(textOf)).toEqual([
    expect.stringContaining('At most shop.cpu 30'),
    expect.stringContaining('MB'),
  ])
  const line = elementsOf(charts[0]!).find((each) => attributeOf(each, 'class') === 'c0')!
  expect(attributeOf(line, 'd')!.match(/M/g)).toHaveLength(2)
  const row = named(page, 'tr').find((each) => textOf(each).startsWith('shop.rss'))!
  expect(textOf(row)).toContain('pid 1')
})

test('nothing is measured, and the page still says so', () => {
  for (const seconds of [0, 1]) {
    const page = render(viewOf({ ...SHAPE, seconds }))
    const [body, ...rest] = page.split('<script>')
    expect([named(page, 'h1').length, rest.length]).toEqual([1, 1])
    expect(/NaN|Infinity|undefined/.exec(body!)).toBeNull()
  }
})

test('all but the slices stays small, whatever the run was: with them the file is below 2 MB', () => {
  const names = Array.from({ length: 40 }, (_, index) => `/api/v1/things/${index}/parts`)
  const view = viewOf({ seconds: 300, names, requestsPerSec: 10, message: 'no '.repeat(100) })
  const [series, error] = [view.result.series[0]!, view.result.errors[0]!]
  const many = <T>(make: (index: number) => T): T[] =>
    Array.from({ length: 500 }, (_, i) => make(i))
  const page = render({
    ...view,
    result: {
      ...view.result,
      series: many((index) => ({ ...series, name: `/api/v1/things/${index}/parts` })),
      errors: many((index) => ({ ...error, message: `${index}`, sample: 'x y '.repeat(1_000) })),
    },
  })
  expect(page).toContain('… and 400 more')
  expect(Buffer.byteLength(page) + HTML_RANGE_CHARS_MAX).toBeLessThan(2_000_000)
})

test('nothing is loaded, no style or handler is in the markup, and the policy allows the two blocks only', () => {
  const page = render(viewOf(SHAPE))
  const elements = elementsOf(parse(page))
  const attributes = new Set(elements.flatMap((each) => each.attrs.map(({ name }) => name)))
  for (const name of ['src', 'style', 'srcset', 'action', 'background']) {
    expect(attributes).not.toContain(name)
  }
  expect([...attributes].filter((name) => name.startsWith('on'))).toEqual([])
  for (const link of elements.map((each) => attributeOf(each, 'href'))) {
    if (link !== undefined) expect(link).toMatch(/^#/)
  }
  const [policy] = elements.filter(
    (each) => attributeOf(each, 'http-equiv') === 'Content-Security-Policy',
  )
  const hashOf = (name: string): string => {
    const [only, ...others] = named(page, name)
    expect(others).toEqual([])
    return createHash('sha256').update(textOf(only!)).digest('base64')
  }
  expect(attributeOf(policy!, 'content')).toBe(
    `default-src 'none'; style-src 'sha256-${hashOf('style')}'; script-src 'sha256-${hashOf('script')}'; base-uri 'none'; form-action 'none'`,
  )
})

/** `text` in every place of a result that comes from outside. */
function hostileView(text: string): RunView {
  const view = viewOf({ seconds: 2, names: [text], requestsPerSec: 10, message: text })
  const { result } = view
  const [series] = result.series
  const rule = ruleOf(text, { unit: 'ms' })
  return {
    ...view,
    load: [text],
    result: {
      ...result,
      run: {
        ...result.run,
        name: text,
        script: text,
        host: text,
        id: text,
        version: text,
        tags: { [text]: text },
        git: { commit: text, branch: text, dirty: true },
        plan: {
          ...result.run.plan,
          thresholds: [rule],
          scenarios: [
            {
              name: text,
              users: [{ className: text, weight: 1, fixedCount: 0 }],
              load: { kind: 'constant-users', users: 1, spawnRatePerSec: 1, durationMs: null },
              startAfterMs: 0,
              gracefulStopMs: 0,
            },
          ],
        },
      },
      verdict: { passed: false, reason: text, exitCode: 1 },
      series: [
        { ...series!, method: text, tags: { [text]: text } },
        { ...series!, kind: 'transaction', name: text },
        { ...series!, kind: text, method: 'SEND', name: text },
      ],
      errors: [
        {
          ...{ ...result.errors[0]!, kind: text, sample: `${text}\n${text}` },
          exemplar: failed(text, { url: text, place: text }),
        },
      ],
      slowest: [
        exemplar({
          ...{ method: text, name: text, url: text, place: text },
          request: { head: text, body: text, bodyBytes: 1, note: text },
        }),
      ],
      checks: [{ name: text, passes: 1, failures: 1 }],
      thresholds: [{ ...CROSSED, rule: text, unit: text }],
      metrics: [
        {
          kind: 'counter',
          name: text,
          count: 1,
          value: 1,
          ratePerSec: 1,
          min: null,
          max: null,
          percentiles: null,
        },
      ],
      monitors: [
        {
          name: text,
          source: text,
          unit: '%',
          min: 1,
          mean: 1,
          max: 1,
          last: 1,
          readings: 1,
          gaps: 0,
        },
      ],
      events: [{ atMs: 1, level: 'info', kind: 'note', text, by: text }],
      generator: { ...result.generator, trustworthy: false, reasons: [text] },
      warmup: { kind: 'auto', endMs: 0, steady: null, why: text },
      findings: [hostileFinding(text)],
      insights: { evaluated: [text], notEvaluated: [{ id: text, why: text }] },
    },
    points: view.points.map((point) => ({ ...point, errors: [[text, 1]] })),
  }
}
function hostileFinding(text: string): Finding {
  return {
    ...FINDING,
    ...{ id: text, title: text, series: text, impact: text, howToVerify: text },
    recommendation: [text],
    evidence: [{ what: text, value: 1, unit: text }],
  }
}
const shapeOf = (page: string): string =>
  elementsOf(parse(page))
    .map((each) => `${each.tagName} ${each.attrs.map(({ name }) => name).join(' ')}`)
    .join('\n')
const made = (text: string) => ({
  command: text,
  settings: [{ name: text, value: text, place: text }],
})

const HOSTILE = [
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  '</title><script>alert(1)</script>',
  '</template></textarea></style><iframe>',
  '<!-- ]]><!DOCTYPE x>{{alert(1)}}',
  '\u202egnp.exe\u0000\u2028&lt;b&gt;',
]

test('no text from outside becomes markup, wherever it stands', () => {
  const pageOf = (text: string): string => {
    const view = hostileView(text)
    return renderReport(view, casesOf(view.result, new Map()), made(text))
  }
  const plain = shapeOf(pageOf('x'))
  expect(shapeOf(pageOf(HOSTILE.join('x')))).toBe(plain)
  // Titles are cut: each is the first once.
  expect(shapeOf(pageOf([...HOSTILE].reverse().join('x')))).toBe(plain)
})

test('whatever is escaped is one text again, without what cannot be seen', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const [paragraph, ...others] = elementsOf(
        parseFragment(html`<p title="${text}">${text}</p>`.text),
      )
      expect(others).toEqual([])
      expect(textOf(paragraph!)).toBe(attributeOf(paragraph!, 'title'))
      expect(textOf(paragraph!)).toHaveLength(text.replaceAll('\r\n', '\n').length)
    }),
  )
})

test('a password in a URL is in no place of the file', () => {
  const view = hostileView('http://me:s3cret@shop.test/')
  const page = renderReport(view, casesOf(view.result, new Map()), made('-H https://me:s3cret@x/'))
  expect(page).toContain('http://•••@shop.test/')
  expect(page).not.toContain('s3cret')
})
