import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestWorker } from '../../../test/loopback/session.test-kit.ts'
import { WebSocketClient } from '../../plugins/protocols/websocket/websocket-client.ts'
import { type Shop, startShop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(shop.url + path, { headers, redirect: 'manual' })
const post = (path: string, body: unknown, cookie = '') =>
  fetch(shop.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  })
const turn = async (knobs: unknown) => expect((await post('/_control', knobs)).status).toBe(200)
const cookieOf = (response: Response) => response.headers.getSetCookie()[0]!.split(';')[0]!

test('lists are paged and items have a rating', async () => {
  const list = (await (await get('/items?page=2&size=10')).json()) as { items: { id: number }[] }
  expect(list.items.map((item) => item.id)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
  const item = await (await get('/items/7')).json()
  expect(item).toMatchObject({ id: 7, reviews: 40 })
  expect((await get('/items/501')).status).toBe(404)
  expect((await get('/items?size=1000')).status).toBe(400)
})

test('search finds words and takes % for what it is', async () => {
  const found = (await (await get('/search?q=lamp')).json()) as { items: { name: string }[] }
  expect(found.items).toHaveLength(20)
  expect(found.items.every((item) => item.name.includes('lamp'))).toBe(true)
  expect(await (await get('/search?q=%25')).json()).toEqual({ items: [] })
})

test('a visitor logs in, fills the cart and pays', async () => {
  expect((await post('/cart', { item: 7 })).status).toBe(401)
  const cookie = cookieOf(await post('/login', { name: 'ada' }))
  const added = await post('/cart', { item: 7, quantity: 2 }, cookie)
  expect(added.status).toBe(201)
  const { cents } = (await added.json()) as { cents: number }
  expect(await (await get('/cart', { cookie })).json()).toMatchObject({ cents })
  expect(await (await post('/pay', {}, cookie)).json()).toMatchObject({ cents })
  expect((await post('/pay', {}, cookie)).status).toBe(409)
})

test('a form is answered with a redirect and the page greets by name, escaped', async () => {
  const login = await fetch(`${shop.url}/login`, {
    method: 'POST',
    body: new URLSearchParams({ name: '<b>Ada' }),
    redirect: 'manual',
  })
  expect(login.status).toBe(303)
  const page = await get('/account', { accept: 'text/html', cookie: cookieOf(login) })
  expect(await page.text()).toContain('Hello &#60;b&#62;Ada')
})

test('assets are compressed on request and answer 304 to their etag', async () => {
  const css = await get('/assets/shop.css', { 'accept-encoding': 'gzip' })
  expect(css.headers.get('content-encoding')).toBe('gzip')
  expect(await css.text()).toContain('.cards')
  const again = await get('/assets/shop.css', { 'if-none-match': css.headers.get('etag')! })
  expect(again.status).toBe(304)
})

test('a body that is no JSON, no object or too large is refused', async () => {
  const send = (body: string) =>
    fetch(`${shop.url}/login`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
  expect((await send('{')).status).toBe(400)
  expect((await send('3')).status).toBe(400)
  expect((await send(`"${'x'.repeat(70_000)}"`)).status).toBe(413)
})

test('the ledger counts requests per route and leaves itself out', async () => {
  shop.resetLedger()
  for (const path of ['/items/1', '/items/2', '/items', '/nowhere']) await (await get(path)).text()
  const page = (await (await get('/_ledger')).json()) as ReturnType<Shop['ledger']>
  expect(page.requests).toBe(4)
  expect(page.routes['GET /items/:id']).toMatchObject({ requests: 2, statuses: { 200: 2 } })
  expect(page.routes['(no such page)']?.statuses).toEqual({ 404: 1 })
})

test('knobs plant errors, latency, limits and a slow query, and can be turned off again', async () => {
  await turn({
    errorPercents: { 'GET /items': 100 },
    latencyMs: 30,
    missingIndex: true,
    nPlusOne: true,
  })
  expect((await get('/items')).status).toBe(500)
  const startMs = performance.now()
  expect(await (await get('/items/7')).json()).toMatchObject({ id: 7, reviews: 40 })
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(29)
  await turn({ errorPercents: {}, latencyMs: 0, missingIndex: false })
  const slowly = await (await get('/items')).text()
  await turn({ nPlusOne: false })
  expect(await (await get('/items')).text()).toBe(slowly)
  await turn({ ratePerSecMax: 1 })
  const statuses = [await get('/'), await get('/'), await get('/')].map((answer) => answer.status)
  expect(statuses).toContain(429)
  await turn({ ratePerSecMax: 0 })
  expect((await post('/_control', { latency: 1 })).status).toBe(400)
})

test('the live line echoes and is in the ledger; other addresses do not upgrade', async () => {
  shop.resetLedger()
  const worker = new TestWorker()
  const client = new WebSocketClient(shop.url, {}, worker.user())
  const socket = await client.connect('/live')
  expect((await socket.request('x'.repeat(5_000))).text()).toHaveLength(5_000)
  expect((await client.connect('/items')).error?.message).toBe('status 404')
  await socket.close()
  expect(socket.closed).toEqual({ code: 1000, reason: '' })
  client.close()
  const { routes } = shop.ledger()
  expect([routes['GET /live']?.requests, routes['MESSAGE /live']?.requests]).toEqual([1, 1])
})
