/** What a spike did to a target, for a terminal. Pure: from data to lines. */
import type { SpikePhase, SpikeResult } from '../../../contracts/spike.ts'
import { formatCount, formatMs, formatRate, formatShare, NOTHING } from './format.ts'
import { mark, type Style } from './style.ts'

const COLUMNS = [9, 9, 10, 9, 9, 9, 9]

export function spikeLines(result: SpikeResult, kept: string, style: Style): string[] {
  const { before, during, after, search, verdict } = result
  const recovered =
    result.timeToRecoverSec === null
      ? style.fail(result.metastable ? 'not in ten times the length of the spike' : 'not seen')
      : `${result.timeToRecoverSec} s after the end of the spike`
  const rows: [name: string, text: string][] = [
    ['Backlog', `${formatCount(result.backlogMax)} requests`],
    ['Lost', `${formatCount(result.lostRequests)} requests`],
    ['Recovered', recovered],
    ['Expected', expectedText(result)],
    ['Again', search.reproduce],
    ['Kept', kept],
  ]
  return [
    style.dim(` ${columns(['phase', 'seconds', 'good/s', 'p50', 'p95', 'max', 'errors'])}`),
    phaseLine('before', before),
    phaseLine('spike', during),
    phaseLine('after', after),
    ...rows.map(([name, text]) => ` ${style.bold(name.padEnd(12))}${text}`),
    ...(verdict.passed
      ? []
      : [
          '',
          ` ${mark(style, 'fail')} ${verdict.reason}   ${style.dim(`exit ${verdict.exitCode}`)}`,
        ]),
  ]
}

function expectedText({ expectedDrainSec, during }: SpikeResult): string {
  const rate = `${formatRate(during.goodPerSec)} good answers/s`
  if (expectedDrainSec === null) return `never: at ${rate} the base load leaves no room`
  if (expectedDrainSec === 0) return 'no queue: the spike was served as it came'
  return `${Math.round(expectedDrainSec)} s for a queue that is served at ${rate}`
}

function phaseLine(name: string, phase: SpikePhase): string {
  const { seconds, goodPerSec, p50Ms, p95Ms, maxMs, requests, failures } = phase
  const errors = requests === 0 ? NOTHING : formatShare(failures / requests)
  const figures = [formatMs(p50Ms), formatMs(p95Ms), formatMs(maxMs), errors]
  return ` ${columns([name, String(seconds), formatRate(goodPerSec), ...figures])}`
}

function columns(cells: readonly string[]): string {
  return cells.map((cell, index) => cell.padStart(COLUMNS[index]!)).join('')
}
