/** A range marked on all charts at once, by dragging over any of them; a click without dragging ends it. Fields do the same without a pointer. */
import { all } from './dom.ts'

export interface Marks {
  /** Nothing is marked when `toMs` is not after `fromMs`. */
  show(fromMs: number, toMs: number): void
}

const CLICK_PX = 4

/** `onChosen` gets a stretch of the run in ms; an empty one means all of it. */
export function followBrush(
  endMs: number,
  onChosen: (fromMs: number, toMs: number) => void,
): Marks {
  const charts = all<SVGSVGElement>('svg.chart').map((svg) => new BrushedChart(svg, endMs))
  const show: Marks['show'] = (fromMs, toMs) => {
    for (const chart of charts) chart.mark(fromMs, toMs)
  }
  for (const chart of charts) chart.listen(show, onChosen)
  return { show }
}

class BrushedChart {
  readonly #svg: SVGSVGElement
  readonly #mark: SVGRectElement
  readonly #left: number
  readonly #right: number
  readonly #durationMs: number
  readonly #endMs: number

  constructor(svg: SVGSVGElement, endMs: number) {
    this.#svg = svg
    this.#left = Number(svg.dataset['left'])
    this.#right = Number(svg.dataset['right'])
    this.#durationMs = Number(svg.dataset['ms'])
    this.#endMs = endMs
    this.#mark = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
    this.#mark.setAttribute('class', 'brush')
    this.#mark.setAttribute('y', '26')
    this.#mark.setAttribute('height', `${svg.viewBox.baseVal.height - 54}`)
    this.#mark.setAttribute('visibility', 'hidden')
    svg.append(this.#mark)
  }

  mark(fromMs: number, toMs: number): void {
    const [from, to] = [this.#xOf(fromMs), this.#xOf(toMs)]
    this.#mark.setAttribute('visibility', to > from ? 'visible' : 'hidden')
    this.#mark.setAttribute('x', `${from}`)
    this.#mark.setAttribute('width', `${Math.max(0, to - from)}`)
  }

  listen(show: Marks['show'], onChosen: (fromMs: number, toMs: number) => void): void {
    let begin: { readonly clientX: number; readonly ms: number } | undefined
    const svg = this.#svg
    svg.addEventListener('pointerdown', (event) => {
      // A finger scrolls.
      if (event.button !== 0 || event.pointerType === 'touch') return
      begin = { clientX: event.clientX, ms: this.#msAt(event) }
      svg.setPointerCapture(event.pointerId)
      event.preventDefault()
    })
    svg.addEventListener('pointermove', (event) => {
      if (begin !== undefined) show(...ordered(begin.ms, this.#msAt(event)))
    })
    svg.addEventListener('pointerup', (event) => {
      if (begin === undefined) return
      const isClick = Math.abs(event.clientX - begin.clientX) < CLICK_PX
      const [fromMs, toMs] = ordered(begin.ms, this.#msAt(event))
      begin = undefined
      if (isClick) onChosen(0, 0)
      else onChosen(fromMs, toMs)
    })
    svg.addEventListener('pointercancel', () => {
      begin = undefined
      onChosen(0, 0)
    })
  }

  #xOf(ms: number): number {
    const share = Math.min(1, Math.max(0, ms / this.#durationMs))
    return this.#left + share * (this.#right - this.#left)
  }

  #msAt({ clientX }: PointerEvent): number {
    const { left, width } = this.#svg.getBoundingClientRect()
    const x = ((clientX - left) / width) * this.#svg.viewBox.baseVal.width
    const share = (x - this.#left) / (this.#right - this.#left)
    return Math.min(this.#endMs, Math.max(0, share * this.#durationMs))
  }
}

const ordered = (a: number, b: number): readonly [number, number] => (a < b ? [a, b] : [b, a])
