/**
 * One row of CSV as text, cut into its fields by RFC 4180: a field may stand in quotes, and then holds delimiters,
 * line ends and doubled quotes. A quote inside a field that did not begin with one is an ordinary character, as in
 * `5" pipe`. Where rows begin and end is found before, by `row-scanner.ts`; spaces are never trimmed.
 */
import { RowMistake } from './row-mistake.ts'

/** Throws `RowMistake`. `delimiter` is one character. */
export function parseCsvRow(text: string, delimiter: string): string[] {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (text[at] === '"') {
      let value = ''
      let from = at + 1
      for (;;) {
        const quote = text.indexOf('"', from)
        if (quote < 0)
          throw new RowMistake(`field ${fields.length + 1} opens a quote that never ends`)
        value += text.slice(from, quote)
        at = quote + 1
        if (text[at] !== '"') break
        value += '"'
        from = at + 1
      }
      fields.push(value)
      if (at === text.length) return fields
      if (text[at] !== delimiter) {
        throw new RowMistake(`field ${fields.length} goes on after its closing quote`)
      }
      at++
    } else {
      const next = text.indexOf(delimiter, at)
      if (next < 0) {
        fields.push(text.slice(at))
        return fields
      }
      fields.push(text.slice(at, next))
      at = next + 1
    }
  }
}
