// HOT: dueNs per arrival: one square root and a few multiplications of doubles, no allocation; BigInt only near a whole ns.
/**
 * Open load whose rate is linear between stages. Arrival k is due where the integral of the rate reaches k + 1, rounded down
 * to a nanosecond: computed from k alone, so nothing drifts and a fraction of an arrival carries over from stage to stage.
 *
 *   In a stage from rate f to t (arrivals per P ns) of d ns, with m arrivals still to come at its start:
 *   v² = f² + (t − f) · 2P·m / d      the squared rate at the arrival
 *   x  = 2P·m / (f + v)               its offset in the stage
 *
 * In doubles x is off by less than a bound that is computed along with it. Only when a whole nanosecond lies within
 * that bound does the exact way decide, with whole numbers and an integer square root: about one arrival in ten thousand of a
 * ramp of a minute, most of one of days. It deliberately knows no worker and keeps no list of arrivals.
 */
import { floorSqrt } from './floor-sqrt.ts'
import { lastAtMost } from './stages.ts'

export interface ArrivalStageNs {
  /** Rate at its end, per the plan's `perNs`; whole. */
  readonly arrivals: number
  readonly durationNs: number
}

/** One stage, ready to answer for arrivals `firstIndex` and on. */
interface Segment {
  readonly startNs: number
  readonly durationNs: number
  readonly from: number
  readonly to: number
  readonly firstIndex: number
  /** What is missing at the start to the first arrival, in 2P-ths of one: above 0, at most 2P unless nothing arrives. */
  readonly missing: number
  readonly missingExact: bigint
  /** Arrivals before the start, in 2P-ths. */
  readonly before: bigint
}

/** Unit roundoff of a double. */
const U = 2 ** -53

export class RampingArrivals {
  readonly totalCount: number
  readonly #perNs: number
  readonly #twoP: number
  readonly #endNs: number
  /** Stages with time and load, and where they start: by arrival and by ns. */
  readonly #segments: Segment[] = []
  readonly #firstIndices: number[] = []
  readonly #startsNs: number[] = []
  /** Where the last answer was found: arrivals are asked for in order. */
  #at = 0

  constructor(perNs: number, startArrivals: number, stages: readonly ArrivalStageNs[]) {
    this.#perNs = perNs
    this.#twoP = 2 * perNs
    const twoP = BigInt(this.#twoP)
    let before = 0n
    let startNs = 0
    let from = startArrivals
    for (const { arrivals: to, durationNs } of stages) {
      if (durationNs > 0 && from + to > 0) {
        const firstIndex = Number(before / twoP)
        const missingExact = twoP - (before % twoP)
        const missing = Number(missingExact)
        this.#segments.push({
          startNs,
          durationNs,
          from,
          to,
          firstIndex,
          missing,
          missingExact,
          before,
        })
        this.#firstIndices.push(firstIndex)
        this.#startsNs.push(startNs)
        before += BigInt(from + to) * BigInt(durationNs)
      }
      startNs += durationNs
      from = to
    }
    this.#endNs = startNs
    this.totalCount = Number(before / twoP)
  }

  dueNs(index: number): number {
    const segment = this.#segmentOf(index)
    const ahead = index - segment.firstIndex
    if (segment.from === segment.to) return segment.startNs + this.#flatNs(segment, ahead)
    return segment.startNs + this.#rampNs(segment, ahead)
  }

  dueMs(index: number): number {
    return this.dueNs(index) / 1e6
  }

  countBy(elapsedNs: number): number {
    if (elapsedNs >= this.#endNs) return this.totalCount
    const at = lastAtMost(this.#startsNs, elapsedNs)
    if (at < 0) return 0
    const { startNs, durationNs, from, to, before } = this.#segments[at]!
    const d = BigInt(durationNs)
    const x = BigInt(Math.min(elapsedNs - startNs, durationNs))
    const area = before * d + 2n * BigInt(from) * x * d + BigInt(to - from) * x * x
    return Number(area / (BigInt(this.#twoP) * d))
  }

  #segmentOf(index: number): Segment {
    const segment = this.#segments[this.#at]!
    const next = this.#firstIndices[this.#at + 1] ?? Number.POSITIVE_INFINITY
    if (index >= segment.firstIndex && index < next) return segment
    // A stage too short for one arrival starts at the index of the next: the last such one owns it.
    this.#at = lastAtMost(this.#firstIndices, index)
    return this.#segments[this.#at]!
  }

  /** ⌊(missing + 2P·ahead) / 2f⌋, in whole periods first. */
  #flatNs({ from, missing, missingExact }: Segment, ahead: number): number {
    const periods = Math.floor(ahead / from)
    const rest = ahead - periods * from
    const wholeNs = periods * this.#perNs
    const inner = missing + this.#twoP * rest
    // A remainder is exact, a quotient may be rounded up to the next whole number.
    if (inner <= Number.MAX_SAFE_INTEGER)
      return wholeNs + (inner - (inner % (2 * from))) / (2 * from)
    const innerExact = missingExact + BigInt(this.#twoP) * BigInt(rest)
    return wholeNs + Number(innerExact / BigInt(2 * from))
  }

  #rampNs(segment: Segment, ahead: number): number {
    const { from, to, durationNs, missing } = segment
    const twoP = this.#twoP
    const arrivals = ahead + missing / twoP
    const square = from * from
    const speedSquare = square + (to - from) * (twoP / durationNs) * arrivals
    // Rounding can only take it below 0 at the very end of a ramp to 0.
    if (!(speedSquare > 0)) return this.#exactNs(segment, ahead)
    const speed = Math.sqrt(speedSquare)
    const offsetNs = (twoP * arrivals) / (from + speed)
    // Relative errors of the steps above, added up and doubled: v² is off by 8U of the larger square.
    const spread = Math.max(square, speedSquare) / (speed * (from + speed))
    const errorNs = offsetNs * U * (32 + 16 * spread)
    const floor = Math.floor(offsetNs)
    if (offsetNs - floor > errorNs && floor + 1 - offsetNs > errorNs) return floor
    return this.#exactNs(segment, ahead)
  }

  /** ⌊(√D − f·d) / (t − f)⌋ with D = f²·d² + (t − f)·m·d, m in 2P-ths. */
  #exactNs({ from, to, durationNs, missingExact }: Segment, ahead: number): number {
    const d = BigInt(durationNs)
    const m = missingExact + BigInt(this.#twoP) * BigInt(ahead)
    const fd = BigInt(from) * d
    const slope = BigInt(to - from)
    const under = fd * fd + slope * m * d
    const root = floorSqrt(under)
    if (slope > 0n) return Number((root - fd) / slope)
    const ceiling = root * root === under ? root : root + 1n
    return Number((fd - ceiling) / -slope)
  }
}
