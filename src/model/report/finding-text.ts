/** Findings in words, for every screen and report: which are shown, and their evidence as one line each. Pure. */
import type { Evidence, Finding } from '../../contracts/finding.ts'
import type { RunResult } from '../../contracts/result.ts'
import { FINDINGS_SHOWN } from '../../kernel/limits.ts'
import { bytesText, digitsText } from './monitor-text.ts'
import { seconds } from './wording.ts'

export interface ShownFindings {
  readonly shown: readonly Finding[]
  /** So many more are in the result. */
  readonly hidden: number
}

/** Those that matter most. */
export function shownFindings({ findings }: RunResult, most = FINDINGS_SHOWN): ShownFindings {
  const shown = findings.slice(0, most)
  return { shown, hidden: findings.length - shown.length }
}

/** 'target.cpu while it was busy: 99 % (0:05 – 0:30)' without the end of a sentence. */
export function evidenceText({ what, value, unit, fromMs, toMs }: Evidence): string {
  const part =
    fromMs === undefined || toMs === undefined ? '' : `, ${seconds(fromMs)} – ${seconds(toMs)}`
  return `${what}: ${valueText(value, unit)}${part}`
}

/** What stands above a finding that may be about the generator. */
export const UNTRUSTED = 'not to be trusted: the load generator was a limit'

/** '11 insights found nothing, 3 could not look'; undefined where nobody looked. */
export function lookedText({ insights, findings }: RunResult): string | undefined {
  if (insights === undefined) return undefined
  const { evaluated, notEvaluated } = insights
  const found = new Set(findings.map(({ id }) => id))
  const clear = evaluated.filter((id) => !found.has(id)).length
  return `${clear} ${clear === 1 ? 'insight' : 'insights'} found nothing, ${notEvaluated.length} could not look`
}

function valueText(value: number, unit: string): string {
  if (unit === 'bytes') return bytesText(value)
  const space = unit === '' || unit === '/s' ? '' : ' '
  return `${digitsText(value)}${space}${unit}`
}
