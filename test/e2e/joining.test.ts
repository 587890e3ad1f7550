/** What can be wrong before a run on many machines begins: each is one problem that says what to do, and no load was sent. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dial } from '../../src/plugins/transports/nats/connect.ts'
import { joinPool } from '../../src/plugins/transports/nats/join-pool.ts'
import { hasNatsServer, NatsServer } from '../nats-server.test-kit.ts'
import { CliFolder, closedPort, GET, scriptOf, Target } from './cli.test-kit.ts'

const tls = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url))

let folder: CliFolder
let target: Target
beforeEach(async () => {
  folder = new CliFolder()
  target = await new Target().open()
  folder.write('shop.ts', scriptOf(GET, target.url))
})
afterEach(async () => {
  folder.remove()
  await target.close()
})

const WAIT = ['--join-wait', '1s']

/** Ends with exit 2, says all of `texts`, and nothing reached the target but the preflight. */
async function refuses(args: readonly string[], ...texts: readonly RegExp[]): Promise<void> {
  const { code, err } = await folder.run(...args, ...(args[0] === 'worker' ? [] : WAIT))
  for (const text of texts) expect(err).toMatch(text)
  expect(code).toBe(2)
  expect(target.pids.size).toBe(0)
}

test('no server at the address', async () => {
  const url = `nats://127.0.0.1:${await closedPort()}`
  const what = [/E_JOIN/, /no NATS server answers at 127\.0\.0\.1:\d+/, /nats-server -js/]
  await refuses(['shop.ts', '--join', url], ...what)
  await refuses(['worker', '--join', url], ...what)
})

test('something that is no address, with its password hidden', async () => {
  await refuses(
    ['shop.ts', '--join', 'http://me:hunter2@box'],
    /E_JOIN/,
    /http:\/\/•••@box/,
    /begins with nats:/,
  )
})

test('a worker that is told no server', async () => {
  await refuses(['worker'], /no NATS server was named/, /onrush worker --join/)
})

test('workers that join later, of a run whose rows are all dealt out at its beginning', async () => {
  folder.write('people.csv', 'name\nAda\nBob\n')
  const script = scriptOf(
    "@task() async look() { rows.next(this); await this.client.get('/') }",
    target.url,
  )
  folder.write(
    'shop.ts',
    `import { feeder } from 'onrush'\nconst rows = feeder.csv('people.csv', { pick: 'unique' })\n${script}`,
  )
  await refuses(
    ['shop.ts', '--join-late'],
    /E_USAGE/,
    /cannot join a run that deals out the rows of people\.csv/,
    /leave out --join-late/,
  )
})

test('a server that does not answer as NATS', async () => {
  const url = target.url.replace('http:', 'nats:')
  await refuses(
    ['shop.ts', '--join', url],
    /E_JOIN/,
    /no NATS server answers/,
    /nothing was heard within 4 s/,
  )
})

describe.skipIf(!hasNatsServer)('a NATS server that is there', () => {
  let plain: NatsServer
  beforeAll(async () => {
    plain = await new NatsServer().start()
  })
  afterAll(() => plain.remove())

  test('nobody has joined', async () => {
    await refuses(
      ['shop.ts', '--join', plain.url],
      /E_WORKERS/,
      /no worker is free/,
      /nobody has joined/,
      /onrush worker --join nats:/,
    )
  })

  test('fewer than asked for, and one of another version: says who is there', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const links = await Promise.all(
      [version, '0.0.9'].map(async (each) => {
        const link = await dial({ url: plain.url, clientName: 'test' })
        const options = { link, name: `box-${each}`, version: each, onTrouble: () => undefined }
        void joinPool(options)
        return link
      }),
    )
    await refuses(
      ['shop.ts', '--join', plain.url, '--workers', '2'],
      /1 of 2 workers are there, after 1 s/,
      new RegExp(`1 free: box-${version}; box-0\\.0\\.9 runs onrush 0\\.0\\.9`),
      new RegExp(`install onrush ${version}`),
    )
    for (const link of links) await link.close()
  })

  test('labels that nobody has: says what there is', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const link = await dial({ url: plain.url, clientName: 'test' })
    const facts = { power: 1, labels: { region: 'us', size: 'big' } }
    void joinPool({ link, name: 'box', version, facts, onTrouble: () => undefined })
    await link.connection.flush()
    await refuses(
      ['shop.ts', '--join', plain.url, '--on', 'region=eu,size=big'],
      /no worker with region=eu, size=big is free/,
      /the others have region=us \(1\), size=big \(1\)/,
      /--label region=eu,size=big/,
    )
    await refuses(['shop.ts', '--join', plain.url, '--on', 'region'], /"region" is not a label/)
    await refuses(['worker', '--join', plain.url, '--label', 'eu'], /"eu" is not a label/)
    await link.close()
  })

  test('wrong and right credentials', async () => {
    const server = await new NatsServer('authorization { user: me, password: "p@ss" }').start()
    const wrong = server.url.replace('//', '//me:hunter2@')
    await refuses(['shop.ts', '--join', wrong], /refuses these credentials/, /nats:\/\/•••@/)
    await refuses(['worker', '--join', server.url], /refuses these credentials/)
    const right = server.url.replace('//', '//me:p%40ss@')
    await refuses(['shop.ts', '--join', right], /no worker is free/)
    await server.remove()
  })

  test('a token', async () => {
    const server = await new NatsServer('authorization { token: "sesame" }').start()
    await refuses(['shop.ts', '--join', server.url], /refuses these credentials/)
    await refuses(['shop.ts', '--join', server.url.replace('//', '//sesame@')], /no worker is free/)
    await server.remove()
  })

  test('a certificate: trusted with --nats-ca, refused without', async () => {
    const certificate = `tls { cert_file: "${tls('server.pem')}", key_file: "${tls('server.key')}" }`
    const server = await new NatsServer(certificate).start()
    const url = server.url.replace('nats:', 'tls:')
    await refuses(['shop.ts', '--join', url], /no secure connection/, /--nats-ca/)
    await refuses(['shop.ts', '--join', url, '--nats-ca', tls('ca.pem')], /no worker is free/)
    await server.remove()
  })

  test('JetStream is off', async () => {
    const server = await new NatsServer('jetstream: false').start()
    await refuses(['shop.ts', '--join', server.url], /keeps no messages/, /nats-server -js/)
    await server.remove()
  })
})
