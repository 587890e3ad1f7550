/**
 * THE table of what insights hold figures against: one row per threshold, with what it means. `docs/guide/findings.md` is written from
 * it, and no insight has a number of its own. A change here is a new version of that insight.
 */
interface InsightLimit {
  readonly value: number
  readonly unit: string
  /** Half a sentence. */
  readonly meaning: string
}

const limit = (value: number, unit: string, meaning: string): InsightLimit => ({
  value,
  unit,
  meaning,
})

/** Insight → its thresholds; `all` are those of every insight that looks at the run over time. */
export const INSIGHT_LIMITS = {
  all: {
    points: limit(
      6,
      'points',
      'so many stretches (seconds, of a short run) with requests it takes',
    ),
    requests: limit(50, 'requests', 'so many it takes'),
  },
  'target-cpu': {
    busy: limit(88, '%', 'of whole cores is busy'),
    over: limit(8, '%', 'above whole cores is measured now and then'),
    lasting: limit(40, '%', 'of the run the CPU was busy, at least'),
    points: limit(3, 'points', 'so long, at least'),
    slower: limit(2, '×', 'as slow as at the least load: people notice'),
  },
  'target-memory': {
    full: limit(90, '%', 'of the limit is full'),
    brim: limit(97, '%', 'of the limit: the next request may be the last'),
    lastingPoints: limit(3, 'points', 'so long'),
  },
  'target-throttled': {
    periods: limit(5, '%', 'of the periods it was stopped'),
    many: limit(20, '%', 'of the periods: people notice'),
  },
  'target-descriptors': {
    full: limit(85, '%', 'of the limit is open'),
    brim: limit(99, '%', 'of the limit: new ones are refused'),
  },
  'memory-growth': {
    points: limit(12, 'points', 'so many after the beginning'),
    beginning: limit(25, '%', 'of the run are warm-up when the result names none'),
    growth: limit(12, '%', 'of the memory at the beginning was added'),
    growthBytes: limit(12e6, 'bytes', 'were added'),
    straight: limit(85, '%', 'of the memory’s variation is explained by the number of requests'),
    lastPart: limit(50, '%', 'of the pace of the whole is that of the last third, at least'),
  },
  'queue-before-target': {
    slower: limit(
      3,
      '×',
      'as long as at the least load it takes to connect, or to reach the handler',
    ),
    slowerMs: limit(5, 'ms', 'longer, at least'),
    rest: limit(1.5, '×', 'as long as at the least load takes the rest, at most'),
  },
  saturation: {
    highInFlight: limit(2, '×', 'as many in flight as at the least load'),
    slower: limit(2, '×', 'as slow as at the least load'),
    flat: limit(12, '%', 'the answers per second differ by, in the middle'),
    above: limit(15, '%', 'no stretch has more answers than the ceiling and that much'),
    lastingPoints: limit(4, 'points', 'so long'),
    dropped: limit(
      1,
      '%',
      'of the arrivals are dropped, or wait at the end and did not at its beginning',
    ),
    busyUsers: limit(50, '%', 'of the users wait for an answer'),
    baseLoad: limit(
      70,
      '%',
      'of the ceiling is the least load, at most, to say how many are served at a time',
    ),
  },
  'fixed-slots': {
    cpu: limit(60, '%', 'of a core is the CPU of the target, at most, where it is watched'),
  },
  'rate-limit': {
    refused: limit(1, '%', 'of the answers have status 429'),
    flat: limit(12, '%', 'the good answers per second differ by, in the middle'),
    many: limit(50, '%', 'of the answers: people notice'),
  },
  'errors-under-load': {
    above: limit(2, '%', 'fail above the level, for certain (Wilson, 95 %)'),
    times: limit(3, '×', 'as many fail as below it, for certain'),
    apart: limit(1.3, '×', 'as much load is above the level as below'),
    groupPoints: limit(3, 'points', 'are below, and above'),
    many: limit(5, '%', 'fail above the level: people notice'),
    consistent: limit(70, '%', 'of the stretches above have at least half of their mean failures'),
  },
  'keep-alive': {
    connections: limit(5, '×', 'as many connections as users, at least, as their times tell'),
    share: limit(5, '%', 'of the time goes into connecting'),
  },
  'slow-series': {
    own: limit(10, 'requests', 'so many of this one'),
    time: limit(60, '%', 'of all waiting is for this one'),
    requests: limit(40, '%', 'of the requests are of this one, at most'),
    slower: limit(3, '×', 'as slow as the others'),
    p95: limit(500, 'ms', 'people notice'),
  },
  'two-modes': {
    requests: limit(200, 'requests', 'so many of the series'),
    separated: limit(
      0.75,
      '',
      'of the variance of log(time) lies between the two groups (one normal group: 0.64)',
    ),
    apart: limit(3, '×', 'as slow is the slower group'),
    group: limit(5, '%', 'are in the smaller group'),
    valley: limit(20, '%', 'of the lower peak is the valley between them, at most'),
    steady: limit(2, '×', 'the median of a stretch may change over the run'),
    slow: limit(500, 'ms', 'people notice the slower group'),
  },
  'client-timeouts': {
    share: limit(0.5, '%', 'of the requests were given up'),
    many: limit(10, '%', 'of the requests: people notice'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, InsightLimit>>>>
