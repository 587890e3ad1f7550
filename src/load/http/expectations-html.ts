/**
 * Checks of an HTML body: the text of what a CSS selector finds, an attribute of it, or what an XPath finds or computes. The
 * page is parsed once for all checks of a response. When nothing is found, the sentence says which page came, by its title:
 * mostly it is the one to log in.
 */

import { named } from './expectations.ts'
import { ABSENT, EXISTS, judge, type ValueTest, wordsFor } from './expected-value.ts'
import {
  cssQuery,
  HtmlMistake,
  type HtmlPage,
  type HtmlQuery,
  type HtmlValue,
  pageOf,
  titleOf,
  xpathQuery,
} from './html-document.ts'
import type { Check } from './http-options.ts'
import { htmlParser } from './on-demand.ts'
import type { HttpResponse } from './response.ts'

/** A text to be equal to, an expression that it matches, or a test. */
export type HtmlExpected = string | RegExp | ValueTest
/** As `HtmlExpected`; `count(…)` makes a number, a comparison a boolean. */
export type XPathExpected = HtmlExpected | number | boolean

/**
 * The text of the elements that `selector` finds is what is expected; by default it is enough that there is one. With
 * `::attr(name)` at its end it is that attribute. Several may be found, and all of them must hold. Throws a TypeError for a selector
 * that cannot be read.
 */
export function css(selector: string, ...given: [expected?: HtmlExpected]): Check {
  return holdsAll('css', selector, cssQuery(selector), given)
}

/** The same with an XPath, such as `//a/@href` or `count(//tr)`; names in lower case, none has a namespace. */
export function xpath(expression: string, ...given: [expected?: XPathExpected]): Check {
  return holdsAll('xpath', expression, xpathQuery(expression), given)
}

function holdsAll(
  kind: string,
  text: string,
  query: HtmlQuery,
  given: [expected?: XPathExpected],
): Check {
  if (given.length > 0 && given[0] === undefined) {
    throw new TypeError(
      `${kind} ${text} was given undefined; for what shall not be there write absent()`,
    )
  }
  const [expected = EXISTS] = given
  htmlParser() // here, where no request waits for it
  const onlyPresence = expected === EXISTS || expected === ABSENT
  return named(`${text} ${wordsFor(expected)}`, (response) => {
    const found = lookInto(response, query, onlyPresence ? 1 : Number.POSITIVE_INFINITY)
    if (typeof found === 'string') return found
    const { page, values } = found
    if (expected === ABSENT) return values.length === 0 || `${text} is there, and should not be`
    if (values.length === 0) return whyMissing(text, page)
    for (const value of values) {
      const verdict = judge(value, expected, text)
      if (verdict !== true) return verdict
    }
    return true
  })
}

interface Found {
  readonly page: HtmlPage
  readonly values: readonly HtmlValue[]
}
/** A text: why the body cannot be looked into. */
function lookInto(response: HttpResponse, query: HtmlQuery, countMax: number): Found | string {
  try {
    const page = pageOf(response)
    return { page, values: query(page, countMax) }
  } catch (thrown) {
    if (thrown instanceof HtmlMistake) return thrown.message
    throw thrown
  }
}

function whyMissing(text: string, page: HtmlPage): string {
  const title = titleOf(page)
  return `nothing fits ${text}${title === undefined ? '' : `; the page is titled ${JSON.stringify(title)}`}`
}
