/**
 * When a search must not go on: a target that is down is left alone. A trial ends by itself long before; these rules are for one that does
 * not come back: nothing accepted for 10 s, nine of ten requests failing for 60 s, half of them for 30 s while at least ten
 * a second are sent.
 */
import type { Window } from '../../contracts/window.ts'
import { allOf, isOfRequests } from '../metrics/series-totals.ts'

interface Rule {
  readonly seconds: number
  readonly text: string
  breaks(second: Second): boolean
}
interface Second {
  readonly requests: number
  readonly failures: number
  readonly refused: number
}

const RULES: readonly Rule[] = [
  {
    seconds: 10,
    text: 'the target has refused every connection for 10 s',
    breaks: ({ requests, refused }) => requests > 0 && refused >= requests,
  },
  {
    seconds: 60,
    text: '90 % of the requests have failed for 60 s',
    breaks: ({ requests, failures }) => requests > 0 && failures >= 0.9 * requests,
  },
  {
    seconds: 30,
    text: 'half of the requests have failed for 30 s',
    breaks: ({ requests, failures }) => requests >= 10 && failures >= 0.5 * requests,
  },
]

export class AbortWatch {
  readonly #lasting = RULES.map(() => 0)

  /** Why to stop; undefined: go on. A second without requests changes nothing. */
  add({ series, errors }: Window): string | undefined {
    const { requests, failures } = allOf(series.filter(isOfRequests))
    if (requests === 0) return undefined
    const refused = errors
      .filter(({ kind }) => kind === 'refused')
      .reduce((sum, each) => sum + each.count, 0)
    const second = { requests, failures, refused }
    RULES.forEach((rule, index) => {
      this.#lasting[index] = rule.breaks(second) ? this.#lasting[index]! + 1 : 0
    })
    return RULES.find(({ seconds }, index) => this.#lasting[index]! >= seconds)?.text
  }
}
