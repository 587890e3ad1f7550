/** Can the figures be believed, how were they made, and with what. */
import type { RunResult, WorkerResult } from '../../../../contracts/result.ts'
import type { RunView } from '../../../../contracts/view.ts'
import { seconds, warmupText } from '../../../../model/report/wording.ts'
import { bytes, clock, grouped, short } from '../figures.ts'
import { type Content, type Html, html } from '../html.ts'
import { type Column, facts, section, table } from '../tables.ts'
import { mark } from './verdict.ts'

export function trustSection({ result }: RunView): Html {
  const { generator } = result
  const { trustworthy, reasons } = generator
  const answer = trustworthy
    ? html`<p>${mark('ok', '✓')} <strong>Yes.</strong> The load generator kept up with what was asked of it.</p>`
    : html`<p>${mark('warn', '!')} <strong>No.</strong> The load generator was a limit itself: the figures may be its own.</p>`
  const why =
    reasons.length === 0
      ? undefined
      : html`<ul>${reasons.map((each) => html`<li>${each}</li>`)}</ul>`
  return section(
    'trust',
    'Can I trust this?',
    answer,
    why,
    facts('Load generator', trustFacts(result)),
    generator.workers.length === 0
      ? undefined
      : table('Workers', WORKER_COLUMNS, generator.workers),
    html`<p>Response times count from the moment a request was due, so a target that stalls cannot hide the requests that it kept waiting (coordinated omission). Histograms of all workers are added up, with an error of at most 0.4 %; no percentile is a mean of percentiles.</p>`,
  )
}

function trustFacts({
  generator,
  arrivals,
  users,
  warmup,
}: RunResult): (readonly [string, Content])[] {
  const { littlesLaw } = generator
  const { latenessMs } = arrivals
  const rows: [string, Content][] = [
    ['CPU of the busiest worker', `at most ${short(generator.cpuRatioMax * 100)} % of a core`],
    ['event-loop delay, p99', `${short(generator.loopDelayMsP99)} ms`],
    [
      "Little's law",
      `${littlesLaw.holds ? 'holds' : 'does not hold'}: ${short(littlesLaw.inFlightMean)} requests in flight on average, ${short(littlesLaw.expected)} by rate × latency`,
    ],
    [
      'users',
      `${grouped(users.started)} started, ${grouped(users.stopped)} stopped, ${grouped(users.failed)} failed`,
    ],
  ]
  if (arrivals.due > 0) {
    rows.push(
      [
        'arrivals',
        `${grouped(arrivals.due)} due, ${grouped(arrivals.started)} started, ${grouped(arrivals.dropped)} dropped, ${grouped(arrivals.unknown)} unknown`,
      ],
      [
        'late starts',
        `p50 ${short(latenessMs.p50)} ms, p99 ${short(latenessMs.p99)} ms, max ${short(latenessMs.max)} ms`,
      ],
    )
  }
  rows.push(['warm-up', warmup === undefined ? 'none' : warmupText(warmup)])
  return rows
}

const WORKER_COLUMNS: readonly Column<WorkerResult>[] = [
  { head: 'worker', cell: (each) => `${each.index}${each.lost ? ' (lost)' : ''}` },
  {
    head: 'CPU % of a core',
    value: (each) => each.cpuRatioMax,
    cell: (each) => short(each.cpuRatioMax * 100),
  },
  {
    head: 'loop delay p99 ms',
    value: (each) => each.loopDelayMsP99,
    cell: (each) => short(each.loopDelayMsP99),
  },
  { head: 'memory', value: (each) => each.rssBytesMax, cell: (each) => bytes(each.rssBytesMax) },
  {
    head: 'sockets',
    value: (each) => each.openSocketsMax,
    cell: (each) => grouped(each.openSocketsMax),
  },
]

/** How the run was asked for. */
export interface Made {
  /** As it would be typed. */
  readonly command: string
  /** Settings with where each comes from. */
  readonly settings: readonly {
    readonly name: string
    readonly value: string
    readonly place: string
  }[]
}

type Made1 = Made['settings'][number]
const SETTING_COLUMNS: readonly Column<Made1>[] = [
  { head: 'setting', cell: (each) => each.name },
  { head: 'value', cell: (each) => each.value },
  { head: 'from', cell: (each) => each.place },
]

export function madeSection({ result, load }: RunView, made: Made | undefined): Html {
  const { run } = result
  const { git } = run
  const scenarios = run.plan.scenarios.map(
    (each, index) =>
      [
        `scenario ${each.name}`,
        `${load[index] ?? ''}; ${each.users.map((user) => `${user.className} × ${user.weight}`).join(', ')}${each.startAfterMs > 0 ? `; from ${clock(each.startAfterMs)}` : ''}`,
      ] as const,
  )
  return section(
    'made',
    'How it was made',
    made && html`<p class="command"><code>${made.command}</code></p>`,
    facts('Run', [
      ...scenarios,
      ['script', `${run.script} (hash ${run.scriptHash.slice(0, 12)})`],
      ['host', run.host ?? 'named by the script'],
      ['seed', run.seed],
      ['began', run.startedAt],
      ['took', seconds(run.durationMs)],
      ['workers', run.workers],
      ['onrush', `${run.version} on Node ${run.node}`],
      ...(git === null
        ? []
        : [['git', `${git.commit} on ${git.branch}${git.dirty ? ', with changes' : ''}`] as const]),
    ]),
    made &&
      html`<details><summary>Settings and where each comes from</summary>${table('Settings', SETTING_COLUMNS, made.settings)}</details>`,
  )
}
