/**
 * Requests that were kept: the slowest with where their time went, and the heads of what was sent and came back. Bodies never come into
 * a report, which is passed on more easily than a history. Drawn with attributes, so that it reads where styles are blocked.
 */
import type { Exemplar, ShownMessage } from '../../../../contracts/exemplar.ts'
import type { RunResult } from '../../../../contracts/result.ts'
import { clock, grouped, short } from '../figures.ts'
import { type Html, html, NOTHING } from '../html.ts'
import { section } from '../tables.ts'

const PHASES = ['dns', 'connect', 'tls', 'send', 'wait', 'receive'] as const
/** Colours that charts have for their first lines, each 3 : 1 on white and on black. */
const FILLS = ['#737d8c', '#b0603c', '#8a63c9', '#3f8f5b', '#2f7fc1', '#a8871f'] as const
const LATE_FILL = '#737d8c'
const WIDTH = 600
const HEIGHT = 14

export function slowestSection({ slowest = [], totals }: RunResult): Html {
  if (slowest.length === 0) return NOTHING
  return section(
    'slowest',
    'Slowest requests',
    html`<p>The slowest ${slowest.length} of ${grouped(totals.requests)}, each with where its time went. Without bodies: <code>onrush traces</code> has them.</p>`,
    slowest.map((each) => shownRequest(each)),
  )
}

function shownRequest(each: Exemplar): Html {
  const name = `${each.method} ${each.name}`.trim()
  return html`<details><summary>${short(each.responseMs)} ms · ${name} · status ${each.status} · at ${clock(each.startMs)}</summary>
<p class="places">${each.url} · user ${each.userId} on worker ${each.worker}${each.isNewConnection ? ' · new connection' : ''}${each.place === '' ? '' : ` · ${each.place}`}</p>
${waterfall(each)}${messages(each)}</details>\n`
}

/** Heads of what was sent and came back. */
export function messages({ request, response }: Exemplar): Html {
  return html`<pre>${textOf(request)}</pre><pre>${response === null ? 'no response' : textOf(response)}</pre>`
}

const textOf = ({ head, bodyBytes }: ShownMessage): string =>
  bodyBytes === 0 ? head : `${head}\n\n(a body of ${grouped(bodyBytes)} bytes)`

/** One bar, its parts side by side; and the same in words. */
function waterfall({ phasesMs, responseMs, latencyMs }: Exemplar): Html {
  const lateMs = Math.max(0, responseMs - latencyMs)
  const parts = [
    { name: 'late', ms: lateMs, fill: LATE_FILL },
    ...PHASES.map((name, index) => ({ name, ms: phasesMs[index] ?? 0, fill: FILLS[index]! })),
  ].filter(({ ms }) => ms > 0)
  let at = 0
  const bars = parts.map(({ ms, fill }) => {
    const x = (WIDTH * at) / Math.max(responseMs, 0.001)
    at += ms
    const width = Math.max(1, (WIDTH * ms) / Math.max(responseMs, 0.001))
    return html`<rect x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="${HEIGHT}" fill="${fill}"/>`
  })
  const words = parts.map(({ name, ms }) => `${name} ${short(ms)} ms`).join(' · ')
  return html`<svg role="img" aria-label="${words}" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${bars}</svg><p>${words}</p>`
}

/** The result without the bodies of kept requests. */
export function withoutBodies(result: RunResult): RunResult {
  const { slowest } = result
  return {
    ...result,
    errors: result.errors.map((error) =>
      error.exemplar === undefined ? error : { ...error, exemplar: bare(error.exemplar) },
    ),
    ...(slowest !== undefined && { slowest: slowest.map(bare) }),
  }
}

const bare = ({ request, response, ...rest }: Exemplar): Exemplar => ({
  ...rest,
  request: headOf(request),
  response: response && headOf(response),
})
const headOf = (message: ShownMessage): ShownMessage =>
  message.body === '' ? message : { ...message, body: '', note: 'bodies do not come into a report' }
