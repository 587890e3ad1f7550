/** Labels between braces, `{method="post",path="C:\\DIR"}`: quoted, with `\\`, `\"` and `\n` for what cannot stand for itself. */
import type { Labels } from './exposition.ts'

const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"/y
const SEPARATOR = /[ \t]*,/y
const CLOSED = /[ \t]*\}/y

/** `at`: where the brace opens. Throws what is wrong. `end` of the answer: behind the one that closes. */
export function parseLabels(
  text: string,
  at: number,
  end: number,
): { labels: Labels; end: number } {
  if (text[at] !== '{') throw new Error('labels are missing')
  const labels: (readonly [string, string])[] = []
  let next = at + 1
  let isFirst = true
  for (;;) {
    const closed = matchAt(CLOSED, text, next)
    if (closed !== undefined && next + closed[0].length <= end) {
      return { labels, end: next + closed[0].length }
    }
    if (!isFirst) next += separatorAt(text, next)
    isFirst = false
    // A comma may stand before the end.
    const behind = matchAt(CLOSED, text, next)
    if (behind !== undefined && labels.length > 0) return { labels, end: next + behind[0].length }
    const label = matchAt(LABEL, text, next)
    if (label === undefined || next + label[0].length > end) throw new Error('a label is malformed')
    const from = next + label[0].length
    const close = closingQuote(text, from, end)
    const name = label[1]!
    if (labels.some(([known]) => known === name)) throw new Error(`two labels ${name}`)
    labels.push([name, unescaped(text.slice(from, close))])
    next = close + 1
  }
}

function separatorAt(text: string, at: number): number {
  const found = matchAt(SEPARATOR, text, at)
  if (found === undefined) throw new Error('the labels are not closed')
  return found[0].length
}

function closingQuote(text: string, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  throw new Error('a quote is not closed')
}

/** What is no escape stands for itself, backslash and all. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\([\\"n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}
