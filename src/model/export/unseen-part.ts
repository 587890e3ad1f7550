/**
 * What of a window was not counted yet. A window may be sent again with numbers that came late, and a sink that adds up must
 * not add the rest of it twice: the first time all of a window is new, afterwards what its newest version has more. Remembers the
 * windows that may come again (`WINDOWS_REOPEN_MAX`), by reference.
 */
import type { ErrorDelta, Histogram, MetricDelta, SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { WINDOWS_REOPEN_MAX } from '../../kernel/limits.ts'
import { asLogHistogram, LogHistogram } from '../metrics/histogram.ts'
import { tagsKey } from '../metrics/tags.ts'

export class UnseenPart {
  readonly #seen = new Map<number, Window>()
  #highest = -1

  /** Levels (users, workers) are those of `window`; minima and maxima too, so they may be of what is known already. */
  of(window: Window): Window {
    const known = this.#seen.get(window.window)
    this.#seen.set(window.window, window)
    if (window.window > this.#highest) {
      this.#highest = window.window
      for (const each of this.#seen.keys()) {
        if (each < this.#highest - WINDOWS_REOPEN_MAX) this.#seen.delete(each)
      }
    }
    return known === undefined ? window : difference(window, known)
  }
}

function difference(window: Window, known: Window): Window {
  return {
    ...window,
    series: paired(window.series, known.series, seriesKey, seriesDifference),
    errors: paired(window.errors, known.errors, errorKey, (now, then) => ({
      ...now,
      count: now.count - then.count,
    })),
    checks: paired(
      window.checks,
      known.checks,
      ({ name }) => name,
      (now, then) => ({
        ...now,
        passes: now.passes - then.passes,
        failures: now.failures - then.failures,
      }),
    ),
    metrics: paired(window.metrics ?? [], known.metrics ?? [], metricKey, metricDifference),
    users: {
      active: window.users.active,
      started: window.users.started - known.users.started,
      stopped: window.users.stopped - known.users.stopped,
      failed: window.users.failed - known.users.failed,
    },
    arrivals: {
      due: window.arrivals.due - known.arrivals.due,
      started: window.arrivals.started - known.arrivals.started,
      dropped: window.arrivals.dropped - known.arrivals.dropped,
      finished: window.arrivals.finished - known.arrivals.finished,
      lateness: histogramDifference(window.arrivals.lateness, known.arrivals.lateness),
    },
  }
}

/** Each of `now` less what `then` had of it. */
function paired<T>(
  now: readonly T[],
  then: readonly T[],
  keyOf: (each: T) => string,
  less: (now: T, then: T) => T,
): T[] {
  const before = new Map(then.map((each) => [keyOf(each), each]))
  return now.map((each) => {
    const known = before.get(keyOf(each))
    return known === undefined ? each : less(each, known)
  })
}

const seriesKey = ({ kind, method, name, tags }: SeriesDelta): string =>
  `${kind}\0${method}\0${name}\0${tagsKey(tags)}`
const errorKey = ({ method, name, kind, message }: ErrorDelta): string =>
  `${method}\0${name}\0${kind}\0${message}`
const metricKey = ({ kind, name }: MetricDelta): string => `${kind}\0${name}`

function seriesDifference(now: SeriesDelta, then: SeriesDelta): SeriesDelta {
  const latency = histogramDifference(now.latency, then.latency)
  const isOneTime = now.response === now.latency
  return {
    ...now,
    requests: now.requests - then.requests,
    failures: now.failures - then.failures,
    wireRequests: now.wireRequests - then.wireRequests,
    bytesIn: now.bytesIn - then.bytesIn,
    bytesOut: now.bytesOut - then.bytesOut,
    phaseSumsUs: now.phaseSumsUs.map((sumUs, phase) => sumUs - (then.phaseSumsUs[phase] ?? 0)),
    statuses: new Map(
      [...now.statuses].map(([status, count]) => [
        status,
        count - (then.statuses.get(status) ?? 0),
      ]),
    ),
    latency,
    response: isOneTime ? latency : histogramDifference(now.response, then.response),
  }
}

function metricDifference(now: MetricDelta, then: MetricDelta): MetricDelta {
  const values =
    now.values === undefined || then.values === undefined
      ? now.values
      : histogramDifference(now.values, then.values)
  return { ...now, count: now.count - then.count, sum: now.sum - then.sum, values }
}

function histogramDifference(now: Histogram, then: Histogram): LogHistogram {
  const rest = new LogHistogram()
  rest.mergeFrom(asLogHistogram(now))
  rest.subtractCounts(asLogHistogram(then))
  rest.sumUs = Math.max(0, now.sumUs - then.sumUs)
  return rest
}
