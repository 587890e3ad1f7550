/**
 * A run as JUnit XML, the form of test results that every CI system reads: one `testcase` per threshold (or the default
 * guard), per check, and one for the run when it failed by itself. A check that did not always hold in a run that
 * passed is `skipped`, which shows it and breaks nothing. Pure: text out, nothing written.
 */
import type { RunResult } from '../../../contracts/result.ts'
import { EXIT } from '../../../kernel/errors.ts'
import type { ReportCase } from '../../../model/report/cases.ts'
import { attribute, element, text } from './xml.ts'

/** One `testsuites` element with one `testsuite`. */
export function renderJunit(result: RunResult, cases: readonly ReportCase[]): string {
  const { run, verdict } = result
  const errors = cases.filter((each) => isError(each, verdict.exitCode)).length
  const failed = cases.filter((each) => each.status === 'failed').length
  const counts = {
    tests: cases.length,
    failures: failed - errors,
    errors,
    skipped: cases.filter((each) => each.status === 'noted').length,
    time: (run.durationMs / 1_000).toFixed(3),
  }
  const suite = { name: run.name, ...counts, timestamp: run.startedAt.replace(/(\.\d+)?Z$/, '') }
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'onrush', ...counts })}>`,
    `  <testsuite${attributes(suite)}>`,
    '    <properties>',
    ...propertiesOf(result).map((each) => `      ${element('property', each)}`),
    '    </properties>',
    ...cases.map((each) => testCase(each, run.name, verdict.exitCode)),
    '  </testsuite>',
    '</testsuites>',
  ]
  return `${lines.join('\n')}\n`
}

function propertiesOf({ run, verdict }: RunResult): { name: string; value: string }[] {
  const pairs: [string, string | number | null | undefined][] = [
    ['run', run.id],
    ['verdict', verdict.reason],
    ['exitCode', verdict.exitCode],
    ['script', run.script],
    ['host', run.host],
    ['seed', run.seed],
    ['version', run.version],
    ['commit', run.git?.commit],
    ...Object.entries(run.tags).map(([key, value]): [string, string] => [`tag.${key}`, value]),
  ]
  return pairs
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ({ name, value: String(value) }))
}

const GROUPS: Readonly<Record<ReportCase['kind'], string>> = {
  threshold: 'thresholds',
  guard: 'thresholds',
  check: 'checks',
  run: 'run',
}

function testCase(each: ReportCase, runName: string, exitCode: number): string {
  // CI systems take a dot in a class name for a folder.
  const names = {
    name: each.name,
    classname: `${runName.replaceAll('.', '-')}.${GROUPS[each.kind]}`,
  }
  const where = {
    ...(each.place?.file === undefined ? {} : { file: each.place.file }),
    ...(each.place?.line === undefined ? {} : { line: each.place.line }),
  }
  const facts = each.facts.map(([label, value]) => `${label}: ${value}`).join('\n')
  const open = `    <testcase${attributes({ ...names, ...where })}>`
  return [open, `      ${outcome(each, exitCode, facts)}`, '    </testcase>'].join('\n')
}

function outcome(each: ReportCase, exitCode: number, facts: string): string {
  const { status, message, kind } = each
  if (status === 'passed') return `<system-out>${text(facts)}</system-out>`
  if (status === 'noted') return element('skipped', { message: `${message}; no rule fails on it` })
  const name = isError(each, exitCode) ? 'error' : 'failure'
  return `<${name}${attributes({ message, type: kind })}>${text(facts)}</${name}>`
}

/** JUnit tells what was tested and found wrong from what could not be tested. */
function isError(each: ReportCase, exitCode: number): boolean {
  return each.kind === 'run' && each.status === 'failed' && exitCode !== EXIT.failed
}

const attributes = (pairs: Readonly<Record<string, string | number>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => ` ${name}="${attribute(String(value))}"`)
    .join('')
