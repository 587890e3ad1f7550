/**
 * A queue as water: it rises by what arrives above the capacity and falls by what is free. What a spike must come to if the target serves
 * steadily and in order; a target that does worse (retries, cold caches, timeouts) shows by how much it differs. Seconds and requests.
 */
export interface Spike {
  readonly capacityPerSec: number
  readonly baseRatePerSec: number
  readonly spikeRatePerSec: number
  readonly spikeSec: number
}
export interface FluidSpike {
  readonly backlogMax: number
  readonly waitMaxSec: number
  /** After the spike; null: never, as the base load leaves no room. */
  readonly drainSec: number | null
  readonly delayedRequests: number | null
}

export function fluidSpike({
  capacityPerSec,
  baseRatePerSec,
  spikeRatePerSec,
  spikeSec,
}: Spike): FluidSpike {
  const backlogMax = Math.max(0, spikeRatePerSec - capacityPerSec) * spikeSec
  const waitMaxSec = backlogMax / capacityPerSec
  if (backlogMax === 0) return { backlogMax, waitMaxSec, drainSec: 0, delayedRequests: 0 }
  const free = capacityPerSec - baseRatePerSec
  if (free <= 0) return { backlogMax, waitMaxSec, drainSec: null, delayedRequests: null }
  const drainSec = backlogMax / free
  const delayedRequests = spikeRatePerSec * spikeSec + baseRatePerSec * drainSec
  return { backlogMax, waitMaxSec, drainSec, delayedRequests }
}

/** The same with a queue of so many places, beyond which requests are refused. */
export function fluidBoundedQueue(spike: Spike, queueLimit: number) {
  const { capacityPerSec, baseRatePerSec, spikeRatePerSec, spikeSec } = spike
  const { backlogMax } = fluidSpike(spike)
  const lostRequests = Math.max(0, backlogMax - queueLimit)
  const kept = Math.min(backlogMax, queueLimit)
  return {
    lostRequests,
    lostRatioInSpike: lostRequests / (spikeRatePerSec * spikeSec),
    waitMaxSec: kept / capacityPerSec,
    drainSec: kept / (capacityPerSec - baseRatePerSec),
    firstLossAtSec: lostRequests === 0 ? null : queueLimit / (spikeRatePerSec - capacityPerSec),
  }
}

interface Segment {
  readonly fromSec: number
  readonly ratePerSec: number
}

/** With arrivals and a capacity that change: where the backlog is highest, and when it is gone for good. */
export function fluidSegments(capacity: readonly Segment[], arrivals: readonly Segment[]) {
  const times = [...new Set([...capacity, ...arrivals].map((each) => each.fromSec))].sort(
    (a, b) => a - b,
  )
  const at = (segments: readonly Segment[], sec: number): number =>
    segments.findLast((each) => each.fromSec <= sec)?.ratePerSec ?? 0
  let backlog = 0
  let most = { backlogMax: 0, backlogMaxAtSec: times[0] ?? 0 }
  let emptyAtSec: number | null = null
  times.forEach((fromSec, index) => {
    const growth = at(arrivals, fromSec) - at(capacity, fromSec)
    const forSec = (times[index + 1] ?? Number.POSITIVE_INFINITY) - fromSec
    const emptyInSec = growth < 0 ? backlog / -growth : Number.POSITIVE_INFINITY
    if (backlog > 0 && emptyInSec <= forSec) emptyAtSec = fromSec + emptyInSec
    backlog = growth < 0 && emptyInSec <= forSec ? 0 : backlog + growth * forSec
    if (backlog > most.backlogMax && Number.isFinite(backlog))
      most = { backlogMax: backlog, backlogMaxAtSec: fromSec + forSec }
  })
  return { ...most, emptyAtSec }
}

/** Is the spike worse to the target than the same load on a ramp? Below four fifths something has to start first. */
export function spikeVersusRamp(spikeCapacityPerSec: number, rampCapacityPerSec: number) {
  const ratio = spikeCapacityPerSec / rampCapacityPerSec
  return { ratio, finding: ratio < 0.8 }
}
