/**
 * How the runs of one name went, and when they changed for good. Figures are those of whole runs, and only runs under the same load
 * on the same host make one series: the others are shown and left out, with the reason. Changes that are of no consequence when two
 * runs are compared are of none here. Pure; the caller reads the runs.
 */
import type { RunResult } from '../../contracts/result.ts'
import type { RunRecord } from '../../contracts/store.ts'
import type {
  Trend,
  TrendChange,
  TrendMetric,
  TrendMetricName,
  TrendRun,
} from '../../contracts/trend.ts'
import { CHANGE_POINT_RULES, type ChangePoint, changePoints } from '../stats/change-points.ts'
import { whyNotAlike } from './comparable.ts'
import { DEFAULT_TOLERANCE } from './tolerance.ts'

/** Figures of the list, and of the result what decides whether runs are alike: neither windows nor series. */
export interface TrendMember {
  readonly record: RunRecord
  readonly result: RunResult
}

interface Asked {
  readonly metric: TrendMetricName
  readonly unit: TrendMetric['unit']
  readonly moreIsWorse: boolean
  of(run: TrendRun): number | null
  /** Is the difference of any consequence? */
  matters(before: number, after: number): boolean
}

const { ratio, ms, errorRatio } = DEFAULT_TOLERANCE
const ASKED: readonly Asked[] = [
  {
    metric: 'p95',
    unit: 'ms',
    moreIsWorse: true,
    of: (run) => run.p95Ms,
    matters: (before, after) => Math.abs(after - before) > Math.max(ms, ratio * before),
  },
  {
    metric: 'rate',
    unit: 'perSec',
    moreIsWorse: false,
    of: (run) => run.ratePerSec,
    matters: (before, after) => Math.abs(after - before) > ratio * before,
  },
  {
    metric: 'errors',
    unit: 'ratio',
    moreIsWorse: true,
    of: (run) => run.errorRatio,
    matters: (before, after) => Math.abs(after - before) > errorRatio,
  },
]

/** With itself. */
const ALIKE_MIN = 3

/** `members`: oldest first. */
export function trendOf(name: string, members: readonly TrendMember[]): Trend {
  const reference = referenceOf(members)
  const runs = members.map((each) =>
    runOf(each, reference === undefined ? whyNot(each, each) : whyNot(each, reference)),
  )
  const alike = runs.filter(({ leftOut }) => leftOut === null)
  return {
    schema: 'onrush.trend/1',
    name,
    reference: reference?.record.id ?? null,
    runs,
    metrics: ASKED.map((asked) => metricOf(asked, alike)),
  }
}

/** The newest run that some others are like; or simply the newest, for one try with another load is no end of a series. */
function referenceOf(members: readonly TrendMember[]): TrendMember | undefined {
  const sound = members.filter((each) => whyNot(each, each) === null)
  const isOneOfSome = (wanted: TrendMember): boolean =>
    sound.filter((each) => whyNot(each, wanted) === null).length >= ALIKE_MIN
  return sound.findLast(isOneOfSome) ?? sound.at(-1)
}

/** A is the run, B the reference. */
function whyNot({ record, result }: TrendMember, reference: TrendMember): string | null {
  if (record.state === 'running') return 'it still goes on'
  if (record.state === 'cut-off') return 'it was cut off'
  if (record.p95Ms === null || !record.requests) return 'nothing was measured'
  const reasons = whyNotAlike(result, reference.result)
  return reasons.length === 0 ? null : reasons.join('; ')
}

function runOf({ record, result: { run } }: TrendMember, leftOut: string | null): TrendRun {
  const { requests, failures } = record
  return {
    id: record.id,
    startedAt: run.startedAt,
    commit: record.commit,
    branch: run.git?.branch ?? null,
    passed: record.passed,
    isBaseline: record.isBaseline,
    p95Ms: record.p95Ms,
    ratePerSec: record.ratePerSec,
    errorRatio: requests ? (failures ?? 0) / requests : null,
    leftOut,
  }
}

function metricOf(asked: Asked, runs: readonly TrendRun[]): TrendMetric {
  const { metric, unit, of } = asked
  const measured = runs.flatMap((run) => {
    const value = of(run)
    return value === null ? [] : [{ id: run.id, value }]
  })
  const rules = { ...CHANGE_POINT_RULES, minMagnitude: metric === 'errors' ? 0 : ratio }
  const found = changePoints(
    measured.map(({ value }) => value),
    rules,
  )
  const changes = found
    .filter(({ meanBefore, meanAfter }) => asked.matters(meanBefore, meanAfter))
    .map((each) => changeOf(asked, each, measured[each.index]!.id))
  return { metric, unit, changes }
}

function changeOf({ unit, moreIsWorse }: Asked, point: ChangePoint, id: string): TrendChange {
  const { meanBefore: before, meanAfter: after, pValue } = point
  const relative = before === 0 ? null : (after - before) / before
  return {
    id,
    before,
    after,
    change: unit === 'ratio' ? after - before : relative,
    pValue,
    verdict: after > before === moreIsWorse ? 'worse' : 'better',
  }
}
