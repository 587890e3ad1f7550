/**
 * Which part of a schedule one worker owns: of arrivals, of users, of anything counted from 0. A fixed cycle deals indices to
 * workers, so nobody has to be told about single ones, and the sum over workers is the whole for any number of them.
 *
 *     L = sum of weights. Workers heaviest first; index i of the cycle goes to the first with owned · L ≤ i · weight.
 *     Weights 3,1,2 deal 0 2 0 2 0 1.
 *
 * When a worker is lost, what it owned is dealt to the survivors by the same rule, as if it were a schedule of its own:
 * nobody's own indices move, and every index keeps exactly one owner. Each loss is a layer upon the last.
 * A worker that joins is the reverse: of each sequence that somebody owns, it gets an evenly spread part. That is a layer, too.
 * Cost: O(1) without layers; with n of them O(n²) for a count, O(n · workers) for what one who joined owns, and a binary
 * search for the n-th owned index.
 */
import type { Share } from '../../contracts/plan.ts'
import { assert } from '../../kernel/assert.ts'
import { SHARE_CYCLE_MAX } from '../../kernel/limits.ts'
import { MinHeap } from '../../kernel/min-heap.ts'

const NOBODY = -1

/** The cycle of one set of weights: whole numbers ≥ 0; a worker of weight 0 owns nothing. */
export class Deal {
  /** Owner of each index of one cycle; empty when all weights are 0. */
  readonly owners: readonly number[]
  /** positions[worker]: its indices within one cycle, ascending. */
  readonly positions: readonly (readonly number[])[]

  constructor(weights: readonly number[]) {
    const length = weights.reduce((sum, weight) => sum + weight, 0)
    assert(
      weights.every((weight) => Number.isInteger(weight) && weight >= 0),
      'the weights of a share are not whole numbers',
    )
    assert(length <= SHARE_CYCLE_MAX, 'the weights of a share add up to too long a cycle')
    const order = weights.map((_, worker) => worker).filter((worker) => weights[worker]! > 0)
    order.sort((a, b) => weights[b]! - weights[a]! || a - b)
    const positions: number[][] = weights.map(() => [])
    // A worker waits for the first index that it may get, in a list per index; among those who may, the order decides.
    const waiting = new Int32Array(length).fill(NOBODY)
    const nextWaiting = new Int32Array(order.length).fill(NOBODY)
    const may = new MinHeap()
    for (let place = 0; place < order.length; place++) may.push(place)
    this.owners = Array.from({ length }, (_, index) => {
      for (let place = waiting[index]!; place !== NOBODY; place = nextWaiting[place]!) {
        may.push(place)
      }
      const place = may.pop()
      assert(place !== undefined, 'an index of a share found no owner')
      const owner = order[place]!
      const owned = positions[owner]!.push(index)
      // One that was passed over may be behind its part and get the very next.
      const from = Math.max(index + 1, Math.ceil((owned * length) / weights[owner]!))
      if (from < length) {
        nextWaiting[place] = waiting[from]!
        waiting[from] = place
      }
      return owner
    })
    this.positions = positions
  }

  ownerOf(index: number): number {
    return this.owners[index % this.owners.length] ?? NOBODY
  }

  /** How many indices below `end` belong to `worker`: its part of `end` users or arrivals. */
  countBelow(worker: number, end: number): number {
    const positions = this.positions[worker]!
    const length = this.owners.length
    if (positions.length === 0) return 0
    const cycles = Math.floor(end / length)
    return cycles * positions.length + firstAtLeast(positions, end - cycles * length)
  }

  /** The n-th index (from 0) of `worker`; Infinity when it owns none. */
  nthOwned(worker: number, n: number): number {
    const positions = this.positions[worker]!
    if (positions.length === 0) return Number.POSITIVE_INFINITY
    const cycles = Math.floor(n / positions.length)
    return cycles * this.owners.length + positions[n - cycles * positions.length]!
  }
}

