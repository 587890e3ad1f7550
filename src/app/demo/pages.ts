/** The shop for people: the same addresses answer HTML when a browser asks. Links and forms need no script. */
import type { CartLine } from './sessions.ts'

interface Card {
  readonly id: number
  readonly name: string
  readonly category: string
  readonly cents: number
}
interface ItemDetails extends Card {
  readonly stock: number
  readonly reviews: number
  readonly stars: number
}

/** `itemsJson`: an array of cards as the catalogue answers it. */
export function listPage(title: string, itemsJson: string, page: number): string {
  const cards = (JSON.parse(itemsJson) as Card[]).map(
    (card) =>
      `<li><a href="/items/${card.id}">${escapeHtml(card.name)}</a> <b>${price(card.cents)}</b></li>`,
  )
  const next = page > 0 ? `<p><a href="/items?page=${page + 1}">More</a></p>` : ''
  return layout(title, `<ul class="cards">${cards.join('')}</ul>${next}`)
}

export function itemPage(itemJson: string): string {
  const item = JSON.parse(itemJson) as ItemDetails
  return layout(
    item.name,
    `<p>${price(item.cents)} · ${item.stock} in stock · ${item.stars} stars in ${item.reviews} reviews</p>
<form method="post" action="/cart"><input type="hidden" name="item" value="${item.id}"><button>Add to cart</button></form>`,
  )
}

export function cartPage(lines: readonly CartLine[], totalCents: number): string {
  const rows = lines.map(
    (line) => `<li>${line.quantity} × ${escapeHtml(line.name)} <b>${price(line.cents)}</b></li>`,
  )
  return layout(
    'Your cart',
    `<ul>${rows.join('')}</ul><p>Total ${price(totalCents)}</p><form method="post" action="/pay"><button>Pay</button></form>`,
  )
}

export function accountPage(name: string): string {
  return layout(`Hello ${name}`, '<p><a href="/cart">Your cart</a></p>')
}

export function loginPage(): string {
  return layout(
    'Log in',
    '<form method="post" action="/login"><label>Name <input name="name" required></label> <button>Log in</button></form>',
  )
}

function layout(title: string, main: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} · Demo shop</title>
<link rel="stylesheet" href="/assets/shop.css"><script src="/assets/shop.js" defer></script></head>
<body><header><a href="/"><img src="/assets/logo.svg" alt="Demo shop" width="120" height="32"></a>
<form action="/search"><input name="q" placeholder="Search" aria-label="Search"></form>
<nav><a href="/cart">Cart</a> <a href="/login">Log in</a></nav></header>
<main><h1>${escapeHtml(title)}</h1>${main}</main></body></html>
`
}

function price(cents: number): string {
  return `${(cents / 100).toFixed(2)} €`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
