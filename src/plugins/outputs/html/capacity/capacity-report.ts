/**
 * A search for the limit, or a spike, as one HTML file that needs nothing beside it: the answer, the curves, every trial, how to do it again. Made
 * of the same parts as the report of a run, and as readable without styles and scripts. Pure: result in, text out.
 */
import type { CapacityResult, TrialResult } from '../../../../contracts/capacity.ts'
import type { KeptSearch } from '../../../../contracts/search-store.ts'
import type { SpikePhase, SpikeResult } from '../../../../contracts/spike.ts'
import { seconds } from '../../../../model/report/wording.ts'
import {
  responseDrawing,
  scalingDrawing,
  VERDICTS,
} from '../../../../model/view/capacity-drawing.ts'
import {
  answerSentence,
  capacityFacts,
  type Fact,
  loadText,
  spikeFacts,
} from '../../../../model/view/capacity-facts.ts'
import { dataSection, documentOf } from '../document.ts'
import { grouped, percent, short } from '../figures.ts'
import { type Html, html } from '../html.ts'
import { mark } from '../sections/verdict.ts'
import { type Column, facts, section, table } from '../tables.ts'
import { curveFigure } from './curve.ts'

export function renderCapacityReport(found: KeptSearch): string {
  const isSpike = found.schema === 'onrush.spike/1'
  const { search, verdict } = found
  const sentence = isSpike ? spikeSentence(found) : answerSentence(found)
  const role = verdict.passed ? 'ok' : 'fail'
  const sign = verdict.passed ? '✓' : '✗'
  const body = [
    html`<header class="band ${role}">
<h1>${mark(role, sign)} <span class="word">${isSpike ? 'SPIKE' : 'CAPACITY'}</span> ${search.script}</h1>
<p class="why"><strong>${sentence}</strong></p>
${verdict.reason === '' ? undefined : html`<p>${verdict.reason}</p>\n`}<p class="places">${placesOf(found).join(' · ')}</p>
</header>
`,
    ...(isSpike ? spikeSections(found) : capacitySections(found)),
    section('again', 'Do it again', html`<p class="command"><code>${search.reproduce}</code></p>`),
    dataSection(found, { id: search.id, command: 'onrush capacity --json FILE' }),
  ]
  return documentOf(`${sign} ${search.script}: ${sentence}`, html`${body}`)
}

function placesOf({ search }: KeptSearch): string[] {
  return [
    `search ${search.id}`,
    ...(search.host === null ? [] : [search.host]),
    `began ${search.startedAt}`,
    `took ${seconds(search.durationMs)}`,
    `${search.workers} ${search.workers === 1 ? 'worker' : 'workers'}`,
    `onrush ${search.version} on Node ${search.node}`,
  ]
}

const factSection = (title: string, found: readonly Fact[]): Html =>
  section('facts', title, facts(title, found))

function capacitySections(found: CapacityResult): Html[] {
  const { headroom, search, trials, hold } = found
  const drawings = [
    ['Response time by load', responseDrawing(found)],
    ['Throughput by concurrency', scalingDrawing(found)],
  ] as const
  const figures = drawings.map(([title, drawing]) => drawing && curveFigure(title, drawing))
  const shown = figures.filter((each) => each !== null)
  const room: Fact[] =
    headroom === null
      ? []
      : [
          [
            'headroom',
            `${short(headroom.factor)} × the expected peak of ${loadText(headroom.expectedPeak, search.by)}`,
          ],
        ]
  return [
    ...(shown.length === 0
      ? []
      : [section('curves', 'Curves', html`<div class="charts">${shown}</div>`)]),
    factSection('What was found', [...room, ...capacityFacts(found)]),
    section('trials', 'Trials', table('Trials', TRIAL_COLUMNS, trials)),
    ...(hold === null || hold.steps.length === 0
      ? []
      : [
          section(
            'hold',
            'At the limit for long',
            html`<details><summary>${hold.steps.length} steps of ${hold.stepSec} s</summary>${table('Steps at the limit', STEP_COLUMNS, hold.steps)}</details>`,
          ),
        ]),
  ]
}

