/** Everything the charts show, as a table: for whoever cannot see them, or wants a figure. */
import type { RunView, ViewPoint } from '../../../../contracts/view.ts'
import type { Chart } from '../charts/lines.ts'
import { clock, grouped, short } from '../figures.ts'
import { type Html, html, NOTHING } from '../html.ts'
import { type Column, section, table } from '../tables.ts'

const perSec = (count: number, { spanMs }: ViewPoint): number => count / (spanMs / 1_000)
const column = (head: string, value: (point: ViewPoint) => number | null): Column<ViewPoint> => ({
  head,
  value,
  cell: (point) => short(value(point)),
})

const COLUMNS: readonly Column<ViewPoint>[] = [
  { head: 'from', cell: (point) => clock(point.atMs) },
  column('requests per s', (point) => perSec(point.requests, point)),
  column('p50 ms', (point) => point.p50Ms),
  column('p95 ms', (point) => point.p95Ms),
  column('p99 ms', (point) => point.p99Ms),
  column('max ms', (point) => point.maxMs),
  column('errors per s', (point) =>
    point.errors.reduce((sum, [, count]) => sum + perSec(count, point), 0),
  ),
  column('dropped per s', (point) => perSec(point.arrivals.dropped, point)),
  { head: 'users', value: (point) => point.users, cell: (point) => grouped(point.users) },
  column('in flight', (point) => point.inFlight),
  column('CPU %', (point) => point.cpuRatio * 100),
  column('loop delay ms', (point) => point.loopDelayMs),
]

export function chartSection(charts: readonly Chart[], { points }: RunView): Html {
  if (points.length === 0) return NOTHING
  const figures = charts.map(
    ({ title, sentence, legend, drawing }) =>
      html`<figure><figcaption><h3>${title}</h3><p>${sentence}</p></figcaption><div class="wide" role="group" tabindex="0" aria-label="${title}">${drawing}</div><p class="legend">${legend.map(({ name, swatch }) => html`<span>${swatch} ${name}</span> `)}</p></figure>\n`,
  )
  return section(
    'charts',
    'Over time',
    html`<div class="charts">${figures}</div>`,
    html`<details><summary>The charts as a table</summary>${table('Over time', COLUMNS, points)}</details>`,
  )
}
