/**
 * What a store keeps beside the windows of a run that goes on: the overview of each, and whole stretches of them merged. A window can be sent
 * again for a while, so it is merged only when that is over (`WINDOWS_REOPEN_MAX` windows later) and its bytes are held until then. Whatever
 * comes later still takes the stretches it is in away, which are then read from their parts. So there is one rule, in any order of events:
 *
 *     a stretch is kept only if it is the merge of the windows that are kept
 *
 * provided that the changes told here are written together with the windows they came with. About 2 ms of work per window of 50
 * series, 1 MB of bytes and 5 MB of histograms held.
 */
import type { Window } from '../../../contracts/window.ts'
import { WINDOWS_REOPEN_MAX } from '../../../kernel/limits.ts'
import { decodeWindow, encodeWindow } from '../window-codec.ts'
import { MergeChain } from './merge-chain.ts'
import { type Detail, type MergedKey, nameOf, SPANS } from './merged-key.ts'
import { overviewOf } from './overview.ts'

/** Of what is kept under `key`: `bytes` as of `encodeWindow`, or that it goes. */
export interface MergedChange {
  readonly key: MergedKey
  readonly bytes: Uint8Array | undefined
}

const DETAILS: readonly Detail[] = ['series', 'overview']

export class MergedBook {
  readonly #chains = DETAILS.map((detail) => {
    const chain = new MergeChain(detail, (key, merged) => this.#put(key, merged))
    return [detail, chain] as const
  })
  /** Windows that may come again; undefined: a version of which nobody knows here is kept. */
  readonly #held = new Map<number, Readonly<Record<Detail, Uint8Array>> | undefined>()
  readonly #changes = new Map<string, MergedChange>()
  /** Windows below it are merged. */
  #settled = 0

  /** Not written yet, one per key. */
  get changes(): MergedChange[] {
    return [...this.#changes.values()]
  }

  /** In any order, and again. `bytes`: as of `encodeWindow`, not to be changed. */
  add(window: Window, bytes: Uint8Array): void {
    const number = window.window
    const overview = this.#put({ detail: 'overview', span: 1, index: number }, overviewOf(window))
    if (number < this.#settled) {
      this.#spoil(number, (key) => this.#changes.set(nameOf(key), { key, bytes: undefined }))
      return
    }
    this.#held.set(number, { series: bytes, overview })
    this.settleBelow(number - WINDOWS_REOPEN_MAX + 1)
  }

  /** None of the windows below `end` will come again. */
  settleBelow(end: number): void {
    if (end <= this.#settled) return
    this.#settled = end
    const numbers = [...this.#held.keys()].filter((number) => number < end)
    for (const number of numbers.sort((a, b) => a - b)) {
      const bytes = this.#held.get(number)
      this.#held.delete(number)
      for (const [detail, chain] of this.#chains) {
        chain.endBelow(number)
        if (bytes === undefined) chain.spoil(number)
        else chain.add(decodeWindow(bytes[detail]))
      }
    }
    for (const [, chain] of this.#chains) chain.endBelow(end)
  }

  /** There are no more windows at all. */
  settleAll(): void {
    this.settleBelow(Math.max(-1, ...this.#held.keys()) + 1)
  }

  /** The window will not be written. A version of it that is written already remains, with all that was made of that. */
  giveUp(number: number): void {
    if (this.#held.has(number)) this.#held.set(number, undefined)
    this.#withdraw({ detail: 'overview', span: 1, index: number })
    if (number < this.#settled) this.#spoil(number, (key) => this.#withdraw(key))
  }

  /** These are written; not what changed since. */
  written(changes: readonly MergedChange[]): void {
    for (const change of changes) {
      const name = nameOf(change.key)
      if (this.#changes.get(name) === change) this.#changes.delete(name)
    }
  }

  #put(key: MergedKey, window: Window): Uint8Array {
    const bytes = encodeWindow(window)
    this.#changes.set(nameOf(key), { key, bytes })
    return bytes
  }

  /** `take` is told of each stretch that the window is in. */
  #spoil(number: number, take: (key: MergedKey) => void): void {
    for (const [, chain] of this.#chains) chain.spoil(number)
    for (const detail of DETAILS) {
      for (const span of SPANS[detail]) {
        if (span > 1) take({ detail, span, index: Math.floor(number / span) })
      }
    }
  }

  #withdraw(key: MergedKey): void {
    const name = nameOf(key)
    if (this.#changes.get(name)?.bytes !== undefined) this.#changes.delete(name)
  }
}
