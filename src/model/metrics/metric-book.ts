/**
 * Custom metrics of one worker: a bounded dictionary of kind and name, handed over once per window as deltas. Names past the
 * bound share "(other)" of their kind. Two map look-ups per value; nothing is kept of a metric that was not told anything.
 */
import type { MetricDelta, MetricKind, MetricSink } from '../../contracts/snapshot.ts'
import { METRICS_MAX, NAME_CHARS_MAX } from '../../kernel/limits.ts'
import { MetricTotals } from './metric-totals.ts'

export const OTHER_METRICS = '(other)'

export class MetricBook implements MetricSink {
  readonly _names = new Set<string>()
  readonly _touched = new Map<MetricKind, Map<string, MetricTotals>>()
  _folded = 0

  measure(kind: MetricKind, name: string, value: number, atMs: number, scenario?: string): void {
    let ofKind = this._touched.get(kind)
    if (ofKind === undefined) {
      ofKind = new Map()
      this._touched.set(kind, ofKind)
    }
    const key = scenario === undefined ? name : `${scenario}\0${name}`
    let totals = ofKind.get(key)
    if (totals === undefined) {
      const kept = this._keptName(kind, name)
      const keptKey = scenario === undefined ? kept : `${scenario}\0${kept}`
      totals = ofKind.get(keptKey) ?? new MetricTotals(kind, kept, scenario)
      ofKind.set(keptKey, totals)
    }
    totals.tell(value, atMs)
  }

  flush(): MetricDelta[] {
    const deltas = [...this._touched.values()].flatMap((ofKind) => [...ofKind.values()])
    this._touched.clear()
    return deltas
  }

  /** Bounds hit since the last call. */
  takeLimits(): (readonly [string, number])[] {
    const folded = this._folded
    this._folded = 0
    return folded > 0 ? [['metrics-folded', folded]] : []
  }

  _keptName(kind: MetricKind, name: string): string {
    const text = name.length > NAME_CHARS_MAX ? name.slice(0, NAME_CHARS_MAX) : name
    const key = `${kind} ${text}`
    if (this._names.has(key) || text === OTHER_METRICS) return text
    if (this._names.size >= METRICS_MAX) {
      this._folded++
      return OTHER_METRICS
    }
    this._names.add(key)
    return text
  }
}
