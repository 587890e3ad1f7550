/** Rows of a terminal in columns as wide as what is in them; what does not fit a screen is cut off at its end. */
import { clipTo, plainText, type Style } from '../../plugins/outputs/console/style.ts'

/** Where nobody has a screen. */
const COLUMNS_MAX = 400

export interface AlignedColumn {
  readonly head: string
  readonly right?: true
}

/** A line of heads, and one per row. Cells may have colours. */
export function alignedLines(
  columns: readonly AlignedColumn[],
  rows: readonly (readonly string[])[],
  style: Style,
): string[] {
  const widths = columns.map(({ head }, index) =>
    Math.max(head.length, ...rows.map((row) => plainText(row[index]!).length)),
  )
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, index) => {
      const gap = ' '.repeat(widths[index]! - plainText(cell).length)
      return columns[index]!.right ? gap + cell : cell + gap
    })
    return clipTo(padded.join('  ').trimEnd(), style.live ? style.columns : COLUMNS_MAX)
  }
  return [style.dim(line(columns.map(({ head }) => head))), ...rows.map(line)]
}
