/**
 * Modules that take 10 to 60 ms to load and that many scripts never need. Cookies come with the first dated one, which a worker
 * rehearses before its run (`app/entry/warm-up.ts`); HTTP/2 with the first connection, which waits for it; those for HTML when a check
 * is made, or with the first page that is looked into.
 */
import { createRequire } from 'node:module'
import process from 'node:process'
import type { XPathNode, xpathFacade } from './xpath-tree.ts'

const require = createRequire(import.meta.url)
let cookies: typeof import('tough-cookie') | undefined
let html: HtmlParser | undefined

export function toughCookie(): typeof import('tough-cookie') {
  cookies ??= require('tough-cookie') as typeof import('tough-cookie')
  return cookies
}

export const http2 = (): typeof import('node:http2') => process.getBuiltinModule('node:http2')

interface HtmlParser {
  readonly parse5: typeof import('parse5')
  readonly adapter: typeof import('parse5-htmlparser2-tree-adapter')['adapter']
}
export function htmlParser(): HtmlParser {
  html ??= {
    parse5: require('parse5') as typeof import('parse5'),
    adapter: (
      require('parse5-htmlparser2-tree-adapter') as typeof import('parse5-htmlparser2-tree-adapter')
    ).adapter,
  }
  return html
}

export const cssSelect = (): typeof import('css-select') =>
  require('css-select') as typeof import('css-select')

/** The part that is used, by hand: the package's own types bring all those of a browser into every file of ours. */
interface XPathLibrary {
  /** Compiles a text once and remembers it. Throws for one that is no XPath. */
  evaluateXPath(
    text: string,
    context: XPathNode,
    facade: typeof xpathFacade,
    variables: null,
    returnType: number,
    options: { readonly disableCache: boolean },
  ): readonly unknown[]
  readonly ReturnType: { readonly ALL_RESULTS: number }
}
export const xpathLibrary = (): XPathLibrary => require('fontoxpath') as XPathLibrary
