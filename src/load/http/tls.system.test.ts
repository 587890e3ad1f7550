import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answering, House } from './connection.test-kit.ts'
import type { TlsOptions } from './tls.ts'

let house: House
beforeEach(() => {
  house = new House()
})
afterEach(() => house.close())

const fixture = (name: string): string => {
  return readFileSync(new URL(`../../../test/fixtures/tls/${name}`, import.meta.url), 'utf8')
}
const identity = (name: string): { cert: string; key: string } => {
  return { cert: fixture(`${name}.pem`), key: fixture(`${name}.key`) }
}
const ca = fixture('ca.pem')

async function outcome(server: object, tls: TlsOptions, host = '127.0.0.1'): Promise<string> {
  const port = await house.listen(answering(), server)
  const pool = house.pool(port, { tls, hosts: { 'shop.test': '127.0.0.1' } }, true, host)
  return (await house.ask(pool)).outcome
}

test('a certificate of a given authority is accepted, and the handshake timed', async () => {
  const port = await house.listen(answering(), identity('server'))
  const pool = house.pool(port, { tls: { ca } }, true)
  const done = await house.ask(pool)
  expect([done.outcome, done.received]).toEqual(['200', 'ok'])
  expect(done.tlsMs).toBeGreaterThan(0)
  expect(done.connectMs).toBeGreaterThan(0)
  expect((await house.ask(pool)).reused).toBe(true)
})

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a second connection resumes the %s session of the first',
  async (version) => {
    const resumed: boolean[] = []
    const port = await house.listen(
      (peer) => {
        resumed.push((peer.socket as unknown as { isSessionReused(): boolean }).isSessionReused())
        answering('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')(peer)
      },
      { ...identity('server'), maxVersion: version },
    )
    const network = house.network({ tls: { ca } })
    const pool = house.poolOf(network, port, true)
    await house.ask(pool)
    await house.ask(pool)
    await house.ask(house.poolOf(network, port, true))
    expect(resumed).toEqual([false, true, false])
  },
)

test('SNI carries the host, and servername wins over it', async () => {
  const names: (string | false | undefined)[] = []
  const port = await house.listen((peer) => {
    names.push((peer.socket as { servername?: string | false }).servername)
    answering()(peer)
  }, identity('server'))
  const hosts = { 'shop.test': '127.0.0.1' }
  await house.ask(house.pool(port, { tls: { ca }, hosts }, true, 'shop.test'))
  await house.ask(house.pool(port, { tls: { ca, servername: 'shop.test' } }, true))
  expect(names).toEqual(['shop.test', 'shop.test'])
})

test('an unknown authority is refused', async () => {
  expect(await outcome(identity('server'), {})).toMatch(
    /^tls connect: unknown certificate authority/,
  )
})

test('a self-signed certificate is refused, and accepted when insecure', async () => {
  expect(await outcome(identity('self'), {})).toMatch(
    /^tls connect: the certificate is self-signed/,
  )
  expect(await outcome(identity('self'), { insecure: true })).toBe('200')
})

test('an expired certificate is refused', async () => {
  expect(await outcome(identity('expired'), { ca })).toMatch(
    /^tls connect: the certificate has expired/,
  )
})

test('a certificate for another name is refused, and says for which it is', async () => {
  expect(await outcome(identity('other'), { ca }, 'shop.test')).toBe(
    'tls connect: the certificate is not for shop.test but for DNS:other.test (ERR_TLS_CERT_ALTNAME_INVALID)',
  )
})

test('no common version is refused with advice', async () => {
  const done = await outcome(
    { ...identity('server'), maxVersion: 'TLSv1.2' },
    { ca, minVersion: 'TLSv1.3' },
  )
  expect(done).toMatch(/^tls connect: no common protocol version/)
})

test('a client certificate is sent when given', async () => {
  const server = { ...identity('server'), ca, requestCert: true, rejectUnauthorized: true }
  expect(await outcome(server, { ca, ...identity('client') })).toBe('200')
})

test('a missing client certificate fails as tls, whenever the server says so', async () => {
  const server = {
    ...identity('server'),
    ca,
    requestCert: true,
    rejectUnauthorized: true,
    maxVersion: 'TLSv1.2',
  }
  expect(await outcome(server, { ca })).toMatch(/^tls /)
})

test('http on the https port fails as tls with a hint', async () => {
  const server = createServer((socket) =>
    socket
      .resume()
      .end('HTTP/1.1 400 Bad Request\r\n\r\n')
      .on('error', () => {}),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const done = await house.ask(house.pool(port, {}, true))
  expect(done.outcome).toMatch(/^tls connect: the server does not speak TLS on this port/)
  await new Promise((resolve) => server.close(resolve))
})

test('a server that hangs up during the handshake fails as tls', async () => {
  const server = createServer((socket) =>
    socket.on('error', () => {}).once('data', () => socket.destroy()),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const done = await house.ask(house.pool(port, {}, true))
  expect(done.outcome).toBe(
    'tls connect: the server closed the connection during the TLS handshake',
  )
  await new Promise((resolve) => server.close(resolve))
})

test('unusable material fails as tls and names the settings', async () => {
  expect(await outcome(identity('server'), { ca: 'no certificate', cert: 'x', key: 'y' })).toMatch(
    /^tls connect: the TLS settings are not usable/,
  )
})

test('a response of 1 MiB over TLS arrives whole', async () => {
  const body = 'z'.repeat(1 << 20)
  const port = await house.listen(
    answering(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    identity('server'),
  )
  const done = await house.ask(house.pool(port, { tls: { ca } }, true))
  expect(done.received === body).toBe(true)
})
