/** `--output hgrm=FILE`: the percentile distribution of the response times of all requests, once, at the end. */
import { writeFileSync } from 'node:fs'
import type { Output } from '../../../contracts/output.ts'
import type { Window } from '../../../contracts/window.ts'
import { UnseenPart } from '../../../model/export/unseen-part.ts'
import { isOfRequests, SeriesTotals } from '../../../model/metrics/series-totals.ts'
import { percentileText } from './percentile-text.ts'

export class HgrmOutput implements Output {
  readonly name = 'hgrm'
  readonly #path: string
  readonly #unseen = new UnseenPart()
  readonly #all = new SeriesTotals('', '', '(all)')

  /** Empties the file. Throws when it cannot be written. */
  constructor(path: string) {
    this.#path = path
    writeFileSync(path, '')
  }

  onWindow(window: Window): void {
    for (const each of this.#unseen.of(window).series.filter(isOfRequests)) this.#all.add(each)
  }

  stop(): void {
    writeFileSync(this.#path, percentileText(this.#all.response))
  }

  close(): void {}
}
