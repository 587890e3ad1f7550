/**
 * What rules observe of the monitors, `monitor(target.cpu) < 80%`: a value per window, of which a rule takes the mean, the lowest or the
 * highest. A figure in another unit than the limit is none for the rule: memory in bytes is not below 80 %.
 */
import type { MonitorReading, MonitorUnit } from '../../contracts/monitor.ts'
import type { Threshold, ThresholdMetric } from '../../contracts/plan.ts'
import { Tally } from '../metrics/span-tally.ts'
import { Reading } from './threshold-reading.ts'

export type MonitorMetric = Extract<ThresholdMetric, { readonly kind: 'monitor' }>

/** `monitor(…)`, `monitor.max(…)`; what is wrong with it, or undefined for another word. Names may hold anything, quotes too. */
export function monitorMetricOf(
  word: string,
  argument: string | undefined,
): MonitorMetric | string | undefined {
  if (!/^monitor\b/.test(word)) return undefined
  const text = (argument ?? '').trim()
  const name = /^(['"])(.*)\1$/s.exec(text)?.[2] ?? text
  const [, statistic = 'avg'] = /^monitor(?:\.(avg|min|max))?$/.exec(word) ?? [word, '']
  if (statistic === '') return `"${word}" is not a metric: of a monitor there are avg, min and max`
  if (!/^[^.]+\../.test(name)) {
    return 'a monitor has its figure in parentheses, such as monitor(target.cpu)'
  }
  return { kind: 'monitor', statistic: statistic as MonitorMetric['statistic'], name }
}

export class MonitorReadings {
  readonly #all: { name: string; unit: Threshold['unit']; reading: Reading }[] = []
  readonly #tally = new Tally(false)

  /** Of one rule. */
  readingOf(
    { name }: MonitorMetric,
    { overMs, unit }: Pick<Threshold, 'overMs' | 'unit'>,
    forgets: boolean,
  ): Reading {
    const reading = new Reading(overMs, false, forgets)
    this.#all.push({ name, unit, reading })
    return reading
  }

  add(window: number, readings: readonly MonitorReading[]): void {
    for (const { name, unit, reading } of this.#all) {
      const found = readings.find((each) => each.name === name)
      if (found === undefined || found.value === null || !isIn(unit, found.unit)) continue
      this.#tally.reset()
      this.#tally.takeValue(found.value)
      reading.add(0, window, this.#tally)
    }
  }
}

/** A limit without a unit is of whatever the figure is in. */
export function isIn(limit: Threshold['unit'], figure: MonitorUnit): boolean {
  return limit === '' || limit === figure
}
