/**
 * The page of a response for everyone who looks into it by CSS selector or XPath: parsed once per response, as browsers parse it, so
 * that a path copied from their inspector fits. Kept beside the response, not in it, so that a request whose body nobody reads pays
 * nothing. Parser and selectors are loaded at the first use, some 60 ms, XPath another 90; 25 kB of HTML then take 1 to 2 ms, a
 * selector 0.1 ms, an XPath 1 to 5 ms, because it may look at every node.
 */
import type { Htmlparser2TreeAdapterMap } from 'parse5-htmlparser2-tree-adapter'
import { HTML_CHARS_MAX, HTML_QUERIES_MAX } from '../../kernel/limits.ts'
import { cssSelect, htmlParser, xpathLibrary } from './on-demand.ts'
import { ATTRIBUTE, NO_PAGE, XPathNode, xpathFacade, xpathTree } from './xpath-tree.ts'

export type HtmlElement = Htmlparser2TreeAdapterMap['element']
export type HtmlNode = Htmlparser2TreeAdapterMap['node']
type HtmlRoot = Htmlparser2TreeAdapterMap['document']

/** Text of an element or attribute; what an XPath computes may be a number or a boolean as well. */
export type HtmlValue = string | number | boolean
/** Finds values in a page, in its order; at most `countMax`. */
export type HtmlQuery = (page: HtmlPage, countMax: number) => HtmlValue[]

export interface HtmlPage {
  readonly root: HtmlRoot
  /** Made when the first XPath asks; a text says why it was not. */
  xpathRoot: XPathNode | string | undefined
}

/** Why a body is no page. */
export class HtmlMistake extends Error {
  override readonly name = 'HtmlMistake'
}

interface HtmlSource {
  text(): string
  readonly headers: { get(name: string): string | null }
}
const pages = new WeakMap<HtmlSource, HtmlPage>()

/** Throws `HtmlMistake` for a body that cannot be one, and what `response.text()` throws. */
export function pageOf(response: HtmlSource): HtmlPage {
  let page = pages.get(response)
  if (page === undefined) {
    page = { root: parse(response), xpathRoot: undefined }
    pages.set(response, page)
  }
  return page
}

function parse(response: HtmlSource): HtmlRoot {
  const text = response.text()
  const type = response.headers.get('content-type') ?? ''
  if (text.trim() === '') throw new HtmlMistake('the body is empty')
  if (/[/+](json|xml)\b/i.test(type) && !/xhtml/i.test(type)) {
    throw new HtmlMistake(`the body is not HTML: its type is ${type.split(';')[0]!.slice(0, 80)}`)
  }
  if (text.length > HTML_CHARS_MAX) {
    throw new HtmlMistake(
      `the body has more than ${HTML_CHARS_MAX >> 20} M characters, too many to be read as HTML in a load test`,
    )
  }
  const { parse5, adapter } = htmlParser()
  return parse5.parse(text, { treeAdapter: adapter })
}

/** What a CSS selector finds: the text of elements, or with `::attr(name)` at its end an attribute. Throws a TypeError. */
export const cssQuery = remembered('CSS selector', (text) => {
  const [, selector, attribute] = /^(.*?)(?:::attr\(\s*([^\s()]+)\s*\))?\s*$/s.exec(text)!
  if (selector!.trim() === '') throw new Error('it has no selector')
  const { compile, selectAll, selectOne } = cssSelect()
  const fits = compile<HtmlNode, HtmlElement>(selector!)
  return ({ root }, countMax) => {
    if (attribute === undefined && countMax === 1) {
      const first = selectOne(fits, root)
      return first === null ? [] : [textOf(first)]
    }
    const found = selectAll<HtmlNode, HtmlElement>(fits, root)
    if (attribute === undefined) return found.slice(0, countMax).map(textOf)
    const values = found.map(
      ({ attribs }) => attribs[attribute] ?? attribs[attribute.toLowerCase()],
    )
    return values.filter((each) => each !== undefined).slice(0, countMax)
  }
})

