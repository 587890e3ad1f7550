/**
 * The frame of a chart: scales, grid, axes. All charts of the report have the same time axis at the same place, so that one range can be
 * marked on all of them. Everything is drawn with presentation attributes, because reports are read where styles are blocked;
 * classes only let the style sheet change colours for the dark.
 */
import { clock, short } from '../figures.ts'
import { type Content, type Html, html } from '../html.ts'

const LEFT = 56
const MARGIN = 30
const TOP = 26
const BOTTOM = 28

/** What a chart is drawn with, besides its own data. */
export interface Frame {
  readonly durationMs: number
  /** Bands of the time axis, such as pauses, in order. */
  readonly bands: readonly {
    readonly fromMs: number
    readonly toMs: number
    readonly name: string
  }[]
  /** Instants with something to say, in the order of their list. */
  readonly flags: readonly { readonly atMs: number; readonly number: number }[]
}

export class Plot {
  readonly height: number
  readonly left = LEFT
  readonly right: number
  readonly #frame: Frame
  readonly #yMost: number
  readonly #yLeast: number
  readonly #isLog: boolean

  /** `yLeast` is 0 unless the scale is logarithmic. */
  constructor(
    frame: Frame,
    size: { readonly width: number; readonly height: number },
    scale: { readonly most: number; readonly least?: number; readonly isLog?: true },
  ) {
    this.#frame = frame
    this.height = size.height
    this.right = size.width - MARGIN
    this.#yMost = scale.most
    this.#yLeast = scale.least ?? 0
    this.#isLog = scale.isLog === true
  }

  x(ms: number): number {
    const share = Math.min(1, Math.max(0, ms / Math.max(1, this.#frame.durationMs)))
    return tenth(LEFT + share * (this.right - LEFT))
  }

  y(value: number): number {
    const [least, most] = [this.#yLeast, this.#yMost]
    const share = this.#isLog
      ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
      : value / most
    const low = this.height - BOTTOM
    return tenth(low - Math.min(1, Math.max(0, share)) * (low - TOP))
  }

  /** The whole picture. `ticks` are values of the y axis, `name` says what they are; `content` lies over the grid. */
  draw(title: string, unit: string, ticks: readonly number[], content: Content): Html {
    const { height, right } = this
    const width = right + MARGIN
    const low = height - BOTTOM
    const lines = ticks.map((value) => {
      const y = this.y(value)
      return html`<path class="grid" d="M${LEFT} ${y}H${right}" stroke="#D5D9E0"/><text class="axis" x="${LEFT - 6}" y="${y + 4}" text-anchor="end" fill="#5A6372">${short(value)}</text>`
    })
    const times = timeTicks(this.#frame.durationMs).map(
      (ms) =>
        html`<path class="grid" d="M${this.x(ms)} ${low}v4" stroke="#5A6372"/><text class="axis" x="${this.x(ms)}" y="${low + 17}" text-anchor="middle" fill="#5A6372">${clock(ms)}</text>`,
    )
    return html`<svg class="chart" data-left="${LEFT}" data-right="${right}" data-ms="${this.#frame.durationMs}" role="img" aria-label="${title}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui,sans-serif" font-size="12"><text class="axis" x="${LEFT - 6}" y="${TOP - 12}" text-anchor="end" fill="#5A6372">${unit}</text>${this.#bands(low)}${lines}${content}<path class="axis-line" d="M${LEFT} ${low}H${right}" stroke="#5A6372"/>${times}${this.#flags(low)}</svg>`
  }

  #bands(low: number): Content {
    return this.#frame.bands.map(({ fromMs, toMs, name }) => {
      const [from, to] = [this.x(fromMs), this.x(toMs)]
      return html`<rect class="band" x="${from}" y="${TOP}" width="${tenth(to - from)}" height="${low - TOP}" fill="#ECEEF2"><title>${name} ${clock(fromMs)}–${clock(toMs)}</title></rect>`
    })
  }

  #flags(low: number): Content {
    return this.#frame.flags.map(({ atMs, number }) => {
      const x = this.x(atMs)
      return html`<path class="flag" d="M${x} ${low}V${TOP - 4}" stroke="#9A5B00" stroke-dasharray="1 3"/><text class="flag-text" x="${x}" y="${TOP - 7}" text-anchor="middle" font-size="10" fill="#9A5B00">${number}</text>`
    })
  }
}

/** As many of 1, 2, 5 · 10ⁿ as make about four steps; the last is at or above `most`. */
export function ticksTo(most: number): number[] {
  if (most <= 0) return [0, 1]
  const rough = most / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999)!
  const count = Math.ceil((most / step) * 0.9999) || 1
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6)))
}

const TIME_STEPS_SEC = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400,
]

function timeTicks(durationMs: number): number[] {
  const seconds = durationMs / 1_000
  const step =
    TIME_STEPS_SEC.find((each) => seconds / each <= 8) ?? 86_400 * Math.ceil(seconds / 691_200)
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step * 1_000)
}

export const tenth = (value: number): number => Math.round(value * 10) / 10
