/**
 * Kept requests on a terminal, each whole: what it was, where its time went, which line of the script sent it, what was sent and what came
 * back. Whatever a server put into it is text here: control characters are shown as dots, so nothing can move the cursor. Pure.
 */
import type { Exemplar, ShownMessage } from '../../../contracts/exemplar.ts'
import { formatClock, formatCount, formatMs } from './format.ts'
import { mark, type Style } from './style.ts'

const PHASES = ['dns', 'connect', 'tls', 'send', 'wait', 'receive'] as const

export function renderTrace(exemplar: Exemplar, style: Style): string[] {
  const { method, name, error, status, url, place } = exemplar
  const isError = error !== null
  const said = isError ? `${error.kind}: ${error.message}` : `status ${status}`
  const head = `${method} ${name}`.trim()
  return [
    ` ${mark(style, isError ? 'fail' : 'warn')} ${style.bold(safe(head))}  ${formatMs(exemplar.responseMs)}  ${safe(said)}`,
    style.dim(`   ${whenAndWho(exemplar)}`),
    `   ${safe(url)}`,
    ...(place === '' ? [] : [`   ${safe(place)}`]),
    `   ${phasesText(exemplar)}`,
    ...messageLines(exemplar.request, '>', style),
    ...(exemplar.response === null
      ? [style.dim('   < no response')]
      : messageLines(exemplar.response, '<', style)),
  ]
}

function whenAndWho({ startMs, userId, worker, latencyMs, responseMs }: Exemplar): string {
  const late = responseMs - latencyMs
  const lateText = late >= 0.01 ? ` · sent ${formatMs(late)} late` : ''
  return `sent at ${formatClock(startMs)} by user ${userId} on worker ${worker}${lateText}`
}

function phasesText({ phasesMs, isNewConnection }: Exemplar): string {
  const parts = PHASES.flatMap((phase, index) =>
    (phasesMs[index] ?? 0) > 0 ? [`${phase} ${formatMs(phasesMs[index])}`] : [],
  )
  return [...parts, isNewConnection ? 'new connection' : 'kept connection'].join(' · ')
}

function messageLines({ head, body, bodyBytes, note }: ShownMessage, arrow: string, style: Style) {
  const lines = head.split('\n').map((line) => `   ${style.dim(arrow)} ${safe(line)}`)
  const text = body === '' ? [] : body.split('\n').map((line) => `     ${safe(line)}`)
  const about = note === '' ? [] : [style.dim(`     (${formatCount(bodyBytes)} bytes; ${note})`)]
  return [...lines, ...text, ...about]
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what this removes
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g
const safe = (text: string): string => text.replace(CONTROLS, '·')
