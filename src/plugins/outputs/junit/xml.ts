/**
 * Any text as XML 1.0 that any parser reads back: the same text, but for characters that XML cannot hold at all (most
 * control characters, halves of surrogate pairs, U+FFFE, U+FFFF), which become U+FFFD. No CDATA: `>` is always
 * escaped, so `]]>` cannot occur. Pure.
 */

/** For the inside of an element. A carriage return is a reference, or parsers would make it a line feed. */
export function text(value: string): string {
  return legal(value).replace(/[&<>\r]/g, reference)
}

/** For the inside of double quotes, where parsers turn white space into blanks unless it is a reference. */
export function attribute(value: string): string {
  return legal(value).replace(/[&<>"\t\n\r]/g, reference)
}

/** An empty element; `name` and the keys are names already. */
export function element(name: string, attributes: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`)
  return `<${name}${pairs.join('')}/>`
}

const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
const reference = (character: string): string =>
  NAMED[character] ?? `&#${character.codePointAt(0)};`

/** The `u` flag makes a whole pair one character, so that only halves match. */
const legal = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
  value.replace(/[\0-\x08\x0B\x0C\x0E-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/gu, '\uFFFD')
