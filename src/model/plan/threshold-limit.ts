/** The limit of a rule, in the unit that its metric has: a time, a percentage, a rate or a number. The grammar is in `threshold.ts`. */
import type { Threshold, ThresholdMetric } from '../../contracts/plan.ts'
import { parseDuration } from './duration.ts'
import { parseRate, ratePerSec } from './rate.ts'

export type Limit = Pick<Threshold, 'limit' | 'unit'>
const PERCENT = /^(\d{1,9}(?:\.\d{1,9})?)%$/
const COUNT = /^\d{1,15}(?:\.\d{1,9})?$/
const NUMBER = /^-?\d{1,15}(?:\.\d{1,9})?$/

/** The limit, or what is wrong with it. */
export function limitOf(metric: ThresholdMetric, text: string): Limit | string {
  switch (metric.kind) {
    case 'rate': {
      const parsed = text === '0/s' ? undefined : parseRate(text)
      if (parsed === undefined) return { limit: 0, unit: '/s' }
      if ('rate' in parsed) return { limit: ratePerSec(parsed.rate), unit: '/s' }
      return 'the limit is not a rate such as 500/s'
    }
    case 'errors':
    case 'checks':
    case 'cpu':
      return percentOf(text) ?? 'the limit is not a percentage such as 1%'
    case 'dropped':
      return percentOf(text) ?? countOf(text) ?? 'the limit is not a number such as 0, nor 1%'
    case 'count':
    case 'failures':
      return countOf(text) ?? 'the limit is not a number such as 1000'
    case 'metric':
      return limitOfMetric(metric, text)
    case 'monitor':
      return limitOfMonitor(text)
    default: {
      if ('of' in metric && metric.of === 'trend' && COUNT.test(text)) return numberOf(text)
      const parsed = /^\d+$/.test(text) ? undefined : parseDuration(text)
      if (parsed === undefined || !('ns' in parsed)) return 'the limit is not a time such as 300ms'
      return { limit: parsed.ns / 1e6, unit: 'ms' }
    }
  }
}

function limitOfMetric(
  { type, name }: Extract<ThresholdMetric, { readonly kind: 'metric' }>,
  text: string,
): Limit | string {
  if (type === 'rate') return percentOf(text) ?? 'the limit is not a percentage such as 1%'
  if (NUMBER.test(text)) return numberOf(text)
  const parsed = type === 'counter' ? parseRate(text) : undefined
  if (type === 'counter' && text === '0/s') return { limit: 0, unit: '/s' }
  if (parsed !== undefined && 'rate' in parsed) {
    return { limit: ratePerSec(parsed.rate), unit: '/s' }
  }
  const why = `the limit of "${name}" is not a number such as 100`
  return type === 'counter' ? `${why}, nor a rate such as 5/s` : why
}

/** Whatever the figure is in: a percentage, a size, a speed, a time, a number. */
function limitOfMonitor(text: string): Limit | string {
  if (NUMBER.test(text)) return numberOf(text)
  const percent = percentOf(text) ?? sizeOf(text)
  if (percent !== undefined) return percent
  const rate = text === '0/s' ? { rate: undefined } : parseRate(text)
  if ('rate' in rate) {
    return { limit: rate.rate === undefined ? 0 : ratePerSec(rate.rate), unit: '/s' }
  }
  const time = parseDuration(text)
  if ('ns' in time) return { limit: time.ns / 1e6, unit: 'ms' }
  return 'the limit of a monitor is like 80%, 512MB, 10MB/s, 500/s, 20ms or 100'
}

const SIZE = /^(\d{1,15}(?:\.\d{1,9})?)([kKMGT]i?)?B(\/s)?$/
const FACTORS: Readonly<Record<string, number>> = {
  ...{ '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ ki: 2 ** 10, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
}

function sizeOf(text: string): Limit | undefined {
  const [, number, prefix = '', perSec] = SIZE.exec(text) ?? []
  if (number === undefined) return undefined
  const limit = Number(number) * FACTORS[prefix]!
  return { limit, unit: perSec === undefined ? 'bytes' : 'bytes/s' }
}

/** Never −0. */
function numberOf(text: string): Limit {
  return { limit: Number(text) + 0, unit: '' }
}

function percentOf(text: string): Limit | undefined {
  const percent = PERCENT.exec(text)?.[1]
  return percent === undefined ? undefined : { limit: Number(percent), unit: '%' }
}

function countOf(text: string): Limit | undefined {
  return COUNT.test(text) ? { limit: Number(text), unit: '' } : undefined
}