const PURPOSES: Readonly<Record<TrialResult['purpose'], string>> = {
  search: 'search',
  soak: 'soak',
  'baseline-again': 'the lowest load again',
  hold: 'at the limit',
}

const verdictCell = (verdict: TrialResult['verdict']): Html => {
  const [role, sign] = ({ pass: ['ok', '✓'], fail: ['fail', '✗'], void: ['warn', '!'] } as const)[
    verdict
  ]
  return html`${mark(role, sign)} ${VERDICTS[verdict]}`
}

const TRIAL_COLUMNS: readonly Column<TrialResult>[] = [
  { head: 'load', cell: ({ load }) => `${load}` },
  { head: 'for', cell: ({ purpose }) => PURPOSES[purpose] },
  {
    head: 'verdict',
    cell: ({ verdict, certain, why }) =>
      html`${verdictCell(verdict)}${certain ? undefined : ', not certain'}${why === '' ? undefined : html`: ${why}`}`,
  },
  number('p50 ms', ({ p50Ms }) => p50Ms),
  number('p95 ms', ({ p95Ms }) => p95Ms),
  number('p99 ms', ({ p99Ms }) => p99Ms),
  number('good/s', ({ goodPerSec }) => goodPerSec),
  {
    head: 'errors',
    value: ({ failures }) => failures,
    cell: ({ failures, requests }) => percent(failures, requests),
  },
  number('in flight', ({ inFlightMean }) => inFlightMean),
  number('seconds', ({ measuredSec }) => measuredSec),
  {
    head: 'requests',
    value: ({ requests }) => requests,
    cell: ({ requests }) => grouped(requests),
  },
]

const STEP_COLUMNS: readonly Column<NonNullable<CapacityResult['hold']>['steps'][number]>[] = [
  { head: 'second', cell: ({ fromMs }) => grouped(Math.round(fromMs / 1_000)) },
  { head: 'load', value: ({ load }) => load, cell: ({ load }) => `${load}` },
  { head: 'verdict', cell: ({ verdict }) => verdictCell(verdict) },
  number('good/s', ({ goodPerSec }) => goodPerSec),
  number('p95 ms', ({ p95Ms }) => p95Ms),
]

function number<Row>(head: string, value: (row: Row) => number | null): Column<Row> {
  return { head, value, cell: (row) => short(value(row)) }
}

function spikeSentence({ timeToRecoverSec, metastable }: SpikeResult): string {
  if (timeToRecoverSec !== null) return `Recovered ${timeToRecoverSec} s after the spike.`
  return metastable ? 'Did not recover from the spike.' : 'The recovery was not seen.'
}

function spikeSections(found: SpikeResult): Html[] {
  const { before, during, after, ramp } = found
  const phases: PhaseRow[] = [
    { name: 'before', phase: before },
    { name: 'spike', phase: during },
    { name: 'after', phase: after },
    ...(ramp === null
      ? []
      : [
          { name: 'before the ramp', phase: ramp.before },
          { name: 'on the ramp', phase: ramp.rise },
          { name: 'peak of the ramp', phase: ramp.during },
          { name: 'after the ramp', phase: ramp.after },
        ]),
  ]
  return [
    factSection('What was found', spikeFacts(found)),
    section('phases', 'Phases', table('Phases', PHASE_COLUMNS, phases)),
  ]
}

interface PhaseRow {
  readonly name: string
  readonly phase: SpikePhase
}
const PHASE_COLUMNS: readonly Column<PhaseRow>[] = [
  { head: 'phase', cell: ({ name }) => name },
  number('seconds', ({ phase }) => phase.seconds),
  number('good/s', ({ phase }) => phase.goodPerSec),
  number('p50 ms', ({ phase }) => phase.p50Ms),
  number('p95 ms', ({ phase }) => phase.p95Ms),
  number('max ms', ({ phase }) => phase.maxMs),
  {
    head: 'errors',
    value: ({ phase }) => phase.failures,
    cell: ({ phase }) => percent(phase.failures, phase.requests),
  },
  number('not begun', ({ phase }) => phase.dropped),
]
