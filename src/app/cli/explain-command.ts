/** `onrush explain CODE`: the long text of the catalogue; all codes without one. Works offline. */

import { nearestOf as nearest } from '../../kernel/did-you-mean.ts'
import { catalogue, EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import type { Terminal } from './terminal.ts'

export function explainCommand(code: string | undefined, terminal: Terminal): number {
  const codes = Object.keys(catalogue)
  if (code === undefined) {
    const lines = codes.map((each) => `${each.padEnd(16)} ${catalogue[each]!.title}`)
    terminal.out(`${lines.join('\n')}\n`)
    return EXIT.passed
  }
  const wanted = code.toUpperCase().startsWith('E_')
    ? code.toUpperCase()
    : `E_${code.toUpperCase()}`
  const entry = catalogue[wanted]
  if (entry === undefined) {
    const guess = nearest(wanted, codes)
    const fix = guess ? `did you mean ${guess}?` : '`onrush explain` lists all of them'
    throw new OnrushError([
      problem('E_CODE', code, `there is no code ${wanted}`, 'it is not in the catalogue', fix),
    ])
  }
  terminal.out(
    `${wanted}: ${entry.title}  (exit ${entry.exitCode})\n\n${wrap(entry.explanation, 96)}\n`,
  )
  return EXIT.passed
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