/** What changed the owners of a share, one upon the other. */
type Layer =
  /** What `worker` had is dealt to the others. */
  | { readonly kind: 'lost'; readonly worker: number; readonly deal: Deal }
  /** Of what each of the others had, `worker` gets every index that `deal` gives to 1; each begins at a place of its own. */
  | {
      readonly kind: 'joined'
      readonly worker: number
      readonly deal: Deal
      readonly phaseOf: (owner: number) => number
    }

/** A share as a set of indices. Made once per share; its methods may be called for every arrival. */
export class Ownership {
  readonly #index: number
  readonly #deal: Deal
  /** In the order they happened. */
  readonly #layers: readonly Layer[]
  readonly #everybody: readonly number[]
  readonly #lost: readonly number[]
  readonly #isJoined: boolean

  constructor(share: Share) {
    this.#index = share.index
    this.#deal = new Deal(share.weights)
    this.#layers = layersOf(share)
    this.#everybody = share.weights.map((_, worker) => worker)
    this.#lost = share.lost
    this.#isJoined = share.joined !== undefined && share.joined.length > 0
  }

  owns(index: number): boolean {
    return this.ownerOf(index) === this.#index
  }

  /** −1 when nobody is left. */
  ownerOf(index: number): number {
    let owner = this.#deal.ownerOf(index)
    for (let n = 0; n < this.#layers.length; n++) {
      const layer = this.#layers[n]!
      const { worker, deal } = layer
      if (layer.kind === 'lost') {
        if (owner === worker) owner = deal.ownerOf(this.#countBelow(worker, index, n))
      } else if (owner !== NOBODY) {
        const place = this.#countBelow(owner, index, n) + layer.phaseOf(owner)
        if (deal.ownerOf(place) === JOINER) owner = worker
      }
    }
    return owner
  }

  /** How many indices below `end` are ours: our part of `end` users or arrivals. */
  countBelow(end: number): number {
    return this.#countBelow(this.#index, end, this.#layers.length)
  }

  /** Our n-th index, from 0; Infinity when we never own that many. */
  nthOwned(n: number): number {
    const last = this.#deal.nthOwned(this.#index, n)
    if (this.#layers.length === 0) return last
    if (this.#isJoined) return this.#firstBehind(n, 0)
    // Losses only add to what is ours, so the answer is at or before the one without them.
    if (last === Number.POSITIVE_INFINITY || this.countBelow(last + 1) <= n) {
      return Number.POSITIVE_INFINITY
    }
    return this.#firstBetween(n, 0, last)
  }

  /** Our first index at or after `index`; Infinity when there is none. */
  nextOwned(index: number): number {
    const n = this.countBelow(index)
    return this.#isJoined ? this.#firstBehind(n, index) : this.nthOwned(n)
  }

  /** The n-th index, which is at or after `from`: in steps that double, until it is behind us. */
  #firstBehind(n: number, from: number): number {
    if (from > LAST_INDEX) return Number.POSITIVE_INFINITY
    for (let step = 1; ; step *= 2) {
      const at = from + step
      if (this.countBelow(at + 1) > n) return this.#firstBetween(n, from, at)
      if (at > LAST_INDEX) return Number.POSITIVE_INFINITY
    }
  }

  #firstBetween(n: number, from: number, to: number): number {
    let low = from
    let high = to
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (this.countBelow(middle + 1) > n) high = middle
      else low = middle + 1
    }
    return low
  }

  /** With the first `layers` changes applied, layer by layer. */
  #countBelow(worker: number, end: number, layers: number): number {
    if (layers === 0) return this.#deal.countBelow(worker, end)
    // All whose counts those of `worker` follow from: the lost, and for one who joined everybody.
    const others = this.#dependsOnAll(worker, layers) ? this.#everybody : this.#lost
    const ids = [worker, ...others]
    const counts = ids.map((each) => this.#deal.countBelow(each, end))
    for (let n = 0; n < layers; n++) {
      const layer = this.#layers[n]!
      if (layer.kind === 'lost') handOn(layer, ids, counts)
      else giveAway(layer, ids, counts)
    }
    return counts[0]!
  }

