/**
 * Who is logged in, and what lies in their cart. Sessions live in memory and are found by a cookie; past
 * `SESSION_COUNT_MAX` the oldest is forgotten, as a real shop under a flood of new visitors would do.
 */
import { randomBytes } from 'node:crypto'
import type { PricedItem } from './catalogue.ts'

const SESSION_COUNT_MAX = 200_000
const COOKIE = 'shop_session'
/** Lines in one cart; more is refused, as a page could not show it. */
export const CART_LINE_MAX = 100

export interface CartLine extends PricedItem {
  quantity: number
}
export interface Session {
  readonly name: string
  cart: CartLine[]
}

export class Sessions {
  readonly #byId = new Map<string, Session>()

  /** Starts a session and answers the `Set-Cookie` value. */
  open(name: string): string {
    if (this.#byId.size >= SESSION_COUNT_MAX) {
      for (const oldest of this.#byId.keys()) {
        this.#byId.delete(oldest)
        break
      }
    }
    const id = randomBytes(12).toString('base64url')
    this.#byId.set(id, { name, cart: [] })
    return `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax`
  }

  find(cookieHeader: string | undefined): Session | undefined {
    const id = sessionId(cookieHeader)
    return id === undefined ? undefined : this.#byId.get(id)
  }

  /** Ends the session and answers the `Set-Cookie` value that clears it. */
  end(cookieHeader: string | undefined): string {
    const id = sessionId(cookieHeader)
    if (id !== undefined) this.#byId.delete(id)
    return `${COOKIE}=; Path=/; Max-Age=0`
  }
}

/** Puts an item in the cart; false when the cart is full. */
export function putInCart(cart: CartLine[], item: PricedItem, quantity: number): boolean {
  const line = cart.find((one) => one.id === item.id)
  if (line !== undefined) line.quantity += quantity
  else if (cart.length < CART_LINE_MAX) cart.push({ ...item, quantity })
  else return false
  return true
}

export function cartCents(cart: readonly CartLine[]): number {
  return cart.reduce((sum, line) => sum + line.cents * line.quantity, 0)
}

function sessionId(cookieHeader: string | undefined): string | undefined {
  if (cookieHeader === undefined) return undefined
  for (const pair of cookieHeader.split(';')) {
    const [name, value] = pair.trim().split('=', 2)
    if (name === COOKIE) return value
  }
  return undefined
}
