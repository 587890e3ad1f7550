/**
 * The kept requests of one run for the page: lines of all that are wanted, and one whole. Of a run that goes on they are in memory, of a kept
 * one they are read with its windows; those of the run that was looked at last stay, as whoever looks asks again and again.
 */
import type { Exemplar } from '../../contracts/exemplar.ts'
import type { Store } from '../../contracts/store.ts'
import type { Window } from '../../contracts/window.ts'
import {
  isWanted,
  type SampleLine,
  type SampleQuery,
  withoutMessages,
} from '../../model/view/samples.ts'

export interface SampleList {
  /** Of the whole run. */
  readonly kept: number
  readonly samples: readonly SampleLine[]
}

/** Bounded by what a run keeps, see `RunExemplars`. */
export class RunSamples {
  readonly #byId = new Map<string, Exemplar>()

  /** A window may come again. */
  add({ exemplars = [] }: Pick<Window, 'exemplars'>): void {
    for (const each of exemplars) this.#byId.set(each.id, each)
  }

  /** In the order of their sending. */
  list(query: SampleQuery): SampleList {
    const wanted = [...this.#byId.values()].filter((each) => isWanted(each, query))
    wanted.sort((a, b) => a.startMs - b.startMs)
    return { kept: this.#byId.size, samples: wanted.map(withoutMessages) }
  }

  one(id: string): Exemplar | undefined {
    return this.#byId.get(id)
  }
}

/** Of kept runs. */
export class KeptSamples {
  #last: { readonly id: string; readonly samples: RunSamples } | undefined

  /** Undefined when there is no such run. */
  async of(store: Store, id: string): Promise<RunSamples | undefined> {
    if (this.#last?.id === id) return this.#last.samples
    const run = await store.read(id)
    if (run === undefined) return undefined
    const samples = new RunSamples()
    for await (const stretch of store.merged(id, { detail: 'series' })) samples.add(stretch)
    // One that goes on elsewhere grows.
    if (run.record.state === 'finished') this.#last = { id, samples }
    return samples
  }
}
