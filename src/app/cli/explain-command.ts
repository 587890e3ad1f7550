/** `onrush explain CODE`: the long text of the catalogue, or of an insight; all of both without one. Works offline. */

import type { Insight } from '../../contracts/insight.ts'
import { nearestOf as nearest } from '../../kernel/did-you-mean.ts'
import { catalogue, EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { INSIGHTS } from '../insights.ts'
import type { Terminal } from './terminal.ts'

export function explainCommand(code: string | undefined, terminal: Terminal): number {
  if (code === undefined) {
    terminal.out(`${allOfThem().join('\n')}\n`)
    return EXIT.passed
  }
  terminal.out(`${textOf(code)}\n`)
  return EXIT.passed
}

function allOfThem(): string[] {
  const line = (name: string, title: string): string => `${name.padEnd(20)} ${title}`
  return [
    ...Object.entries(catalogue).map(([code, { title }]) => line(code, title)),
    '',
    ...INSIGHTS.map(({ id, title }) => line(id, title)),
  ]
}

/** `E_REFUSED` and `refused` are a code, `target-cpu` and `F_TARGET_CPU` an insight. */
function textOf(named: string): string {
  const insight = INSIGHTS.find(({ id }) => id === insightId(named))
  if (insight !== undefined) return insightText(insight)
  const code = named.toUpperCase().startsWith('E_')
    ? named.toUpperCase()
    : `E_${named.toUpperCase()}`
  const entry = catalogue[code]
  if (entry === undefined) throw new OnrushError([unknown(named, code)])
  const { title, exitCode, explanation } = entry
  return `${code}: ${title}  (exit ${exitCode})\n\n${wrap(explanation, 96)}`
}

function insightText({ id, title, explanation }: Insight): string {
  return `${id}: ${title}\n\n${wrap(explanation, 96)}`
}

function insightId(named: string): string {
  return named.toLowerCase().replace(/^f_/, '').replaceAll('_', '-')
}

function unknown(named: string, code: string): ReturnType<typeof problem> {
  const guess =
    nearest(code, Object.keys(catalogue)) ??
    nearest(
      insightId(named),
      INSIGHTS.map(({ id }) => id),
    )
  const fix = guess ? `did you mean ${guess}?` : '`onrush explain` lists all of them'
  const what = `there is no code ${code}, and no insight ${insightId(named)}`
  return problem('E_CODE', named, what, 'it is not in the catalogue', fix)
}

function wrap(text: string, columns: number): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last.length + word.length >= columns) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.join('\n')
}
