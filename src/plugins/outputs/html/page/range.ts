/**
 * Looks at a part of the run: drag over a chart or type two times, and every table that can be is made again for that part, from the slices in
 * the file. Rules, custom metrics, the target and the generator stay those of the whole run, and the bar says so.
 */
import { clock, grouped, percent } from '../figures.ts'
import {
  ALL_REQUESTS,
  decodeRange,
  figuresOfPart,
  type Part,
  type RangeData,
} from '../range/range-data.ts'
import { COLUMNS, keyNumbers } from '../series-columns.ts'
import { followBrush } from './brush.ts'
import { all, button, unpacked } from './dom.ts'

export async function offerRange(): Promise<void> {
  const template = document.getElementById('range')
  const charts = document.getElementById('charts')
  if (template === null || charts === null) return
  const data = decodeRange(new Uint8Array(await unpacked('range')))
  const whole: Part = { from: 0, to: data.slices.length }
  const tables = new RangeTables(data)
  const bar = barOf(data, template.dataset['error'] ?? '', (part) => show(part ?? whole))
  charts.before(bar.element)
  const marks = followBrush(data.spanMs * data.slices.length, (fromMs, toMs) => {
    show(toMs <= fromMs ? whole : partOf(data, fromMs, toMs))
  })
  const show = (part: Part): void => {
    const isWhole = part.from === 0 && part.to === data.slices.length
    if (isWhole) tables.restore()
    else tables.show(part)
    bar.show(part, isWhole)
    marks.show(part.from * data.spanMs, isWhole ? 0 : part.to * data.spanMs)
  }
  bar.show(whole, true)
}

/** The slices that touch the stretch. */
function partOf({ spanMs, slices }: RangeData, fromMs: number, toMs: number): Part {
  const from = Math.min(slices.length - 1, Math.max(0, Math.floor(fromMs / spanMs)))
  return { from, to: Math.min(slices.length, Math.max(from + 1, Math.ceil(toMs / spanMs))) }
}

interface Bar {
  readonly element: HTMLElement
  show(part: Part, isWhole: boolean): void
}

function barOf(data: RangeData, error: string, onChosen: (part: Part | undefined) => void): Bar {
  const element = document.createElement('div')
  element.className = 'tools range'
  const [from, to] = [field('From'), field('To')]
  const said = document.createElement('span')
  said.setAttribute('role', 'status')
  const reset = button('Whole run', () => onChosen(undefined))
  for (const { input } of [from, to]) {
    input.addEventListener('change', () => {
      const [fromMs, toMs] = [msOf(from.input.value), msOf(to.input.value)]
      const isTime = fromMs !== undefined && toMs !== undefined && toMs > fromMs
      if (isTime) onChosen(partOf(data, fromMs, toMs))
      else said.textContent = 'Write two times such as 00:30 and 01:15.'
    })
  }
  element.append(from.label, to.label, reset, said)
  return {
    element,
    show(part, isWhole) {
      from.input.value = clock(part.from * data.spanMs)
      to.input.value = clock(part.to * data.spanMs)
      reset.hidden = isWhole
      said.textContent = isWhole
        ? 'Drag over a chart to look at a part of the run.'
        : `Tables show ${clock(part.from * data.spanMs)} to ${clock(part.to * data.spanMs)}, percentiles to ${error} %. Everything else: whole run.`
    },
  }
}

function field(name: string): { readonly label: HTMLElement; readonly input: HTMLInputElement } {
  const label = document.createElement('label')
  const input = document.createElement('input')
  input.size = 7
  label.append(`${name} `, input)
  return { label, input }
}

/** '1:02:03', '02:03' or '3'. */
function msOf(text: string): number | undefined {
  if (!/^\d+(:\d{1,2}){0,2}$/.test(text.trim())) return undefined
  return (
    text
      .trim()
      .split(':')
      .reduce((seconds, part) => seconds * 60 + Number(part), 0) * 1_000
  )
}

/** Rewrites cells, and remembers what they were. */
class RangeTables {
  readonly #data: RangeData
  readonly #before = new Map<HTMLElement, readonly [nodes: Node[], value: string | undefined]>()

  constructor(data: RangeData) {
    this.#data = data
  }

  restore(): void {
    for (const [cell, [nodes, value]] of this.#before) {
      cell.replaceChildren(...nodes)
      if (value !== undefined) cell.dataset['v'] = value
    }
    this.#before.clear()
  }

  show(part: Part): void {
    for (const table of all<HTMLTableElement>('table[data-columns]')) {
      for (const row of table.tBodies[0]!.rows) {
        const index = row.dataset['i']
        const values = index === undefined ? undefined : this.#valuesOf(table, Number(index), part)
        const cells = [...row.cells].filter((cell) => cell.dataset['v'] !== undefined)
        cells.forEach((cell, place) => void this.#set(cell, ...(values?.[place] ?? NONE)))
      }
    }
    this.#showKeys(part)
  }

  /** Of the cells with numbers, in order. */
  #valuesOf(table: HTMLTableElement, index: number, part: Part): readonly Shown[] {
    const kind = table.dataset['columns']!
    if (kind === 'errors') return this.#errorValues(index, part)
    if (kind === 'checks') return this.#checkValues(index, part)
    const figures = figuresOfPart(this.#data, index, part)
    return COLUMNS[kind]!.map(({ text, value }) => [text(figures), value(figures)])
  }

  #errorValues(index: number, { from, to }: Part): Shown[] {
    const { errors, spanMs } = this.#data
    const counts = errors[index]!.slice(from, to)
    const count = counts.reduce((sum, each) => sum + each, 0)
    if (count === 0) return [['0', 0], NONE, NONE]
    const first = (from + counts.findIndex((each) => each > 0)) * spanMs
    const last = (from + counts.findLastIndex((each) => each > 0)) * spanMs
    return [
      [grouped(count), count],
      [clock(first), first],
      [clock(last), last],
    ]
  }

  #checkValues(index: number, { from, to }: Part): Shown[] {
    const counts = this.#data.checks[index]!.slice(from, to)
    const passes = counts.reduce((sum, each) => sum + each[0], 0)
    const failures = counts.reduce((sum, each) => sum + each[1], 0)
    return [
      [grouped(passes), passes],
      [grouped(failures), failures],
      [percent(passes, passes + failures), passes / (passes + failures)],
    ]
  }

  #showKeys(part: Part): void {
    const slices = this.#data.slices.slice(part.from, part.to)
    const due = slices.reduce((sum, each) => sum + each.due, 0)
    const dropped = slices.reduce((sum, each) => sum + each.dropped, 0)
    const keys = new Map([
      ...keyNumbers(figuresOfPart(this.#data, ALL_REQUESTS, part)),
      ['users at most', grouped(Math.max(...slices.map((each) => each.usersMax)))],
      ['arrivals due', grouped(due)],
      ['arrivals dropped', percent(dropped, due)],
    ])
    for (const cell of all<HTMLElement>('[data-key]')) {
      const text = keys.get(cell.dataset['key']!)
      if (text !== undefined) this.#set(cell, text)
    }
  }

  #set(cell: HTMLElement, text: string, value?: number | null): void {
    if (!this.#before.has(cell)) {
      this.#before.set(cell, [[...cell.childNodes], cell.dataset['v']])
    }
    cell.textContent = text
    if (value !== undefined) cell.dataset['v'] = value === null ? '' : `${value}`
  }
}

type Shown = readonly [text: string, value: number | null]
const NONE: Shown = ['–', null]
