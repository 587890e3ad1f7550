/** Where `--json FILE` goes: a file, or standard output for `-`. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { OnrushError } from '../../kernel/errors.ts'
import { notWritable } from './reports.ts'
import type { Terminal } from './terminal.ts'

/** Throws `OnrushError` when the file cannot be written. */
export function writeOrPrint(text: string, place: string, terminal: Terminal): void {
  if (place === '-') {
    terminal.out(text)
    return
  }
  try {
    writeFileSync(resolve(terminal.folder, place), text)
  } catch (error) {
    throw new OnrushError([notWritable(place, error)])
  }
}
