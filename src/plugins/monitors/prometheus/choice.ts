/**
 * Which series of an endpoint are taken, and what becomes of each: a gauge is its value, a counter its speed, a histogram or summary its
 * mean over the last second and how often it was told. Series of one name that differ in labels are added up, unless labels
 * choose some of them. Without a choice, those are taken that most programs have (`USUAL`), under short names. Pure.
 */
import type { MonitorUnit } from '../../../contracts/monitor.ts'
import type { Labels, MetricType } from './exposition.ts'
import { parseLabels } from './labels.ts'

/** One series to take. */
export interface Choice {
  /** Of a sample, or of a family as `# TYPE` names it. */
  readonly name: string
  /** Those that a sample must have. */
  readonly labels: Labels
  /** What its figure is called. */
  readonly metric: string
}

/** How a figure comes from samples. */
export interface Figure {
  readonly metric: string
  readonly unit: MonitorUnit
  readonly kind: 'value' | 'speed' | 'mean'
  /** Of a mean: that of the sums, and that of the counts. */
  readonly samples: readonly [string, ...string[]]
  readonly labels: Labels
  readonly factor: number
}

const USUAL: readonly (readonly [name: string, metric: string])[] = [
  ['process_cpu_seconds_total', 'cpu'],
  ['process_resident_memory_bytes', 'memory'],
  ['process_open_fds', 'descriptors'],
  ['nodejs_eventloop_lag_p99_seconds', 'eventLoopLag'],
  ['nodejs_heap_size_used_bytes', 'heap'],
  ['go_goroutines', 'goroutines'],
  ['go_memstats_heap_inuse_bytes', 'heap'],
  ['jvm_threads_current', 'threads'],
  ['jvm_memory_bytes_used', 'heap'],
  ['http_requests_total', 'requests'],
  ['http_request_duration_seconds', 'requestTime'],
  ['http_server_request_duration_seconds', 'requestTime'],
  ['http_server_requests_seconds', 'requestTime'],
  ['node_load1', 'load'],
  ['node_memory_MemAvailable_bytes', 'memoryAvailable'],
  ['node_context_switches_total', 'contextSwitches'],
]

/** What follows the `#` of an address, as it was meant. */
export function choiceOf(url: string): string {
  return decodeURIComponent(new URL(url).hash.slice(1))
}

/** `a,b{code="500"}`, what follows the `#`. Throws what is wrong. Empty: the usual ones. */
export function parseChoices(text: string): Choice[] {
  if (text === '') return USUAL.map(([name, metric]) => ({ name, metric, labels: [] }))
  const choices: Choice[] = []
  for (let at = 0; at < text.length; ) {
    const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(text.slice(at))?.[0]
    if (name === undefined) throw new Error(`"${text.slice(at)}" does not begin with a name`)
    const from = at
    at += name.length
    let labels: Labels = []
    if (text[at] === '{') {
      const read = parseLabels(text, at, text.length)
      labels = read.labels
      at = read.end
    }
    choices.push({ name, labels, metric: text.slice(from, at) })
    if (at < text.length && text[at] !== ',') throw new Error(`"${text.slice(at)}" cannot be read`)
    at++
  }
  return choices
}

/** Of those choices that are there; `names` are those of the samples. */
export function figuresOf(
  choices: readonly Choice[],
  types: ReadonlyMap<string, MetricType>,
  names: ReadonlySet<string>,
): Figure[] {
  return choices.flatMap((choice): Figure[] => {
    const { name, metric, labels } = choice
    const type = types.get(name)
    if (names.has(`${name}_sum`) && names.has(`${name}_count`) && type !== 'gauge') {
      const [unit, factor] = unitOf(name)
      const told = { metric: `${metric}.count`, unit: '/s', kind: 'speed', factor: 1 } as const
      return [
        { metric, unit, factor, kind: 'mean', samples: [`${name}_sum`, `${name}_count`], labels },
        { ...told, samples: [`${name}_count`], labels },
      ]
    }
    // OpenMetrics names a counter without the end that its sample has.
    const sample = !names.has(name) && names.has(`${name}_total`) ? `${name}_total` : name
    if (!names.has(sample)) return []
    const [unit, factor] = isCounter(sample, types) ? speedOf(sample) : unitOf(sample)
    const kind = isCounter(sample, types) ? 'speed' : 'value'
    return [{ metric, unit, factor, kind, samples: [sample], labels }]
  })
}

function isCounter(sample: string, types: ReadonlyMap<string, MetricType>): boolean {
  const type = types.get(sample)
  if (type !== undefined && type !== 'untyped') return type === 'counter'
  const [, family, end] = /^(.*)_(total|sum|count|bucket)$/.exec(sample) ?? []
  if (family === undefined) return false
  if (end === 'total') return true
  return ['histogram', 'summary'].includes(types.get(family) ?? '')
}

function speedOf(name: string): readonly [MonitorUnit, number] {
  if (name.endsWith('cpu_seconds_total')) return ['%', 100]
  return /_bytes(_total|_sum)?$/.test(name) ? ['bytes/s', 1] : ['/s', 1]
}

/** Names end in their unit, by convention. Instants are in seconds too, and no duration. */
function unitOf(name: string): readonly [MonitorUnit, number] {
  if (name.endsWith('_bytes') || name.includes('_bytes_')) return ['bytes', 1]
  if (name.endsWith('_seconds') && !/time(stamp)?_seconds$/.test(name)) return ['ms', 1_000]
  if (name.endsWith('_ratio')) return ['%', 100]
  return name.endsWith('_percent') ? ['%', 1] : ['', 1]
}
