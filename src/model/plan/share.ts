/**
 * Which part of a schedule one worker owns: of arrivals, of users, of anything counted from 0. A fixed cycle deals indices to
 * workers, so nobody has to be told about single ones, and the sum over workers is the whole for any number of them.
 *
 *     L = sum of weights. Workers heaviest first; index i of the cycle goes to the first with owned · L ≤ i · weight.
 *     Weights 3,1,2 deal 0 2 0 2 0 1.
 *
 * When a worker is lost, what it owned is dealt to the survivors by the same rule, as if it were a schedule of its own:
 * nobody's own indices move, and every index keeps exactly one owner. Each loss is a layer upon the last.
 * Cost: O(1) without losses; with n of them O(n²) for a count, and a binary search for the n-th owned index.
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

/** A share as a set of indices. Made once per share; its methods may be called for every arrival. */
export class Ownership {
  readonly #index: number
  readonly #deal: Deal
  /** In the order of their loss. */
  readonly #losses: readonly { readonly worker: number; readonly deal: Deal }[]

  constructor(share: Share) {
    this.#index = share.index
    this.#deal = new Deal(share.weights)
    const weights = [...share.weights]
    this.#losses = share.lost.map((worker) => {
      weights[worker] = 0
      return { worker, deal: new Deal(weights) }
    })
  }

  owns(index: number): boolean {
    return this.ownerOf(index) === this.#index
  }

  /** −1 when nobody is left. */
  ownerOf(index: number): number {
    let owner = this.#deal.ownerOf(index)
    for (let n = 0; n < this.#losses.length; n++) {
      const { worker, deal } = this.#losses[n]!
      if (owner === worker) owner = deal.ownerOf(this.#countBelow(worker, index, n))
    }
    return owner
  }

  /** How many indices below `end` are ours: our part of `end` users or arrivals. */
  countBelow(end: number): number {
    return this.#countBelow(this.#index, end, this.#losses.length)
  }

  /** Our n-th index, from 0; Infinity when we never own that many. */
  nthOwned(n: number): number {
    // Losses only add to what is ours, so the answer is at or before the one without them.
    const last = this.#deal.nthOwned(this.#index, n)
    if (this.#losses.length === 0) return last
    if (last === Number.POSITIVE_INFINITY || this.countBelow(last + 1) <= n) {
      return Number.POSITIVE_INFINITY
    }
    let low = 0
    let high = last
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (this.countBelow(middle + 1) > n) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Our first index at or after `index`; Infinity when there is none. */
  nextOwned(index: number): number {
    return this.nthOwned(this.countBelow(index))
  }

  /** With the first `layers` losses applied: what each lost worker had is handed on, layer by layer. */
  #countBelow(worker: number, end: number, layers: number): number {
    if (layers === 0) return this.#deal.countBelow(worker, end)
    let own = this.#deal.countBelow(worker, end)
    const ofLost = this.#losses.map((loss) => this.#deal.countBelow(loss.worker, end))
    for (let n = 0; n < layers; n++) {
      const { worker: lost, deal } = this.#losses[n]!
      const handedOn = ofLost[n]!
      for (let later = n + 1; later < layers; later++) {
        ofLost[later]! += deal.countBelow(this.#losses[later]!.worker, handedOn)
      }
      own = worker === lost ? 0 : own + deal.countBelow(worker, handedOn)
    }
    return own
  }
}

/** The share with those workers left out that would have no part of `users`; the others keep their weights. */
export function withUsersMax(share: Share, users: number): Share {
  const deal = new Deal(share.weights)
  const weights = share.weights.map((weight, worker) =>
    deal.countBelow(worker, users) === 0 ? 0 : weight,
  )
  return { ...share, weights }
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
