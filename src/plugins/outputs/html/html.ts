/**
 * Text that is markup, and text that is not. Only the template below makes markup, and whatever is put into it is escaped unless it came
 * out of the template itself; so a name, an error or a note can never become part of the page. What cannot be seen or turns
 * the direction of what follows is shown as '�'. Attribute values are always quoted.
 */
import { withoutCredentials } from './credentials.ts'

export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Content = string | number | Html | undefined | readonly Content[]

/** html`<td>${anything}</td>` */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = parts[0]!
  values.forEach((value, index) => {
    text += markupOf(value) + parts[index + 1]!
  })
  return new Html(text)
}

export const NOTHING = new Html('')

/** For text and for quoted attributes. */
export function escapeHtml(given: string): string {
  const text = withoutCredentials(given).replaceAll('\r\n', '\n')
  return text.replace(UNSEEN, '�').replace(/[&<>"']/g, (sign) => ESCAPES[sign]!)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const UNSEEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function markupOf(value: Content): string {
  if (value === undefined) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(markupOf).join('')
  return escapeHtml(String(value))
}
