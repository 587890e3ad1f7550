/** What a spike did to a target, for a terminal. Pure: from data to lines. */
import type { PeakTaken, SpikePhase, SpikeResult } from '../../../contracts/spike.ts'
import { formatCount, formatMs, formatRate, formatShare, NOTHING } from './format.ts'
import { mark, type Style } from './style.ts'

const COLUMNS = [9, 9, 10, 9, 9, 9, 9]

export function spikeLines(result: SpikeResult, kept: string, style: Style): string[] {
  const { before, during, after, search, verdict } = result
  const rows: [name: string, text: string][] = [
    ...effectRows(result, style),
    ['Expected', expectedText(result)],
    ['Again', search.reproduce],
    ['Kept', kept],
  ]
  return [
    style.dim(` ${columns(['phase', 'seconds', 'good/s', 'p50', 'p95', 'max', 'errors'])}`),
    phaseLine('before', before),
    phaseLine('spike', during),
    phaseLine('after', after),
    ...rampPhases(result),
    ...rows.map(([name, text]) => ` ${style.bold(name.padEnd(12))}${text}`),
    ...(verdict.passed
      ? []
      : [
          '',
          ` ${mark(style, 'fail')} ${verdict.reason}   ${style.dim(`exit ${verdict.exitCode}`)}`,
        ]),
  ]
}

function rampPhases({ ramp }: SpikeResult): string[] {
  if (ramp === null) return []
  const { before, rise, during, after } = ramp
  const phases = { before, rise, ramp: during, after }
  return Object.entries(phases).map(([name, phase]) => phaseLine(name, phase))
}

/** What the peak did; with what it did by a ramp beside it. */
function effectRows(result: SpikeResult, style: Style): [name: string, text: string][] {
  const { ramp, versusRamp } = result
  const beside = (read: (taken: PeakTaken) => string): string =>
    ramp === null ? read(result) : `${read(result)}; by the ramp ${read(ramp)}`
  const rows: [string, string][] = [
    ['Backlog', beside(({ backlogMax }) => `${formatCount(backlogMax)} requests`)],
    ['Lost', beside(({ lostRequests }) => `${formatCount(lostRequests)} requests`)],
    ['Recovered', beside((taken) => recoveredText(taken, style))],
  ]
  if (versusRamp === null) return rows
  const share = `${formatShare(versusRamp.ratio)} of the good answers of the ramp`
  const text = versusRamp.suffers
    ? `${mark(style, 'warn')} only ${share}: something has to start, to fill or to connect first`
    : `${mark(style, 'ok')} ${share}`
  return [['Spike/ramp', text], ...rows]
}

function recoveredText({ timeToRecoverSec, metastable }: PeakTaken, style: Style): string {
  if (timeToRecoverSec !== null) return `${timeToRecoverSec} s after the peak`
  return style.fail(metastable ? 'not in ten times the length of the peak' : 'not seen')
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