  #dependsOnAll(worker: number, layers: number): boolean {
    if (!this.#isJoined) return false
    for (let n = 0; n < layers; n++) {
      const layer = this.#layers[n]!
      if (layer.kind !== 'joined') continue
      if (layer.worker === worker || this.#lost.includes(layer.worker)) return true
    }
    return false
  }
}

/** In the deal between those who were there and the one who joined. */
const JOINER = 1
/** Behind every index a run comes to; sums with it are exact. */
const LAST_INDEX = 2 ** 50

function layersOf({ weights, lost, joined = [] }: Share): Layer[] {
  const layers: Layer[] = []
  let current = [...weights]
  for (let losses = 0; losses <= lost.length; losses++) {
    for (const { worker, weights: all, lostBefore } of joined) {
      if (lostBefore !== losses) continue
      const isLeft = (each: number): boolean => !lost.slice(0, losses).includes(each)
      // Those who came later still own nothing yet.
      current = weights.map((_, each) => (isLeft(each) ? (all[each] ?? 0) : 0))
      const own = current[worker]!
      const rest = current.reduce((sum, weight) => sum + weight, 0) - own
      const deal = new Deal([rest, own])
      const length = deal.owners.length
      const phaseOf = (owner: number): number => Math.floor((owner * length) / all.length)
      layers.push({ kind: 'joined', worker, deal, phaseOf })
    }
    const worker = lost[losses]
    if (worker === undefined) continue
    current[worker] = 0
    layers.push({ kind: 'lost', worker, deal: new Deal(current) })
  }
  return layers
}

/** `counts[n]` is that of `ids[n]`. */
function handOn({ worker, deal }: Layer, ids: readonly number[], counts: number[]): void {
  const handedOn = counts[ids.indexOf(worker)]!
  ids.forEach((each, at) => {
    counts[at] = each === worker ? 0 : counts[at]! + deal.countBelow(each, handedOn)
  })
}

function giveAway(
  { worker, deal, phaseOf }: Layer & { kind: 'joined' },
  ids: readonly number[],
  counts: number[],
): void {
  let given = 0
  const seen = new Set<number>()
  ids.forEach((each, at) => {
    if (each === worker) return
    const phase = phaseOf(each)
    const gives = deal.countBelow(JOINER, counts[at]! + phase) - deal.countBelow(JOINER, phase)
    counts[at]! -= gives
    if (!seen.has(each)) given += gives
    seen.add(each)
  })
  ids.forEach((each, at) => {
    if (each === worker) counts[at]! += given
  })
}

/** The share with those workers left out that would have no part of `users`; the others keep their weights. */
export function withUsersMax(share: Share, users: number): Share {
  const deal = new Deal(share.weights)
  const weights = share.weights.map((weight, worker) =>
    deal.countBelow(worker, users) === 0 ? 0 : weight,
  )
  const { joined, lost } = share
  if (joined === undefined) return { ...share, weights }
  // As it was when each joined: what comes later must not move what others have.
  const kept = joined.filter(({ worker, lostBefore }, place) => {
    const then = { weights, lost: lost.slice(0, lostBefore), joined: joined.slice(0, place + 1) }
    return new Ownership({ ...then, index: worker }).countBelow(users) > 0
  })
  const isIn = (worker: number): boolean =>
    weights[worker]! > 0 || kept.some((each) => each.worker === worker)
  return {
    ...share,
    weights,
    joined: kept.map((each) => ({
      ...each,
      weights: each.weights.map((weight, worker) => (isIn(worker) ? weight : 0)),
    })),
  }
}

/** How many of the ascending `values` are below `limit`. */
function firstAtLeast(values: readonly number[], limit: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}
