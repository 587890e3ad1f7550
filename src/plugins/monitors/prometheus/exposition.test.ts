import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExposition } from './exposition.ts'

const prometheus = (text: string) => parseExposition(text, { openMetrics: false })
const openMetrics = (text: string) => parseExposition(text, { openMetrics: true })

describe('the example of the format', () => {
  const text = [
    '# HELP http_requests_total The total number of HTTP requests.',
    '# TYPE http_requests_total counter',
    'http_requests_total{method="post",code="200"} 1027 1395066363000',
    '# Escaping in label values:',
    String.raw`msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9`,
    '',
    'metric_without_timestamp_and_labels 12.47',
    'something_weird{problem="division by zero"} +Inf -3982045',
    '# TYPE http_request_duration_seconds histogram',
    'http_request_duration_seconds_bucket{le="0.05"} 24054',
    'http_request_duration_seconds_bucket{le="+Inf"} 144320',
    '',
  ].join('\n')
  const { samples, types, eof } = prometheus(text)

  it('is read to the letter', () => {
    expect(samples[0]).toEqual({
      name: 'http_requests_total',
      labels: [
        ['method', 'post'],
        ['code', '200'],
      ],
      value: 1027,
      timestamp: 1395066363000,
    })
    expect(samples[1]).toMatchObject({
      value: 1.458255915e9,
      labels: [
        ['path', 'C:\\DIR\\FILE.TXT'],
        ['error', 'Cannot find file:\n"FILE.TXT"'],
      ],
    })
    expect(samples[3]).toMatchObject({ value: Number.POSITIVE_INFINITY, timestamp: -3982045 })
    expect([samples.length, [...types.values()], eof]).toEqual([6, ['counter', 'histogram'], false])
  })
  it('is read in part where only some names are wanted', () => {
    const only = new Set(['metric_without_timestamp_and_labels'])
    const part = parseExposition(text, { openMetrics: false, only })
    expect(part.samples.map(({ value }) => value)).toEqual([12.47])
  })
})

it('an exemplar is read in OpenMetrics, and refused in Prometheus', () => {
  const text = 'a_bucket{le="1"} 3 # {trace_id="x # y"} 0.5 12.5\n# EOF\n'
  expect(openMetrics(text).samples).toEqual([
    {
      name: 'a_bucket',
      labels: [['le', '1']],
      value: 3,
      exemplar: { labels: [['trace_id', 'x # y']], value: 0.5 },
    },
  ])
  expect(() => prometheus(text)).toThrow('line 1')
})

it.each([
  ['a', 'no value follows a'],
  ['a{b="c" 1', 'the labels are not closed'],
  ['a{b="c} 1', 'a quote is not closed'],
  ['a{b=c} 1', 'a label is malformed'],
  ['a{b="1",b="2"} 1', 'two labels b'],
  ['a one', '"one" is not a number'],
  ['a 0x10', '"0x10" is not a number'],
  ['a 1 2 3', '"3" does not belong there'],
  ['9a 1', 'it does not begin with a name'],
  ['# TYPE a widget', '"widget" is no type of metric'],
  ['# TYPE a gauge\n# TYPE a gauge', 'a second TYPE for a'],
  ['<html>', 'it does not begin with a name'],
])('%s is refused with the line', (text, why) => {
  expect(() => prometheus(`fine 1\n${text}\n`)).toThrow(why)
  expect(() => prometheus(`fine 1\n${text}\n`)).toThrow(/^line [23]: /)
})

it('OpenMetrics that breaks off, or goes on after its end, is refused', () => {
  expect(() => openMetrics('a 1\n')).toThrow('it breaks off')
  expect(() => openMetrics('# EOF\na 1\n')).toThrow('something follows # EOF')
})

it('what is written comes back, whatever stands in labels', () => {
  const label = fc.tuple(fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/), fc.string())
  const labelSet = fc.uniqueArray(label, { selector: ([name]) => name, maxLength: 4 })
  const sample = fc.record({
    name: fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,12}$/),
    labels: labelSet,
    // Without −0, which is written 0.
    value: fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0),
  })
  const escaped = (text: string) =>
    text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      const lines = samples.map(({ name, labels, value }) => {
        const inner = labels.map(([key, text]) => `${key}="${escaped(text)}"`).join(',')
        return `${name}{${inner}} ${value}\n`
      })
      const read = openMetrics(`${lines.join('')}# EOF\n`).samples
      expect(read).toEqual(samples.map((each) => ({ ...each, labels: each.labels })))
    }),
  )
})

it('any text is either read or refused with its line, never more', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, isOpenMetrics) => {
      try {
        parseExposition(text, { openMetrics: isOpenMetrics })
      } catch (error) {
        expect((error as Error).message).toMatch(/^(line \d+: |it breaks off)/)
      }
    }),
  )
})

// Files of well-known exporters, beside this repository or where ONRUSH_CORPORA says; they are read there, not copied.
const beside = fileURLToPath(new URL('../../../../../shared/corpora', import.meta.url))
const corpora = process.env['ONRUSH_CORPORA'] ?? beside
const isThere = existsSync(`${corpora}/expected.json`)
/** Their list counts lines at every separator of Unicode; a label of this file holds one (U+001C), and is one label all the same. */
const COUNTED_OTHERWISE: Record<string, object> = {
  'prometheus/node-exporter-e2e.txt': { samples: 3_027 },
}
describe.skipIf(!isThere)('files of known exporters', () => {
  const expected = isThere ? JSON.parse(readFileSync(`${corpora}/expected.json`, 'utf8')) : {}
  const files = Object.keys(expected).filter((name) => /^(prometheus|openmetrics)\//.test(name))
  it.each(files)('%s holds what is known of it', (file) => {
    const text = readFileSync(`${corpora}/${file}`, 'utf8')
    const openMetrics = file.startsWith('openmetrics')
    const { types, samples, eof } = parseExposition(text, { openMetrics })
    const counts: Record<string, number> = {}
    for (const type of types.values()) counts[type] = (counts[type] ?? 0) + 1
    const exemplars = samples.filter((each) => each.exemplar !== undefined).length
    const found = { families: types.size, samples: samples.length, types: counts, exemplars, eof }
    expect(found).toEqual({ ...expected[file].expect, ...COUNTED_OTHERWISE[file] })
  })
})
