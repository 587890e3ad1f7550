/** Two results beside each other, as a section of the page. All that comes from the other file becomes text. */
import type { RunResult } from '../../../../contracts/result.ts'
import { highestP95 } from '../../../../model/report/glance.ts'
import {
  caveats,
  type DifferenceRow,
  FIGURE_NAMES,
  keyRows,
  seriesRows,
} from '../compare/compare-rows.ts'
import { short } from '../figures.ts'
import { button, element } from './dom.ts'

const WIDTH = 900
const HEIGHT = 180
const STRETCHES = 300
const LINES = ['A', 'B', 'change'] as const
const SECOND_MS = 1_000
const SVG = 'http://www.w3.org/2000/svg'

/** `a`: what `b` is held against. */
export function compareSection(a: RunResult, b: RunResult, onClose: () => void): HTMLElement {
  const section = element('section')
  section.id = 'compare'
  section.tabIndex = -1
  section.append(
    element('h2', 'Compared with another report'),
    element('p', `A is ${nameOf(a)}; B is ${nameOf(b)}.`),
    ...notes(a, b),
    table('All requests', ['figure', 'A', 'B', 'change'], keyRows(a, b).map(cellsOf)),
    lines(a, b),
    seriesTable(a, b),
    element(
      'p',
      'These are differences of two numbers. Whether they are more than noise is said, for runs that were kept, by:',
    ),
    command(`onrush compare ${a.run.id} ${b.run.id}`),
    button('Close the comparison', onClose),
  )
  return section
}

function notes(a: RunResult, b: RunResult): HTMLElement[] {
  const { notComparable, notEqual } = caveats(a, b)
  return [
    ...notComparable.map((why) => element('p', `! Not comparable because ${why}.`)),
    ...(notEqual.length === 0 ? [] : [element('p', `Not equal: ${notEqual.join('; ')}.`)]),
  ]
}

function seriesTable(a: RunResult, b: RunResult): HTMLElement {
  const heads = ['requests', 'run', ...FIGURE_NAMES]
  const rows = seriesRows(a, b).flatMap(({ name, figures }) => [
    [name, LINES[0], ...figures.map((each) => each.a)],
    ['', LINES[1], ...figures.map((each) => each.b)],
    ['', LINES[2], ...figures.map((each) => each.change)],
  ])
  return table('Each request', heads, rows, LINES.length)
}

/** `rowsPerHead`: so many rows share the head of the first of them. */
function table(
  name: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  rowsPerHead = 1,
): HTMLElement {
  const frame = element('div')
  frame.className = 'wide'
  frame.tabIndex = 0
  frame.role = 'group'
  frame.ariaLabel = name
  const made = element('table')
  made.className = 'compared'
  const row = made.createTHead().insertRow()
  for (const [index, head] of heads.entries()) {
    const made = cell('th', head, 'col')
    if (index > 0) made.className = 'n'
    row.append(made)
  }
  const body = made.createTBody()
  for (const [first = '', ...others] of rows) {
    const line = body.insertRow()
    if (first !== '') {
      const head = cell('th', first, rowsPerHead > 1 ? 'rowgroup' : 'row')
      head.rowSpan = rowsPerHead
      line.append(head)
    }
    for (const each of others) line.append(cell('td', each))
  }
  frame.append(made)
  return frame
}

function cell(tag: 'td' | 'th', text: string, scope?: string): HTMLTableCellElement {
  const made = element(tag, text)
  if (scope !== undefined) made.setAttribute('scope', scope)
  if (tag === 'td') made.className = 'n'
  return made
}

/** The p95 of both over time, from their starts. */
function lines(a: RunResult, b: RunResult): HTMLElement {
  const lengthMs = Math.max(...[a, b].map(({ windows }) => (windows.at(-1)?.atMs ?? 0) + SECOND_MS))
  const stretchMs = Math.ceil(lengthMs / STRETCHES / SECOND_MS) * SECOND_MS
  const courses = [a, b].map(({ windows }) => highestP95(windows, lengthMs, stretchMs))
  const most = Math.max(1e-9, ...courses.flat().map((value) => value ?? 0))
  const drawing = document.createElementNS(SVG, 'svg')
  drawing.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`)
  drawing.setAttribute('preserveAspectRatio', 'none')
  drawing.setAttribute('class', 'overlaid')
  drawing.setAttribute('role', 'img')
  drawing.setAttribute(
    'aria-label',
    `p95 over time, from 0 to ${short(most)} ms: A as a solid line, B as a dashed one`,
  )
  for (const [index, course] of courses.entries()) {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('class', index === 0 ? 'line-a' : 'line-b')
    path.setAttribute('d', pathOf(course, most))
    drawing.append(path)
  }
  const figure = element('figure')
  const caption = `p95 over time, both from their start; A solid, B dashed; the highest is ${short(most)} ms`
  figure.append(element('figcaption', caption), drawing)
  return figure
}

function pathOf(values: readonly (number | null)[], most: number): string {
  const step = WIDTH / Math.max(1, values.length - 1)
  let isDrawing = false
  return values
    .map((value, at) => {
      const sign = isDrawing ? 'L' : 'M'
      isDrawing = value !== null
      if (value === null) return ''
      return `${sign}${(at * step).toFixed(1)} ${((HEIGHT - 4) * (1 - value / most) + 2).toFixed(1)}`
    })
    .join('')
}

function command(text: string): HTMLElement {
  const made = element('p', text)
  made.className = 'command'
  return made
}

const cellsOf = ({ name, a, b, change }: DifferenceRow): string[] => [name, a, b, change]
const nameOf = ({ run }: RunResult): string => `${run.name} ${run.id} of ${run.startedAt}`
