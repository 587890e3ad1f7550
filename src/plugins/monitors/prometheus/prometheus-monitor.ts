/**
 * An endpoint that tells metrics as Prometheus or OpenMetrics text: any exporter, and most servers. The first page is read as a whole,
 * strictly; of later ones only the lines of those series that are taken. Costs about 1 ms per thousand lines and reading, most of it
 * for receiving them.
 */
import type { Monitor, MonitorFigure } from '../../../contracts/monitor.ts'
import { CounterRates } from '../../../kernel/counter-rates.ts'
import { didYouMean } from '../../../kernel/did-you-mean.ts'
import { type Choice, choiceOf, type Figure, figuresOf, parseChoices } from './choice.ts'
import { type Exposition, type Labels, parseExposition, type Sample } from './exposition.ts'
import { HttpText } from './http-text.ts'

export interface PrometheusOptions {
  readonly name: string
  /** With the choice of series behind the `#`. */
  readonly url: string
  /** Without secrets. */
  readonly source: string
  nowMs(): number
}

export class PrometheusMonitor implements Monitor {
  readonly name: string
  readonly source: string
  readonly #page: HttpText
  readonly #choices: readonly Choice[]
  readonly #isChosen: boolean
  readonly #nowMs: () => number
  readonly #rates = new CounterRates()
  #figures: readonly Figure[] | undefined
  #wanted: ReadonlySet<string> | undefined
  #readings = 0

  /** Throws when the choice of series cannot be read. */
  constructor({ name, url, source, nowMs }: PrometheusOptions) {
    this.name = name
    this.source = source
    this.#nowMs = nowMs
    const choice = choiceOf(url)
    this.#choices = parseChoices(choice)
    this.#isChosen = choice !== ''
    this.#page = new HttpText(new URL(url))
  }

  async read(signal: AbortSignal): Promise<readonly MonitorFigure[]> {
    const { text, type } = await this.#page.get(signal)
    const openMetrics = type.startsWith('application/openmetrics-text')
    const only = this.#wanted
    const page = parseExposition(text, { openMetrics, ...(only !== undefined && { only }) })
    const figures = this.#figures ?? this.#choose(page)
    this.#rates.begin(this.#nowMs())
    this.#readings++
    return figures.flatMap((figure) => this.#read(figure, page.samples))
  }

  close(): void {
    this.#page.close()
  }

  #choose({ types, samples }: Exposition): Figure[] {
    const names = new Set(samples.map((each) => each.name))
    const figures = figuresOf(this.#choices, types, names)
    if (figures.length === 0) throw new Error(this.#nothing([...types.keys(), ...names]))
    const found = new Set(figures.map((each) => each.metric))
    // Series often appear with the first request that they count: until all of those asked for are there, all are looked at.
    if (!this.#isChosen || this.#choices.every(({ metric }) => found.has(metric))) {
      this.#figures = figures
      this.#wanted = new Set(figures.flatMap((each) => each.samples))
    }
    return figures
  }

  #nothing(names: readonly string[]): string {
    const some = [...new Set(names)].slice(0, 3).join(', ')
    if (!this.#isChosen) {
      return `it has none of the series that are taken by default; choose some after a #, such as ${some}`
    }
    const [first] = this.#choices
    return `it has no series ${first!.name}. ${didYouMean(first!.name, names) || `It has ${some}`}`
  }

  #read(figure: Figure, samples: readonly Sample[]): MonitorFigure[] {
    const { metric, unit, kind, factor } = figure
    const [first, second = ''] = figure.samples
    if (kind === 'value') {
      const values = chosen(first, figure.labels, samples).map((each) => each.value)
      if (values.length === 0) return []
      return [{ metric, unit, value: values.reduce((sum, each) => sum + each, 0) * factor }]
    }
    const growth = this.#growth(first, figure.labels, samples)
    if (growth === undefined) return []
    if (kind === 'speed') return [{ metric, unit, value: this.#rates.perSecOf(growth) * factor }]
    const count = this.#growth(second, figure.labels, samples) ?? 0
    return count > 0 ? [{ metric, unit, value: (growth / count) * factor }] : []
  }

  /** Each series by itself, as each may begin anew. One that was not there before has counted from nought. */
  #growth(name: string, labels: Labels, samples: readonly Sample[]): number | undefined {
    let sum = 0
    for (const { labels: own, value } of chosen(name, labels, samples)) {
      const growth = this.#rates.growth(`${name}${JSON.stringify(own)}`, value)
      sum += growth ?? value
    }
    return this.#readings > 1 ? sum : undefined
  }
}

function chosen(name: string, labels: Labels, samples: readonly Sample[]): Sample[] {
  return samples.filter(
    (each) =>
      each.name === name &&
      labels.every(([key, value]) => each.labels.some(([k, v]) => k === key && v === value)),
  )
}
