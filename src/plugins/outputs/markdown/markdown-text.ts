/**
 * Text that means itself in Markdown: names come from scripts and servers, and must neither break a table nor become a link,
 * a picture or HTML. Pure.
 */

/** One line of text as people see it; characters with a meaning in Markdown get a backslash, line ends a blank. */
export function literal(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|~&]/g, '\\$&')
}

/** A table; cells may hold any text. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(heads),
    line(heads.map(() => '---')),
    ...rows.map((cells) => line(cells.map(literal))),
  ].join('\n')
}
