/**
 * What failed, as workflow commands of GitHub Actions: the runner takes them out of the log and shows them at the line of
 * the rule. GitHub shows ten annotations of a kind per step: checks are left to the summary, and the last one says what is
 * missing. Pure.
 */
import type { RunResult } from '../../../contracts/result.ts'
import { ANNOTATIONS_MAX } from '../../../kernel/limits.ts'
import type { ReportCase } from '../../../model/report/cases.ts'

/** One command per line, without line ends; none for a run that passed on a generator that can be trusted. */
export function renderAnnotations(result: RunResult, cases: readonly ReportCase[]): string[] {
  const failed = cases.filter((each) => each.status === 'failed' && each.kind !== 'check')
  const shown = failed.length > ANNOTATIONS_MAX ? failed.slice(0, ANNOTATIONS_MAX - 1) : failed
  const lines = shown.map((each) =>
    command(
      'error',
      {
        file: each.place?.file,
        line: each.place?.line,
        title: each.name,
      },
      each.place === undefined ? each.message : `${each.message} (${each.place.shown})`,
    ),
  )
  if (shown.length < failed.length) {
    const rest = failed.length - shown.length
    lines.push(command('error', { title: 'onrush' }, `${rest} more failed, see the step summary`))
  }
  if (!result.generator.trustworthy) {
    const why = result.generator.reasons.join('; ')
    lines.push(command('warning', { title: 'the load generator was a limit itself' }, why))
  }
  return lines
}

function command(
  name: 'error' | 'warning',
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const pairs = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${property(String(value))}`)
  return `::${name} ${pairs.join(',')}::${data(message)}`
}

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