/** XPaths that the library has compiled for good. Those beyond `HTML_QUERIES_MAX` are compiled for each page, some 0.5 ms. */
const compiled = new Set<string>()

/** What an XPath finds: text of nodes, or what it computes. Throws a TypeError. */
export const xpathQuery = remembered('XPath', (text) => {
  const { evaluateXPath, ReturnType } = xpathLibrary()
  // The library remembers what it compiled, and never forgets.
  const disableCache = !compiled.has(text) && compiled.size >= HTML_QUERIES_MAX
  if (!disableCache) compiled.add(text)
  const evaluate = (page: XPathNode) =>
    evaluateXPath(text, page, xpathFacade, null, ReturnType.ALL_RESULTS, { disableCache })
  evaluate(NO_PAGE) // most mistakes in it are said now, not when a page has come
  return (page, countMax) => {
    page.xpathRoot ??= xpathTree(page.root)
    if (typeof page.xpathRoot === 'string') {
      throw new HtmlMistake(`${page.xpathRoot}, too many for an XPath; use a CSS selector`)
    }
    try {
      return evaluate(page.xpathRoot).slice(0, countMax).map(valueOfXPath)
    } catch (cause) {
      throw unreadable('XPath', text, cause)
    }
  }
})

function valueOfXPath(found: unknown): HtmlValue {
  if (found instanceof XPathNode) {
    return found.nodeType === ATTRIBUTE ? found.value! : textOf(found.source)
  }
  return typeof found === 'number' || typeof found === 'boolean' ? found : String(found)
}

/** All text inside, spaces and line ends between words as one space each, as a page shows it. */
function textOf(node: HtmlNode): string {
  let text = ''
  const stack: HtmlNode[] = [node]
  for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
    if (each.type === 'text' || each === node) text += 'data' in each ? each.data : ''
    if (!('children' in each)) continue
    for (let child = each.children.length - 1; child >= 0; child--) {
      stack.push(each.children[child]!)
    }
  }
  return text.replace(/\s+/g, ' ').trim()
}

/** Reads each text once. A text that cannot be read is a mistake of the script: a TypeError. */
function remembered(kind: string, read: (text: string) => HtmlQuery): (text: string) => HtmlQuery {
  const known = new Map<string, HtmlQuery>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    if (typeof text !== 'string' || text.trim() === '')
      throw new TypeError(`the ${kind} is empty, or no text`)
    let query: HtmlQuery
    try {
      query = read(text)
    } catch (cause) {
      throw unreadable(kind, text, cause)
    }
    if (known.size >= HTML_QUERIES_MAX) known.clear()
    known.set(text, query)
    return query
  }
}

function unreadable(kind: string, text: string, cause: unknown): TypeError {
  const why = whyUnreadable(cause instanceof Error ? cause.message : String(cause))
  const shown = JSON.stringify(text.slice(0, 200))
  return new TypeError(`the ${kind} ${shown} cannot be read: ${why}`, { cause })
}

/** In words for people: messages of the XPath library go over many lines, with a code and everything that might have come. */
function whyUnreadable(message: string): string {
  const place = /at <>:1:(\d+)/.exec(message)?.[1]
  if (place !== undefined && message.includes('Failed to parse')) {
    return `it makes no sense from character ${place} on`
  }
  if (/^.*(Multiplicity of function|empty or singleton)/m.test(message)) {
    return "something that takes one value found several: write //a[contains(., 'x')], not contains(//a, 'x')"
  }
  const said = /^(?:Error: )?X[A-Z]{3}\d{4}[:,] ?(.+)$/m.exec(message)?.[1]
  return (said ?? message.split('\n')[0]!).replace(/Q\{[^}]*\}/g, '').slice(0, 200)
}

/** The title of a page, where it says which one came; a title with digits may differ with every request. */
export function titleOf(page: HtmlPage): string | undefined {
  const [title] = cssQuery('title')(page, 1)
  return typeof title === 'string' && title !== '' && title.length <= 80 && !/\d/.test(title)
    ? title
    : undefined
}
