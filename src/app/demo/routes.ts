/**
 * What the shop answers: one function per route, from a question to a reply, knowing the catalogue and the sessions
 * but no sockets. Scripts get JSON; browsers (`Accept: text/html`) get pages at the same addresses.
 */
import { assetReply, isAsset } from './assets.ts'
import { type Catalogue, ITEM_COUNT } from './catalogue.ts'
import { rankByRelevance } from './faults.ts'
import type { Knobs } from './knobs.ts'
import { accountPage, cartPage, itemPage, listPage, loginPage } from './pages.ts'
import { html, json, jsonText, type Question, type Reply, refusal, seeOther } from './reply.ts'
import { cartCents, putInCart, type Sessions } from './sessions.ts'

const PAGE_SIZE_MAX = 100

export interface Shelf {
  readonly catalogue: Catalogue
  readonly sessions: Sessions
  readonly knobs: Knobs
}
export interface Route {
  /** `GET /items/:id`: the name in the ledger and in `errorPercents`. */
  readonly name: string
  answer(question: Question, shelf: Shelf): Reply
}

const table: Readonly<Record<string, Route['answer']>> = {
  'GET /health': () => json(200, { status: 'ok' }),
  'GET /': (_question, { catalogue }) =>
    html(listPage('Welcome', catalogue.pageJson(1, 12, false), 1)),
  'GET /items': list,
  'GET /items/:id': item,
  'GET /search': search,
  'GET /login': () => html(loginPage()),
  'POST /login': login,
  'POST /logout': ({ cookie }, { sessions }) =>
    json(200, {}, { 'set-cookie': sessions.end(cookie) }),
  'GET /account': account,
  'GET /cart': showCart,
  'POST /cart': addToCart,
  'POST /pay': pay,
}
const routes = new Map(Object.entries(table).map(([name, answer]) => [name, { name, answer }]))
const assetRoutes = new Map<string, Route>()
const nowhere: Route = {
  name: '(no such page)',
  answer: () => refusal(404, 'there is no such page'),
}

/** Never undefined: an unknown address has a route of its own. */
export function findRoute(method: string, path: string): Route {
  const lookUp = method === 'HEAD' ? 'GET' : method
  const exact = routes.get(`${lookUp} ${path}`)
  if (exact !== undefined) return exact
  if (path.startsWith('/items/')) return routes.get(`${lookUp} /items/:id`) ?? nowhere
  if (lookUp === 'GET' && isAsset(path)) return assetRoute(path)
  return nowhere
}

function assetRoute(path: string): Route {
  let route = assetRoutes.get(path)
  if (route === undefined) {
    route = {
      name: `GET ${path}`,
      answer: ({ acceptsGzip, etag }) => assetReply(path, acceptsGzip, etag),
    }
    assetRoutes.set(path, route)
  }
  return route
}

function list({ query, wantsHtml }: Question, { catalogue, knobs }: Shelf): Reply {
  const page = wholeNumber(query.get('page') ?? '1', 1, 1_000_000)
  const size = wholeNumber(query.get('size') ?? '20', 1, PAGE_SIZE_MAX)
  if (page === undefined || size === undefined) {
    return refusal(400, `page counts from 1, size is 1 to ${PAGE_SIZE_MAX}`)
  }
  const items = catalogue.pageJson(page, size, knobs.nPlusOne)
  if (wantsHtml) return html(listPage('All items', items, page))
  return jsonText(200, `{"page":${page},"total":${ITEM_COUNT},"items":${items}}`)
}

function item({ id, wantsHtml }: Question, { catalogue }: Shelf): Reply {
  const found = Number.isNaN(id) ? undefined : catalogue.itemJson(id)
  if (found === undefined) return refusal(404, `items are numbered 1 to ${ITEM_COUNT}`)
  return wantsHtml ? html(itemPage(found)) : jsonText(200, found)
}

function search({ query, wantsHtml }: Question, { catalogue, knobs }: Shelf): Reply {
  const words = query.get('q') ?? ''
  if (words === '') return refusal(400, 'say what to search for: /search?q=lamp')
  const items = catalogue.searchJson(words)
  if (knobs.cpuMs > 0) rankByRelevance(items, knobs.cpuMs)
  return wantsHtml
    ? html(listPage(`Search: ${words}`, items, 0))
    : jsonText(200, `{"items":${items}}`)
}

function login({ body, isForm }: Question, { sessions }: Shelf): Reply {
  const name = body['name']
  if (typeof name !== 'string' || name === '') return refusal(400, 'send a name')
  const headers = { 'set-cookie': sessions.open(name) }
  return isForm ? seeOther('/account', headers) : json(200, { name }, headers)
}

function account({ session, wantsHtml }: Question): Reply {
  if (session === undefined) return unknownVisitor()
  return wantsHtml ? html(accountPage(session.name)) : json(200, { name: session.name })
}

function showCart({ session, wantsHtml }: Question): Reply {
  if (session === undefined) return unknownVisitor()
  const cents = cartCents(session.cart)
  return wantsHtml ? html(cartPage(session.cart, cents)) : json(200, { lines: session.cart, cents })
}

function addToCart({ session, body, isForm }: Question, { catalogue }: Shelf): Reply {
  if (session === undefined) return unknownVisitor()
  const quantity = wholeNumber(body['quantity'] ?? 1, 1, 99)
  const id = wholeNumber(body['item'], 1, ITEM_COUNT)
  if (id === undefined || quantity === undefined) {
    return refusal(400, `send item (1 to ${ITEM_COUNT}) and, if you like, quantity (1 to 99)`)
  }
  if (!putInCart(session.cart, catalogue.price(id)!, quantity))
    return refusal(409, 'the cart is full')
  return isForm
    ? seeOther('/cart')
    : json(201, { lines: session.cart.length, cents: cartCents(session.cart) })
}

function pay({ session, isForm }: Question, { catalogue }: Shelf): Reply {
  if (session === undefined) return unknownVisitor()
  if (session.cart.length === 0) return refusal(409, 'the cart is empty')
  const cents = cartCents(session.cart)
  session.cart = []
  const order = catalogue.order(session.name, cents)
  return isForm ? seeOther('/account') : json(200, { order, cents })
}

function unknownVisitor(): Reply {
  return refusal(401, 'log in first: POST /login with a name')
}

function wholeNumber(value: unknown, min: number, max: number): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return Number.isInteger(number) && (number as number) >= min && (number as number) <= max
    ? (number as number)
    : undefined
}
