/**
 * The one table of what a load generator may show before its numbers are doubted. `warn` is worth a sentence in a report, `void`
 * means that the run measured the generator and not the target. A signal counts only when it lasted: a share of the
 * windows at least, so that one pause of a busy machine never marks a healthy run.
 */

/** Of all windows, so many must be over a limit (and two at least, when there are more than two). */
export const LASTING_RATIO = 0.1
/** Windows at the start that may be rough: code is being compiled, connections opened. Left out of longer runs. */
export const WARM_UP_WINDOWS = 2

export const GENERATOR_LIMITS = {
  /** Share of time in which the event loop had something to do. */
  loopUtilisation: { warn: 0.7, void: 0.9 },
  /** Of one core. Alone it is never void: helper threads of Node count too. */
  cpuRatio: { warn: 0.8 },
  /** Share of a core that was wanted and not had, of a second and of what was wanted in all: both must be over. */
  cpuWait: { ofSecond: 0.1, ofWanted: 0.3 },
  /** How late the event loop got to things, p99 of a window. */
  loopDelayMs: { warn: 10, void: 50 },
  /** Above the `warn` delay, and more than this part of the median latency: the delay is what was measured. */
  loopDelayOfMedian: { void: 0.1 },
  latenessMsP99: { warn: 5 },
  /** Share of starts later than `LATE_START_MS`. */
  lateStarts: { void: 0.01 },
  droppedArrivals: { warn: 0.001, void: 0.01 },
  /** Relative distance between both sides of Little's law. */
  littlesLaw: { void: 0.05 },
} as const

export const LATE_START_MS = 50
/** Little's law is not asked about less than this many requests in flight: rounding is larger. */
export const IN_FLIGHT_SLACK = 0.02
