/**
 * What queueing theory says of a target: M/M/c (requests at random, exponential service, c servers, first come first served), M/G/1, and
 * Little's law, which needs no assumption at all. Exact formulas; times in seconds, rates per second. A queue that is asked for
 * as much as it can serve, or more, has no steady state: then there is no mean to give.
 */
export interface Queue {
  readonly arrivalRatePerSec: number
  /** Of one server. */
  readonly serviceRatePerSec: number
  readonly servers: number
}

export interface QueueFigures {
  readonly utilizationRatio: number
  /** Probability that all servers are busy, were there no queue; that an arrival has to wait. */
  readonly erlangB: number
  readonly erlangC: number
  readonly waitMeanSec: number
  readonly sojournMeanSec: number
  readonly queueLengthMean: number
  readonly inSystemMean: number
}

/** Blocking probability of so many erlangs on so many servers. */
export function erlangB(offeredErlangs: number, servers: number): number {
  let blocked = 1
  for (let k = 1; k <= servers; k++) {
    blocked = (offeredErlangs * blocked) / (k + offeredErlangs * blocked)
  }
  return blocked
}

/** Probability of having to wait; for less than `servers` erlangs. */
export function erlangC(offeredErlangs: number, servers: number): number {
  const blocked = erlangB(offeredErlangs, servers)
  return blocked / (1 - (offeredErlangs / servers) * (1 - blocked))
}

/** Undefined when it has no steady state. */
export function mmc(queue: Queue): QueueFigures | undefined {
  const { arrivalRatePerSec: rate, serviceRatePerSec: service, servers } = queue
  const erlangs = rate / service
  if (erlangs >= servers) return undefined
  const waits = erlangC(erlangs, servers)
  const waitMeanSec = waits / (servers * service - rate)
  const sojournMeanSec = waitMeanSec + 1 / service
  return {
    utilizationRatio: erlangs / servers,
    erlangB: erlangB(erlangs, servers),
    erlangC: waits,
    waitMeanSec,
    sojournMeanSec,
    queueLengthMean: rate * waitMeanSec,
    inSystemMean: rate * sojournMeanSec,
  }
}

/** The wait that a share of `quantile` of all arrivals does not exceed. */
export function waitQuantileSec(queue: Queue, quantile: number): number {
  const { arrivalRatePerSec: rate, serviceRatePerSec: service, servers } = queue
  const waits = erlangC(rate / service, servers)
  return Math.max(0, Math.log(waits / (1 - quantile)) / (servers * service - rate))
}

/** P(time in the system > t), 1 for a queue without a steady state. */
export function sojournTail(queue: Queue, atSec: number): number {
  const { arrivalRatePerSec: rate, serviceRatePerSec: service, servers } = queue
  const erlangs = rate / service
  if (erlangs >= servers) return 1
  const waits = erlangC(erlangs, servers)
  const distance = servers - 1 - erlangs
  // (1 − e^(−µ t d)) / d, which is µ t where d vanishes; expm1 keeps its digits near that.
  const served = service * atSec
  const bend = distance === 0 ? served : -Math.expm1(-served * distance) / distance
  return Math.exp(-served) * (1 + waits * bend)
}

export function sojournQuantileSec(queue: Queue, quantile: number): number {
  const tail = 1 - quantile
  return bisect(
    (atSec) => sojournTail(queue, atSec) > tail,
    grow((atSec) => sojournTail(queue, atSec) <= tail, 1 / queue.serviceRatePerSec),
  )
}

/** The highest rate at which the quantile stays within its bound; null when even an idle target is too slow. */
export function mmcMaxRate(
  serviceRatePerSec: number,
  servers: number,
  { quantile, boundSec }: { readonly quantile: number; readonly boundSec: number },
): number | null {
  const holds = (arrivalRatePerSec: number): boolean =>
    sojournTail({ arrivalRatePerSec, serviceRatePerSec, servers }, boundSec) <= 1 - quantile
  return holds(0) ? bisect(holds, servers * serviceRatePerSec) : null
}

/** M/G/1 by Pollaczek and Khinchine: any distribution of service times, by its first two moments. */
export function mg1(arrivalRatePerSec: number, meanSec: number, secondMomentSec2: number) {
  const utilizationRatio = arrivalRatePerSec * meanSec
  const waitMeanSec = (arrivalRatePerSec * secondMomentSec2) / (2 * (1 - utilizationRatio))
  const sojournMeanSec = waitMeanSec + meanSec
  return {
    utilizationRatio,
    waitMeanSec,
    sojournMeanSec,
    queueLengthMean: arrivalRatePerSec * waitMeanSec,
    inSystemMean: arrivalRatePerSec * sojournMeanSec,
  }
}

/** Throughput of users who each think between two requests. */
export function closedThroughputPerSec(users: number, responseSec: number, thinkSec: number) {
  return users / (responseSec + thinkSec)
}

/** Little's law as a test of the measuring: how far L is from X · R, as a share of L. */
export function littleDeviation(
  inFlightMean: number,
  throughputPerSec: number,
  sojournSec: number,
) {
  return Math.abs(inFlightMean - throughputPerSec * sojournSec) / inFlightMean
}

/** The largest value below `high` of which `isBelow` holds, when it holds up to a point. */
function bisect(isBelow: (value: number) => boolean, high: number): number {
  let [from, to] = [0, high]
  for (let step = 0; step < 100; step++) {
    const middle = (from + to) / 2
    if (isBelow(middle)) from = middle
    else to = middle
  }
  return from
}

function grow(isEnough: (value: number) => boolean, start: number): number {
  let value = start
  while (!isEnough(value)) value *= 2
  return value
}
