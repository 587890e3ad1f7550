import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answering, House, type Peer } from './connection.test-kit.ts'
import { parseProxy } from './proxy.ts'

let house: House
beforeEach(() => {
  house = new House()
})
afterEach(() => house.close())

const fixture = (name: string): string => {
  return readFileSync(new URL(`../../../test/fixtures/tls/${name}`, import.meta.url), 'utf8')
}
const server = { cert: fixture('server.pem'), key: fixture('server.key') }
const tls = { ca: fixture('ca.pem') }

/** A proxy that opens the tunnel asked for. */
function tunnelling(peer: Peer): void {
  void peer.until('\r\n\r\n').then(() => {
    const port = Number(/^CONNECT [^:]+:(\d+)/.exec(peer.received)?.[1])
    const onward = connect(port, '127.0.0.1', () => {
      peer.socket.removeAllListeners('data')
      peer.send('HTTP/1.1 200 Connection established\r\n\r\n')
      peer.socket.pipe(onward).pipe(peer.socket)
    })
    onward.on('error', () => peer.socket.destroy())
  })
}

test('http goes to the proxy, which sees the absolute form the session wrote', async () => {
  const proxyPort = await house.listen(answering())
  const pool = house.pool(
    80,
    { proxy: `http://u:p%40ss@127.0.0.1:${proxyPort}` },
    false,
    'shop.test',
  )
  const { authorization } = pool.network.proxyFor(pool.origin)!
  const done = await house.ask(pool, {
    path: 'http://shop.test/',
    fields: `Proxy-Authorization: ${authorization}\r\n`,
  })
  expect(done.outcome).toBe('200')
  expect(house.peers[0]!.received).toContain('GET http://shop.test/ HTTP/1.1\r\n')
  expect(authorization).toBe(`Basic ${Buffer.from('u:p@ss').toString('base64')}`)
})

test('https goes through a tunnel, verified against the origin, twice on one connection', async () => {
  const port = await house.listen(answering(), server)
  const proxyPort = await house.listen(tunnelling)
  const proxy = `http://u:p@127.0.0.1:${proxyPort}`
  const pool = house.pool(port, { proxy, tls }, true, 'shop.test')
  const done = await house.ask(pool)
  expect([done.outcome, done.received]).toEqual(['200', 'ok'])
  expect((await house.ask(pool)).reused).toBe(true)
  const asked = house.peers.find((peer) => peer.received.startsWith('CONNECT'))!
  expect(asked.received).toContain(
    `CONNECT shop.test:${port} HTTP/1.1\r\nHost: shop.test:${port}\r\nProxy-Authorization: Basic dTpw\r\n`,
  )
})

test.each([
  ['HTTP/1.1 407 Auth\r\nContent-Length: 0\r\n\r\n', 'the proxy wants other credentials (407)'],
  ['HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n', 'the proxy answered CONNECT with status 502'],
  ['SSH-2.0\r\n', "the proxy's answer to CONNECT is not HTTP: status-line"],
])('a proxy that answers %j fails as proxy', async (answer, message) => {
  const proxyPort = await house.listen(answering(answer))
  const done = await house.ask(
    house.pool(443, { proxy: `http://127.0.0.1:${proxyPort}` }, true, 'shop.test'),
  )
  expect(done.outcome).toContain(`proxy connect: ${message}`)
})

test('a proxy that hangs up fails as proxy', async () => {
  const proxyPort = await house.listen(
    (peer) => void peer.until('\r\n\r\n').then(() => peer.socket.end()),
  )
  const done = await house.ask(
    house.pool(443, { proxy: `http://127.0.0.1:${proxyPort}` }, true, 'shop.test'),
  )
  expect(done.outcome).toBe(
    'proxy connect: the proxy closed the connection instead of answering CONNECT',
  )
})

test('a proxy where nobody listens fails as proxy', async () => {
  const other = new House()
  const port = await other.listen(() => {})
  await other.close()
  const done = await house.ask(
    house.pool(80, { proxy: `http://127.0.0.1:${port}` }, false, 'shop.test'),
  )
  expect(done.outcome).toMatch(/^proxy connect: no connection to the proxy: .*refused/)
})

test('excepted hosts do without the proxy', async () => {
  const port = await house.listen(answering())
  const options = { proxy: 'http://127.0.0.1:1', proxyExcept: ['127.0.0.1', '.internal'] }
  const pool = house.pool(port, options)
  expect((await house.ask(pool)).outcome).toBe('200')
  expect(pool.network.proxyFor({ secure: false, host: 'a.internal', port: 80 })).toBe(undefined)
})

test.each(['proxy:3128', 'https://proxy', 'socks5://proxy', ''])('%j is not a proxy', (text) => {
  expect(() => parseProxy(text)).toThrow(/give a URL such as/)
})
